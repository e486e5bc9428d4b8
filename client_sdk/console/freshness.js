/** Whether what a view shows is what there is now: beside its title stands that it is being read, or is old and why, or nothing. */
import { button, h, put } from '/console/page.js';
import { t, time, wrong } from '/console/words.js';

const SOON_MS = 400; // a view that is there sooner says nothing

export class Freshness {
  /** @param {() => void} again reads the view once more @param {() => number} now_ms */
  constructor(again, now_ms) {
    this.element = h('p', { class: 'state', role: 'status' });
    this.#again = again;
    this.#now_ms = now_ms;
    this.#soon = setTimeout(() => put(this.element, t('fresh.reading')), SOON_MS);
  }

  #again;
  #now_ms;
  #soon;
  #failing = new Map();
  #read_ms = 0;

  /** How reading a part of the view went. @param {string} part @param {any} error null: it is fresh */
  told(part, error) {
    clearTimeout(this.#soon);
    if (error) this.#failing.set(part, error);
    else this.#failing.delete(part);
    const [first] = this.#failing.values();
    if (!first) {
      this.#read_ms = this.#now_ms();
      return put(this.element);
    }
    const old = this.#read_ms ? t('fresh.old', { at: time(new Date(this.#read_ms).toISOString()) }) : t('fresh.unread');
    put(this.element, h('span', { class: 'wrong' }, `${old} ${wrong(first)}`), button(t('fresh.again'), this.#again, { 'data-key': 'again' }));
  }

  /** The view has been read once, whether or not it told how. */
  settle() {
    clearTimeout(this.#soon);
    if (!this.#failing.size) put(this.element);
  }

  /** The view is left. */
  leave() {
    clearTimeout(this.#soon);
  }
}
