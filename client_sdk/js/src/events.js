/**
 * What the server pushes, over fetch because EventSource cannot send an Authorization header.
 *
 * Emits each server event under its kind with `detail` its parsed data (`alert attachments dispatch incident cameras
 * report grant request sharing hit sensor duty preservation grace revoked explanation stream ping`),
 * and `state` with `detail` 'online', 'offline' or 'refused' whenever that changes. A line that stays silent for longer than the
 * server's pings is taken for dead.
 */
import { ApiError } from './errors.js';
import { EventReader } from './sse.js';

const SILENCE_MS = 20_000; // pings come every 15 s
const WAIT_LEAST_MS = 500;
const WAIT_MOST_MS = 15_000;

/**
 * How long to wait before the next try: doubled each time, and spread so that a fleet does not come back as one.
 *
 * @param {number} failures in a row, 1 or more
 * @param {number} random 0..1
 * @returns {number} milliseconds
 */
export function backOff(failures, random) {
  const most_ms = Math.min(WAIT_MOST_MS, WAIT_LEAST_MS * 2 ** Math.min(failures - 1, 10));
  return most_ms / 2 + (most_ms / 2) * random;
}

export class Events extends EventTarget {
  /** @param {import('./caller.js').Caller} client */
  constructor(client) {
    super();
    this.#client = client;
  }

  /** Why the server refused the line. @type {ApiError | null} */
  refusal = null;
  #client;
  #state = 'offline';
  #reader = new EventReader();
  #stopped = new AbortController();
  #failures = 0;
  #wake = () => {};

  get state() {
    return this.#state;
  }

  /** Listen until `stop`; returns when stopped or refused. */
  async run() {
    const online = () => this.#wake();
    globalThis.addEventListener?.('online', online);
    while (!this.#stopped.signal.aborted) {
      let asked_ms = 0;
      try {
        await this.#listen();
        // Ended in order, as at the end of a token: come back without alarm.
        await this.#pause(backOff(1, Math.random()));
        continue;
      } catch (error) {
        if (this.#stopped.signal.aborted) break;
        if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
          if (error.code === 'login_locked') this.#client.locked = true;
          this.refusal = error;
          this.#say('refused');
          break;
        }
        asked_ms = 1_000 * (error.retry_after_s ?? 0);
      }
      this.#failures += 1;
      this.#say('offline');
      await this.#pause(asked_ms + backOff(this.#failures, Math.random()));
    }
    globalThis.removeEventListener?.('online', online);
  }

  stop() {
    this.#stopped.abort();
    this.#wake();
  }

  async #listen() {
    const line = new AbortController();
    const silence = { timer: 0 };
    const alive = () => {
      clearTimeout(silence.timer);
      silence.timer = setTimeout(() => line.abort(), SILENCE_MS);
    };
    const stop = () => line.abort();
    this.#stopped.signal.addEventListener('abort', stop);
    alive();
    try {
      const response = await this.#open(line.signal);
      this.#failures = 0;
      this.#say('online');
      const text = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await text.read();
        if (done) return;
        alive();
        this.#reader.read(value).forEach((event) => this.#tell(event));
      }
    } finally {
      clearTimeout(silence.timer);
      this.#stopped.signal.removeEventListener('abort', stop);
      line.abort();
      this.#reader.reset();
    }
  }

  async #open(signal) {
    const ask = async (token) => {
      const who = await this.#client.proven('GET', '/v1/events', token);
      const headers = { ...who, Accept: 'text/event-stream' };
      if (this.#reader.id) headers['Last-Event-ID'] = this.#reader.id;
      return fetch(`${this.#client.base}/v1/events`, { headers, signal, cache: 'no-store', credentials: 'omit' });
    };
    const token = await this.#client.token();
    let response = await ask(token);
    if (response.status === 401) response = await ask(await this.#client.token(token));
    if (!response.ok) throw await ApiError.from(response);
    return response;
  }

  #tell({ event, data }) {
    let detail;
    try {
      detail = JSON.parse(data);
    } catch {
      return;
    }
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }

  #say(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.dispatchEvent(new CustomEvent('state', { detail: state }));
  }

  #pause(wait_ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait_ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
