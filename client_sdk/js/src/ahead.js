/**
 * Downloads begun before the player asks: each URL once, few at a time, little kept, all dropped by `clear`.
 *
 * A hinted part is held by the server until it exists, so it is begun at once and does not count as one of the few.
 */
import { Transfer } from './transfer.js';

const MOST_AT_ONCE = 3; // a browser opens 6 connections over HTTP/1.1: the held playlist, the held part and the events need one each
const MOST_KEPT = 16;
const MOST_HINTS_UNASKED = 4;

export class Ahead {
  /** @param {(url: string, options?: object) => Transfer} [begin] how a download is begun */
  constructor(begin = (url, options) => new Transfer(url, options)) {
    this.#begin = begin;
  }

  #begin;
  /** The last hints not taken up: the newest, and the one that is listed by now. @type {string[]} */
  #passedOver = [];
  /** @type {Map<string, { transfer: Transfer | null, held: boolean }>} */
  #wanted = new Map();
  /** What became of the guesses; `wasted` were dropped unasked. */
  counts = { begun: 0, used: 0, wasted: 0 };

  /** Begin one that is asked for now, and is the caller's. @param {string} url */
  begin(url) {
    return this.#begin(url);
  }

  /**
   * Begin these in this order, as connections allow.
   * @param {string[]} urls
   */
  want(urls) {
    for (const url of urls) if (!this.#wanted.has(url)) this.#wanted.set(url, { transfer: null, held: false });
    this.#trim();
    this.#pump();
  }

  /**
   * Begin a part the server still has to finish. While some wait unasked, because the player is behind and may load whole segments,
   * no more are begun; asking for one of the last passed over shows that it is back at the edge and the old ones are of no use.
   * @param {string} url
   */
  hint(url) {
    if (this.#wanted.has(url)) return;
    if (this.#unasked().length >= MOST_HINTS_UNASKED) {
      this.#passedOver = [...this.#passedOver, url].slice(-2);
      return;
    }
    this.#wanted.set(url, { transfer: this.#start(url), held: true });
    this.#trim();
  }

  /**
   * Hand a download over to the one who asks for it; null when none was begun. It is then the caller's to abort.
   * @param {string} url
   * @returns {Transfer | null}
   */
  take(url) {
    if (this.#passedOver.includes(url)) this.#unasked().forEach((old) => this.#drop(old));
    const found = this.#wanted.get(url);
    if (!found) return null;
    this.#wanted.delete(url);
    if (!found.transfer || found.transfer.failure) return null;
    this.counts.used += 1;
    return found.transfer;
  }

  /** Abort everything nobody asked for. */
  clear() {
    for (const url of [...this.#wanted.keys()]) this.#drop(url);
  }

  get size() {
    return this.#wanted.size;
  }

  #unasked() {
    return [...this.#wanted].filter(([, { held }]) => held).map(([url]) => url);
  }

  #start(url) {
    this.counts.begun += 1;
    const transfer = this.#begin(url);
    transfer.bytes.then(() => this.#pump(), () => this.#failed(url, transfer));
    return transfer;
  }

  #failed(url, transfer) {
    if (this.#wanted.get(url)?.transfer === transfer) this.#drop(url);
    this.#pump();
  }

  #pump() {
    let room = MOST_AT_ONCE;
    for (const { transfer, held } of this.#wanted.values()) if (transfer && !held && !transfer.ended) room -= 1;
    for (const [url, entry] of this.#wanted) {
      if (room <= 0) return;
      if (entry.transfer) continue;
      entry.transfer = this.#start(url);
      room -= 1;
    }
  }

  #trim() {
    for (const url of this.#wanted.keys()) {
      if (this.#wanted.size <= MOST_KEPT) return;
      this.#drop(url);
    }
  }

  #drop(url) {
    const { transfer } = this.#wanted.get(url);
    this.#wanted.delete(url);
    if (!transfer) return;
    this.counts.wasted += 1;
    transfer.abort();
  }
}
