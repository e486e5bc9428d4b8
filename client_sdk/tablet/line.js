/** The line that the server pushes on. While it is down the page reads by itself, and says since when it is alone. */
import { Events } from '/sdk/events.js';
import { band, line } from '/page.js';
import * as words from '/words.js';

const BAND_AFTER_MS = 3_000;
const READ_EVERY_MS = 5_000;

export class Line {
  /**
   * @param {import('/sdk/client.js').Client} client
   * @param {Record<string, (detail: object) => void>} hears what to do with each kind of event
   * @param {object} does
   * @param {() => void} does.up it is there, again
   * @param {() => void} does.read it is not, and time to read
   * @param {(error: import('/sdk/errors.js').ApiError | null) => void} does.refused the login is over, or locked
   */
  constructor(client, hears, does) {
    this.#client = client;
    this.#hears = hears;
    this.#does = does;
  }

  #client;
  #hears;
  #does;
  #events = null;
  #alarm = 0;
  #poll = 0;

  get isOpen() {
    return this.#events !== null;
  }

  get isUp() {
    return this.#events?.state === 'online';
  }

  open() {
    this.#events = new Events(this.#client);
    for (const [kind, act] of Object.entries(this.#hears)) this.#events.addEventListener(kind, ({ detail }) => act(detail));
    this.#events.addEventListener('state', ({ detail }) => this.#stands(detail));
    this.#events.run();
  }

  close() {
    this.#events?.stop();
    this.#events = null;
    this.#quiet();
    band('');
  }

  #stands(state) {
    this.#quiet();
    line(state);
    if (state === 'refused') return this.#does.refused(this.#events.refusal);
    if (state === 'online') return this.#does.up();
    const since = words.offline(this.#client.clock.now());
    this.#alarm = setTimeout(() => band(since), BAND_AFTER_MS);
    this.#poll = setInterval(() => this.#does.read(), READ_EVERY_MS);
  }

  #quiet() {
    clearTimeout(this.#alarm);
    clearInterval(this.#poll);
  }
}
