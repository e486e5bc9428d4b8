/**
 * Access that was given: a card for each, in the waiting view and beside what is shown, with one button that accepts and plays.
 *
 * The server's list is the truth. The one that somebody opened and did not put away is come back to: after an order, the PIN, a restart.
 * Invariant: what is over by the server's clock stays on the screen no longer than until the next tick.
 */
import * as store from '/sdk/kept.js';
import { card } from '/card.js';
import { keep } from '/mend.js';
import { notice } from '/notices.js';
import { $ } from '/page.js';
import * as words from '/words.js';

const KEPT = 'given'; // the id alone, which opens nothing
const GOES_ON = new Set(['given', 'approved', 'renewed', 'break_glass']);

export class Given {
  /**
   * @param {object} does
   * @param {import('/sdk/age.js').ServerClock} does.clock
   * @param {(grant_id: string) => Promise<void>} does.accept its conditions, in person
   * @param {(grant: object) => void} does.open show its cameras
   * @param {() => void} does.stop the one that is shown is put away
   * @param {(reason: string) => void} does.over the time of the one that is shown is over
   */
  constructor(does) {
    this.#does = does;
  }

  #does;
  #grants = [];
  #shown = null;
  #drawn = '';
  /** @type {string | null} */
  #wanted = null;

  /** Which one was open before a reload or a restart. */
  async recall() {
    this.#wanted = (await store.kept(KEPT).catch(() => null)) ?? null;
  }

  /** Take in what the server says. @param {object[]} grants as /v1/me/dispatches gives them */
  read(grants) {
    this.#grants = grants;
    if (this.#wanted && !this.find(this.#wanted)) this.#want(null);
  }

  /** @param {string} grant_id @returns {object | null} */
  find(grant_id) {
    return this.#grants.find(({ id }) => id === grant_id) ?? null;
  }

  /** The one to come back to. @returns {object | null} */
  get waits() {
    const grant = this.#wanted && this.find(this.#wanted);
    return grant && grant.accepted && this.#lasts(grant) ? grant : null;
  }

  /** One has changed. @param {{ grant_id: string, status: string }} told of the event `grant` @returns {string | null} why it is over */
  lose({ grant_id, status }) {
    if (GOES_ON.has(status)) return null;
    this.#grants = this.#grants.filter(({ id }) => id !== grant_id);
    return status;
  }

  /** @param {object | null} grant the one whose cameras are on the screen @param {boolean} [covered] the waiting view is not */
  show(grant, covered = false) {
    this.#shown = grant;
    this.#draw();
    const offered = covered && this.#others.some(({ accepted }) => !accepted);
    notice('given', offered ? words.texts('tablet.given_offered') : null, 'told');
  }

  /** Each second: how long each lasts, and whether it does. */
  tick() {
    if (this.#shown && !this.#lasts(this.#shown)) this.#does.over('grant_expired');
    this.#draw();
  }

  /** Nothing of them stays in the page. */
  close() {
    this.#grants = [];
    this.show(null);
  }

  /** Nobody is signed in any more. */
  forget() {
    if (this.#wanted) this.#want(null);
  }

  get #others() {
    return this.#grants.filter((grant) => grant.id !== this.#shown?.id && this.#lasts(grant));
  }

  get #now_ms() {
    return this.#does.clock.now() ?? Date.now();
  }

  #lasts({ until }) {
    return Date.parse(until) > this.#now_ms;
  }

  #want(grant_id) {
    this.#wanted = grant_id;
    keep(KEPT, grant_id);
  }

  #draw() {
    const all = [this.#shown, ...this.#others].filter(Boolean);
    const drawn = JSON.stringify([this.#shown?.id, ...all.map((grant) => [grant.id, grant.accepted, grant.cameras.length, this.#begun(grant)])]);
    if (drawn !== this.#drawn) this.#lay();
    this.#drawn = drawn;
    for (const grant of all) {
      const until = words.until(grant, this.#now_ms);
      for (const place of document.querySelectorAll(`[data-grant='${CSS.escape(grant.id)}'] .until`)) if (place.textContent !== until) place.textContent = until;
    }
  }

  #begun(grant) {
    return Date.parse(grant.from) <= this.#now_ms;
  }

  #lay() {
    const others = this.#others;
    document.body.toggleAttribute('data-given', others.length > 0);
    for (const place of [$('given'), $('given_more')]) {
      place.hidden = !others.length;
      place.replaceChildren(...others.map((grant) => this.#offer(grant)));
    }
    const stop = { said: words.text('tablet.given_stop'), act: () => this.#stop() };
    $('access').replaceChildren(...(this.#shown ? [card(this.#shown, stop)] : []));
  }

  #offer(grant) {
    const said = words.text(grant.accepted ? 'tablet.given_watch' : 'tablet.given_accept');
    return card(grant, this.#begun(grant) ? { said, act: () => this.#open(grant), kind: 'primary' } : null);
  }

  #stop() {
    this.#want(null);
    this.#does.stop();
  }

  async #open(grant) {
    if (!grant.accepted) await this.#does.accept(grant.id);
    if (!this.find(grant.id)) return; // taken back meanwhile, or the screen was left
    grant.accepted = true;
    this.#want(grant.id);
    this.#does.open(grant);
  }
}
