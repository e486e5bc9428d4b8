/** The panel of what is seldom needed: keep this moment, ask for access, low data, what the link took. */
import { used } from '/meter.js';
import { notice } from '/notices.js';
import * as words from '/words.js';

const AROUND_S = 60; // kept before and after the moment
const LOOK_EVERY_MS = 2_000;

export class More {
  /** @param {HTMLElement} place @param {import('/sdk/client.js').Client} client @param {import('/scene.js').Scene} scene */
  constructor(place, client, scene) {
    this.#place = place;
    this.#client = client;
    this.#scene = scene;
    const [thin, moment, access] = ['.thin', '.moment', '.access'].map((name) => place.querySelector(name));
    thin.addEventListener('click', () => {
      const wanted = thin.getAttribute('aria-pressed') !== 'true';
      thin.setAttribute('aria-pressed', String(wanted));
      scene.save(wanted);
    });
    moment.addEventListener('click', () => this.#ask(moment, 'tablet.moment_kept', () => this.#moment()));
    access.addEventListener('click', () => this.#ask(access, 'tablet.access_asked', () => this.#access()));
    setInterval(() => this.#count(), LOOK_EVERY_MS);
  }

  #place;
  #client;
  #scene;
  #asked = ''; // of a supervisor

  /** A supervisor answered; what was given has a card of its own. @param {{ request_id: string, status: string }} answer */
  hear({ request_id, status }) {
    if (request_id !== this.#asked || status === 'open') return;
    this.#asked = '';
    if (status === 'granted') return this.#say('');
    notice('access', words.texts('tablet.access_refused'), 'told');
    this.#say(words.texts('tablet.access_refused').join('. '));
  }

  /** Nothing of the incident stays. */
  close() {
    notice('access', null);
    this.#say('');
  }

  #moment() {
    const { incident } = this.#scene.dispatch;
    const at = new Date(this.#client.clock.now() ?? Date.now()).toISOString();
    const wish = { camera_id: this.#scene.camera_id, incident_id: incident.id, at, before_s: AROUND_S, after_s: AROUND_S };
    return this.#client.call('POST', '/v1/preservation-requests', { ...wish, reason: this.#reason });
  }

  async #access() {
    const { incident } = this.#scene.dispatch;
    const { id } = await this.#client.call('POST', '/v1/access-requests', { agency: incident.agency_id, incident_id: incident.id, reason: this.#reason });
    this.#asked = id;
  }

  get #reason() {
    return words.kind(this.#scene.dispatch.incident).slice(0, 200);
  }

  async #ask(button, done, act) {
    if (!this.#scene.dispatch) return;
    button.disabled = true;
    this.#say('');
    try {
      await act();
      this.#say(words.text(done));
    } catch (error) {
      this.#say(words.refused(error).join('. '));
    } finally {
      button.disabled = false;
    }
  }

  #count() {
    if (!this.#place.hidden) this.#place.querySelector('.used').textContent = words.used(used());
  }

  #say(said) {
    this.#place.querySelector('.answer').textContent = said;
  }
}
