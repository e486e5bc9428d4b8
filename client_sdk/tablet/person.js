/**
 * Whom the crew looks for, as long as it is sent: photo and description of the person that an alert is about.
 *
 * Invariants: it is read when somebody opens its panel, for each reading is recorded; it is in the page only while the dispatch
 * lasts and nothing is locked, in no cache and on no disk.
 */
import { clear, draw } from '/sdk/photo.js';
import * as words from '/words.js';

const ALERTS = '/v1/vulnerable-persons/alerts';

export class Person {
  /** @param {import('/sdk/client.js').Client} client */
  constructor(client) {
    this.#client = client;
    this.#element = document.createElement('section');
    this.#element.dataset.kind = 'person';
    const parts = ['h3', 'canvas', 'p', 'p'].map((tag) => document.createElement(tag));
    [this.#title, this.#canvas, this.#about, this.#said] = parts;
    this.#canvas.setAttribute('role', 'img');
    this.#said.setAttribute('role', 'status');
    this.#element.append(...parts);
    this.close();
  }

  #client;
  #element;
  #title;
  #canvas;
  #about;
  #said;
  #alert_id = null;
  #open = false;
  /** The reading that counts; an answer to an earlier one is thrown away. @type {object | null} */
  #asked = null;

  /** The card, where the dispatch is about a person; null where it is not. @returns {HTMLElement | null} */
  get card() {
    return this.#alert_id && this.#element;
  }

  /** @param {string | null} alert_id of the dispatch that is shown */
  show(alert_id) {
    if (alert_id !== this.#alert_id) this.close();
    this.#alert_id = alert_id;
    this.#read();
  }

  /** @param {boolean} open whether somebody looks at the panel */
  look(open) {
    this.#open = open;
    this.#read();
  }

  /** Its photo came, or it is over. @param {{ alert_id?: string, status?: string }} told of the event `alert` */
  hear({ alert_id, status }) {
    if (!alert_id || alert_id !== this.#alert_id) return;
    if (status === 'ended') this.#clear();
    if (status !== 'pictured' || !this.#asked) return;
    this.#asked = null;
    this.#read();
  }

  /** Nothing of it stays in the page. */
  close() {
    this.#alert_id = null;
    this.#clear();
  }

  #clear() {
    this.#asked = null;
    clear(this.#canvas);
    this.#canvas.hidden = true;
    this.#title.textContent = this.#about.textContent = this.#said.textContent = '';
  }

  async #read() {
    if (!this.#alert_id || !this.#open || this.#asked) return;
    const asked = (this.#asked = {});
    const wanted = () => this.#asked === asked;
    const path = `${ALERTS}/${encodeURIComponent(this.#alert_id)}`;
    this.#title.textContent = words.text('tablet.person');
    this.#said.textContent = words.text('tablet.person_reading');
    try {
      const { person, photo } = await this.#client.call('GET', path);
      if (!wanted()) return;
      this.#write(person, photo);
      if (photo) await draw(this.#canvas, (await this.#client.file(`${path}/photo`)).content, wanted);
      if (wanted()) this.#canvas.hidden = !photo;
    } catch (error) {
      if (!wanted()) return;
      this.#clear(); // the next look, or the next news of the dispatch, asks again
      this.#said.textContent = words.refused(error).join('. ');
    }
  }

  #write(person, photo) {
    this.#title.textContent = [words.text('tablet.person'), person?.name].filter(Boolean).join(' · ');
    this.#about.textContent = person?.description ?? '';
    this.#said.textContent = photo ? '' : words.text('tablet.person_no_photo');
    this.#canvas.setAttribute('aria-label', words.text('tablet.person_photo'));
  }
}
