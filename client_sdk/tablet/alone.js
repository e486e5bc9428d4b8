/**
 * One page at a time has the login that is kept: two that renew it would end it, and an order would ring and be answered twice.
 *
 * A page that comes second says so, and takes over when somebody wants it to: the first is asked to let go, and made to, if it does not.
 * One that had the login before is loaded anew first: loaded while it has it, it would let go, and the first would have it back.
 */
const NAME = 'goldentime';
const LATE_MS = 500; // a page that is reloaded has let go by then
const FORCE_AFTER_MS = 2_000; // as when the other page sleeps

export class Alone {
  /**
   * @param {object} does
   * @param {() => void} does.begin this page is the one, for the first time
   * @param {() => Promise<void> | void} does.aside another is: show nothing, do nothing; may be told more than once
   */
  constructor({ begin, aside }) {
    this.#begin = begin;
    this.#aside = aside;
    this.#others?.addEventListener('message', () => this.#give());
  }

  #begin;
  #aside;
  #others = globalThis.BroadcastChannel ? new BroadcastChannel(NAME) : null;
  #queue = new AbortController();
  #late = 0;
  #force = 0;
  #begun = false;
  /** @type {(() => void) | null} */
  #free = null;

  /** Wait to be the one, be it, and wait again; never ends. */
  async run() {
    if (!navigator.locks) return this.#begin();
    let takes = history.state?.takes; // as was asked for before this page was loaded anew
    if (takes) history.replaceState({ ...history.state, takes: false }, '');
    for (;;) {
      this.#queue = new AbortController();
      const { signal } = this.#queue;
      this.#late = setTimeout(() => this.#aside(), LATE_MS);
      const held = this.#hold({ signal });
      if (takes) this.take();
      takes = false;
      await held.catch(() => {}); // let go, or taken by force, or no longer waited for
      if (signal.aborted) await this.#hold({ steal: true }).catch(() => {});
      this.#free = null;
      await this.#aside();
    }
  }

  /** Be the one now. */
  take() {
    if (this.#begun) {
      history.replaceState({ ...history.state, takes: true }, '');
      return location.reload();
    }
    this.#others?.postMessage('give');
    this.#force = setTimeout(() => this.#queue.abort(), FORCE_AFTER_MS);
  }

  #hold(options) {
    return navigator.locks.request(NAME, options, () => {
      clearTimeout(this.#late);
      clearTimeout(this.#force);
      if (this.#begun) location.reload(); // what another had meanwhile is not known here
      else this.#begin();
      this.#begun = true;
      return new Promise((free) => (this.#free = free));
    });
  }

  async #give() {
    const free = this.#free;
    if (!free) return;
    await this.#aside();
    free();
  }
}
