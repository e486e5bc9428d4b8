/**
 * Which of the unit's orders, and of the access given, is on the screen. An order comes before access, and a new one takes over from it.
 *
 * Invariant: what has ended is off the screen before anything is asked.
 */
import { tell } from '/notices.js';
import { told, view } from '/page.js';
import * as words from '/words.js';

export class Stage {
  /**
   * @param {object} parts
   * @param {import('/scene.js').Scene} parts.scene
   * @param {import('/given.js').Given} parts.given
   * @param {import('/grace.js').Grace} parts.grace
   * @param {import('/more.js').More} parts.more
   * @param {() => object | null} parts.own where our car is
   * @param {() => void} parts.read ask the server what there is
   */
  constructor({ scene, given, grace, more, own, read }) {
    this.#scene = scene;
    this.#given = given;
    this.#grace = grace;
    this.#more = more;
    this.#own = own;
    this.#read = read;
  }

  #scene;
  #given;
  #grace;
  #more;
  #own;
  #read;
  #orders = [];
  #last = null; // the incident, or the access, that ended last: its reason may come after its end
  /** Why something ended, as it was pushed. @type {string | null} */
  why = null;

  /** What there is now. @param {object[]} dispatches as the server gave them, the most urgent first */
  take(dispatches) {
    const fresh = dispatches.find(({ id }) => !this.#orders.some((one) => one.id === id));
    this.#orders = dispatches;
    const { dispatch, grant } = this.#scene;
    const same = dispatch ? dispatches.find(({ id }) => id === dispatch.id) : grant && this.#given.find(grant.id);
    if (!same) this.#scene.forget();
    if (same && !(grant && fresh)) return this.#scene.update(same);
    if (same) return this.#open(fresh);
    if (this.#grace.holds && !dispatches.length) return;
    if (this.#scene.shown) this.#end();
    else this.#next();
  }

  /** Another order of the unit, or access that was given. @param {object} shown */
  turnTo(shown) {
    this.#open(shown);
    this.#read();
  }

  /** The screen is left: nothing of any order is kept. */
  close() {
    this.#orders = [];
  }

  /** The access that is shown is put away. */
  putAway() {
    this.#scene.close();
    view('waiting');
    this.#next();
    this.#read();
  }

  /** The access that is shown is over. @param {string} reason */
  over(reason) {
    this.why = reason;
    this.#end();
    this.#read();
  }

  /** Access was given, or has changed. @param {{ grant_id: string, status: string }} detail of the event `grant` */
  hear(detail) {
    const reason = this.#given.lose(detail);
    if (reason && detail.grant_id === this.#scene.grant?.id) return this.over(reason);
    if (reason && detail.grant_id === this.#last) this.#say(reason);
    this.#read();
  }

  /** Sessions are over. @param {{ session_ids: string[], incident_id: string | null, reason: string }} detail of the event `revoked` */
  revoked({ session_ids, incident_id, reason }) {
    if (this.#scene.watches(session_ids)) this.#grace.letGo();
    this.#scene.end(session_ids, reason);
    if (!incident_id || incident_id === this.#scene.incident_id) this.why = reason;
    if (incident_id && incident_id === this.#last) this.#say(reason);
    this.#read();
  }

  /** The incident is closed, and some goes on for a while. @param {{ session_ids: string[], until: string }} detail of the event `grace` */
  keep({ session_ids, until }) {
    if (!this.#scene.dispatch || !this.#scene.watches(session_ids)) return;
    const over = { session_ids, incident_id: this.#scene.incident_id, reason: 'incident_closed' };
    this.#grace.keep(until, () => this.revoked(over));
  }

  /** The reason that comes after the end, as long as nothing else is on the screen. */
  #say(reason) {
    if (!this.#scene.shown) told(...words.ended(reason));
  }

  #open(shown) {
    this.why = null;
    this.#grace.letGo();
    if (this.#scene.shown) this.#scene.close();
    this.#scene.open(shown);
    if (this.#own()) this.#scene.place(this.#own());
    this.#given.show(this.#scene.grant, true);
  }

  #end() {
    const said = words.ended(this.why ?? undefined);
    this.#grace.letGo();
    this.#last = this.#scene.grant?.id ?? this.#scene.incident_id;
    this.#scene.close();
    this.#more.close();
    told(...said);
    view('waiting');
    if (this.#next()) tell('over', said);
  }

  /** @returns {boolean} whether there is something to show */
  #next() {
    const next = this.#orders[0] ?? this.#given.waits;
    if (next) this.#open(next);
    else this.#given.show(null);
    return Boolean(next);
  }
}
