/**
 * The one door to the network: requests out, answers or refusals in.
 *
 * A call that may be repeated is sent again where the line broke or the server said that it cannot answer now; never after a
 * wait that was long already, nor where the server asks for a long one.
 */
import { ServerClock } from './age.js';
import { ApiError, Offline, Unreadable } from './errors.js';
import { backOff } from './events.js';

const ANSWER_WITHIN_MS = 10_000;
const FILE_WITHIN_MS = 60_000;
const RETRY_AFTER_MOST_S = 5;
const PASSING = [429, 503];

export class Wire {
  /** @param {string} base origin of the server; empty for the page's own */
  constructor(base) {
    this.base = base;
    /** The server's time, for ages and waits. */
    this.clock = new ServerClock();
  }

  /**
   * The parsed answer, null where it has no body.
   * @param {string} method @param {string} path
   * @param {{ headers?: () => Promise<Record<string, string>>, body?: BodyInit, tries?: number }} [request] `headers` is asked
   *   anew for each try: a proof is good for one
   * @returns {Promise<any>} @throws {ApiError | Offline | Unreadable}
   */
  async send(method, path, request = {}) {
    const { content } = await this.#tried(method, path, { as: 'text', within_ms: ANSWER_WITHIN_MS, ...request });
    try {
      return content ? JSON.parse(content) : null;
    } catch (error) {
      throw new Unreadable(error);
    }
  }

  /**
   * An answer that is a file; `name` is what the server calls it.
   * @param {string} path @param {{ headers?: () => Promise<Record<string, string>>, tries?: number }} [request]
   * @returns {Promise<{ name: string, content: Blob }>} @throws {ApiError | Offline}
   */
  async file(path, request = {}) {
    const { headers, content } = await this.#tried('GET', path, { as: 'blob', within_ms: FILE_WITHIN_MS, ...request });
    const [, name = 'file'] = /filename="([^"]+)"/.exec(headers.get('Content-Disposition') ?? '') ?? [];
    return { name, content };
  }

  /** Wait between two tries. @param {number} wait_ms @returns {Promise<void>} */
  pause(wait_ms) {
    return new Promise((resolve) => setTimeout(resolve, wait_ms));
  }

  /** The first proof may tell a wrong time; the refusal tells the server's, and the second is right. */
  async #tried(method, path, request) {
    const { tries = 1 } = request;
    let proven_anew = false;
    for (let failures = 0; ; ) {
      try {
        return await this.#once(method, path, request);
      } catch (error) {
        if (error.code === 'dpop_proof_invalid' && !proven_anew) {
          proven_anew = true;
          continue;
        }
        failures += 1;
        if (failures >= tries || !passing(error)) throw error;
        const wait_ms = (error.retry_after_s ?? 0) * 1_000 + backOff(failures, Math.random());
        await this.pause(wait_ms);
      }
    }
  }

  async #once(method, path, { headers = async () => ({}), body, as, within_ms }) {
    const signal = AbortSignal.timeout(within_ms);
    const request = { method, headers: await headers(), body, signal, cache: 'no-store', credentials: 'omit', redirect: 'error' };
    const sent_ms = performance.now();
    try {
      const response = await fetch(this.base + path, request);
      this.clock.hear(response.headers, sent_ms, performance.now());
      if (!response.ok) throw await ApiError.from(response);
      return { headers: response.headers, content: await response[as]() };
    } catch (error) {
      throw error instanceof ApiError ? error : new Offline(error);
    }
  }
}

/** Whether trying again soon may help. */
function passing(error) {
  if (error instanceof ApiError) return PASSING.includes(error.status) && (error.retry_after_s ?? 0) <= RETRY_AFTER_MOST_S;
  return error instanceof Offline && error.cause?.name !== 'TimeoutError';
}
