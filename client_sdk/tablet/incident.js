/** The incident: what, where, since when, and where this unit stands. */
import * as words from '/words.js';

const ORDER = ['sent', 'acknowledged', 'en_route', 'on_scene'];

export class Incident {
  /** @param {HTMLElement} place @param {(status: string) => Promise<void>} report */
  constructor(place, report) {
    this.#place = place;
    for (const button of this.#steps) button.addEventListener('click', () => this.#report(button.dataset.status, report));
  }

  #place;
  #reported_at_ms = null;

  /** @param {object} dispatch as /v1/me/dispatches gives it */
  show({ status, incident }) {
    this.#reported_at_ms = Date.parse(incident.reported_at);
    this.#place.dataset.priority = String(incident.priority);
    this.#write('.code', words.code(incident));
    this.#write('.type', words.kind(incident));
    this.#write('.address', incident.location.address ?? words.text('tablet.no_address'));
    this.#write('.summary', incident.summary);
    this.stand(status);
  }

  /** Nothing of it stays in the page. */
  close() {
    this.#reported_at_ms = null;
    for (const name of ['.code', '.type', '.since', '.address', '.summary', '.wrong']) this.#write(name, '');
  }

  /** @param {number | null} now_ms the server's time */
  tick(now_ms) {
    if (this.#reported_at_ms === null || now_ms === null) return;
    this.#write('.since', words.since((now_ms - this.#reported_at_ms) / 1000));
  }

  get #steps() {
    return this.#place.querySelectorAll('.steps [data-status]');
  }

  /** @param {string} status where the unit stands */
  stand(status) {
    const reached = ORDER.indexOf(status);
    for (const button of this.#steps) {
      const step = ORDER.indexOf(button.dataset.status);
      button.classList.toggle('done', step <= reached);
      button.classList.toggle('next', step === reached + 1);
      if (step === reached) button.setAttribute('aria-current', 'step');
      else button.removeAttribute('aria-current');
      button.disabled = step <= reached;
    }
  }

  async #report(status, report) {
    this.#write('.wrong', '');
    try {
      await report(status);
      this.stand(status);
    } catch {
      this.#write('.wrong', words.text('tablet.not_reported'));
    }
  }

  #write(selector, text) {
    const element = this.#place.querySelector(selector);
    if (element.textContent !== text) element.textContent = text;
  }
}
