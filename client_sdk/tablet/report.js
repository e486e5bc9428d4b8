/** The crew's own word (수시 보고): ready-made phrases to tap, or a line to write; the room hears of it. */
import { $ } from '/page.js';
import * as words from '/words.js';

export class Report {
  /** @param {HTMLElement} place @param {(incident_id: string, text: string) => Promise<void>} send */
  constructor(place, send) {
    this.#place = place;
    this.#button.addEventListener('click', () => this.#tried(send));
    this.#text.addEventListener('input', () => this.#say(''));
  }

  #place;
  #incident_id = null;

  /** @param {object} incident as /v1/me/dispatches gives it */
  show(incident) {
    if (incident.id === this.#incident_id) return;
    this.close();
    this.#incident_id = incident.id;
    this.#place.querySelector('.phrases').replaceChildren(...words.phrases(incident).map((said) => this.#phrase(said)));
  }

  /** Nothing of the incident stays. */
  close() {
    this.#incident_id = null;
    this.#text.value = '';
    this.#say('');
  }

  get #button() {
    return this.#place.querySelector('.send');
  }

  get #text() {
    return /** @type {HTMLTextAreaElement} */ ($('report_text'));
  }

  #phrase(said) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = said;
    button.addEventListener('click', () => {
      this.#text.value = [this.#text.value.trim(), said].filter(Boolean).join(', ').slice(0, this.#text.maxLength);
      this.#say('');
    });
    return button;
  }

  /** What could not be sent stays, to be sent again. What is answered after the incident has left the screen is not said. */
  async #tried(send) {
    const id = this.#incident_id;
    const text = this.#text.value.trim();
    if (!text) return this.#say(words.text('tablet.report_empty'));
    this.#button.disabled = true;
    this.#say('');
    const answer = await send(id, text).then(() => null, (error) => error);
    this.#button.disabled = false;
    if (this.#incident_id !== id) return;
    if (!answer && this.#text.value.trim() === text) this.#text.value = '';
    this.#say(answer ? words.refused(answer).join('. ') : words.text('tablet.reported'));
  }

  #say(said) {
    this.#place.querySelector('.answer').textContent = said;
  }
}
