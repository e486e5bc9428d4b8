/** The incident is closed, and what is on the screen may be seen for some minutes more; the server says until when. */
import { band } from '/page.js';
import * as words from '/words.js';

export class Grace {
  /** @param {import('/sdk/age.js').ServerClock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  #clock;
  /** @type {string | null} */
  #until = null;
  #timer = 0;

  get holds() {
    return this.#until !== null;
  }

  /** @param {string} until RFC 3339 @param {() => void} over called then, unless it is let go before */
  keep(until, over) {
    this.#until = until;
    this.say();
    this.#timer = setTimeout(over, Date.parse(until) - (this.#clock.now() ?? Date.now()));
  }

  letGo() {
    clearTimeout(this.#timer);
    if (!this.holds) return;
    this.#until = null;
    this.say();
  }

  /** Until when, over every view; nothing where it does not hold. */
  say() {
    band(this.#until ? words.kept(this.#until) : '');
  }
}
