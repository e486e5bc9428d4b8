/**
 * A new order takes over the screen, with sound, until it is acknowledged with one tap. The picture beside it plays already.
 *
 * What was acknowledged without a line is said again with every reading until the server knows.
 */
import { ring, silence } from '/chime.js';
import * as words from '/words.js';

export class Order {
  /**
   * @param {HTMLElement} place
   * @param {(dispatch_id: string) => Promise<void>} acknowledge
   * @param {(dispatch: object) => void} taken somebody tapped
   */
  constructor(place, acknowledge, taken) {
    this.#place = place;
    this.#acknowledge = acknowledge;
    this.#button.addEventListener('click', () => {
      const dispatch = this.#shown;
      this.#taken.add(dispatch.id);
      this.#say(dispatch.id);
      this.#next();
      taken(dispatch);
    });
  }

  #place;
  #acknowledge;
  #waiting = [];
  #shown = null;
  #taken = new Set();

  /** Whether somebody tapped on it, though the server may not know. @param {string} dispatch_id */
  has(dispatch_id) {
    return this.#taken.has(dispatch_id);
  }

  /** Take in what the server says: the first order nobody has answered is on the screen. @param {object[]} dispatches */
  read(dispatches) {
    const unanswered = dispatches.filter(({ status }) => status === 'sent');
    for (const { id } of unanswered) if (this.#taken.has(id)) this.#say(id);
    this.#waiting = unanswered.filter(({ id }) => !this.#taken.has(id));
    this.#next();
  }

  /** Nothing is asked any more. */
  close() {
    this.#waiting = [];
    this.#taken.clear();
    this.#next();
  }

  get #button() {
    return this.#place.querySelector('button');
  }

  #next() {
    const next = this.#waiting.find(({ id }) => !this.#taken.has(id)) ?? null;
    this.#write(next);
    if (next?.id === this.#shown?.id) return;
    this.#shown = next;
    this.#place.hidden = !next;
    document.body.toggleAttribute('data-order', next !== null);
    this.#place.dataset.sounded = '0';
    if (!next) return silence();
    this.#button.focus();
    ring(() => (this.#place.dataset.sounded = String(Number(this.#place.dataset.sounded) + 1)));
  }

  #write(dispatch) {
    const said = dispatch ? saidOf(dispatch.incident) : { code: '', type: '', summary: '', address: '' };
    for (const [name, text] of Object.entries(said)) this.#place.querySelector(`.${name}`).textContent = text;
  }

  #say(dispatch_id) {
    this.#acknowledge(dispatch_id).catch(() => {}); // the next reading says it again
  }
}

function saidOf(incident) {
  const address = incident.location.address ?? words.text('tablet.no_address');
  return { code: words.code(incident), type: words.kind(incident), summary: incident.summary, address };
}
