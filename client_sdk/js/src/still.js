/**
 * Single pictures of a camera, asked for as often as they are wanted: for the time before the first segment, and where none can be had.
 *
 * A picture is drawn and let go of: nothing of it is kept but what is on the canvas, and `close` empties that in the same turn.
 *
 * Emits
 * - `picture` when a newer one is on the canvas;
 * - `refused` with `{ status }` when the server ended the access; it is not asked again.
 */
import { REFUSED } from './settings.js';

const ANSWER_WITHIN_MS = 15_000;
const LEAST_PAUSE_MS = 500; // what else goes over the link has it then
const HELD_MS = 500; // the first one is held by the server for a little less than a second

export class Still extends EventTarget {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import('./age.js').ServerClock} clock learns from the answers
   */
  constructor(canvas, clock) {
    super();
    this.canvas = canvas;
    this.#clock = clock;
  }

  #clock;
  #url = '';
  #every_ms = null;
  #timer = 0;
  /** @type {AbortController | null} */
  #asking = null;
  /** When the picture on the canvas was taken, by the server's clock; null while there is none. @type {Date | null} */
  taken_at = null;

  /** Show pictures from this address, the first one after a while. @param {string} url @param {number} wait_ms @param {number} every_ms */
  open(url, wait_ms, every_ms) {
    this.close();
    this.#url = url;
    this.#every_ms = every_ms;
    this.#wait(wait_ms);
  }

  /** From one asking to the next, if the link takes it; null for none at all. @param {number | null} every_ms */
  want(every_ms) {
    if (every_ms === this.#every_ms || !this.#url) return;
    this.#every_ms = every_ms;
    if (every_ms === null) this.#stop();
    else if (!this.#asking) this.#wait(0);
  }

  /** Take over what a video shows. @param {HTMLVideoElement} video @param {Date} taken_at */
  keep(video, taken_at) {
    if (video.videoWidth && taken_at > (this.taken_at ?? 0)) this.#draw(video, video.videoWidth, video.videoHeight, taken_at);
  }

  /** Ask no more and show nothing, at once. Repeating it changes nothing. */
  close() {
    this.#stop();
    this.#url = '';
    this.taken_at = null;
    this.canvas.width = this.canvas.height = 0;
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = null;
  }

  #wait(wait_ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), wait_ms);
  }

  async #ask() {
    const asking = (this.#asking = new AbortController());
    const limit = setTimeout(() => asking.abort(), ANSWER_WITHIN_MS);
    const asked_ms = performance.now();
    try {
      await this.#fetch(asking.signal);
    } catch {
      // No answer, or no picture: the next one may be.
    } finally {
      clearTimeout(limit);
    }
    if (this.#asking !== asking) return; // stopped, or begun anew, meanwhile
    this.#asking = null;
    if (this.#every_ms === null) return;
    const took_ms = performance.now() - asked_ms;
    const in_vain = !this.taken_at && took_ms >= HELD_MS;
    this.#wait(in_vain ? 0 : Math.max(LEAST_PAUSE_MS, this.#every_ms - took_ms));
  }

  async #fetch(signal) {
    const sent_ms = performance.now();
    const response = await fetch(this.#url, { signal, cache: 'no-store', credentials: 'omit', redirect: 'error', priority: 'low' });
    this.#clock.observe(response.headers.get('X-Time'), sent_ms, performance.now());
    if (REFUSED.has(response.status)) {
      this.close();
      this.dispatchEvent(new CustomEvent('refused', { detail: { status: response.status } }));
      return;
    }
    const taken_at = new Date(response.headers.get('X-Captured-At') ?? '');
    if (!response.ok || Number.isNaN(taken_at.getTime())) return;
    const picture = await createImageBitmap(await response.blob());
    if (!signal.aborted && taken_at > (this.taken_at ?? 0)) this.#draw(picture, picture.width, picture.height, taken_at);
    picture.close();
  }

  #draw(picture, width, height, taken_at) {
    Object.assign(this.canvas, { width, height });
    this.canvas.getContext('2d').drawImage(picture, 0, 0);
    this.taken_at = taken_at;
    this.dispatchEvent(new Event('picture'));
  }
}
