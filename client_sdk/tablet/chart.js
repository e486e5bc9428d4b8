/**
 * The map's panel: made when it is first looked at, for a picture must never wait for it. While it is looked at it asks where the
 * other units are; what it was told is forgotten with the incident.
 */
import { ApiError } from '/sdk/errors.js';

const ASK_EVERY_MS = 5_000;

export class Chart {
  /**
   * @param {HTMLElement} place
   * @param {object} does
   * @param {(camera_id: string) => void} does.choose
   * @param {() => Promise<object[]>} does.units the other units of the incident, as the map takes them
   * @param {() => object | null} does.tiles the agency's base map
   */
  constructor(place, does) {
    this.#place = place;
    this.#does = does;
  }

  #place;
  #does;
  #map = null;
  #open = false;
  #scene = {};
  #told = { units: [], at_ms: 0 };
  #asking = 0;

  /** @param {Partial<import('/sdk/map_shapes.js').Scene>} more what has changed of the scene */
  show(more) {
    this.#scene = { ...this.#scene, ...more };
    if (this.#open) this.#map?.then((map) => map?.show(this.#scene));
  }

  /** @param {boolean} open whether it is looked at */
  async look(open) {
    this.#open = open;
    clearInterval(this.#asking);
    if (!open) return;
    this.#asking = setInterval(() => this.#ask(), ASK_EVERY_MS);
    const { choose, tiles } = this.#does;
    this.#map ??= import('/sdk/map.js').then(({ openMap }) => openMap(this.#place, { choose, tiles: tiles() }));
    (await this.#map.catch(() => (this.#map = null)))?.show(this.#scene);
    await this.#ask();
  }

  /** Nothing of the incident is kept. */
  close() {
    this.#open = false;
    clearInterval(this.#asking);
    this.#map?.then((map) => map?.close());
    this.#map = null;
    this.#scene = {};
    this.#told = { units: [], at_ms: 0 };
  }

  /** Without a line the last positions stay, and get older; a refusal ends them. */
  async #ask() {
    const map = this.#map;
    const told = await this.#does.units().then(
      (units) => ({ units, at_ms: performance.now() }),
      (error) => (error instanceof ApiError ? { units: [], at_ms: 0 } : this.#told),
    );
    if (!this.#open || this.#map !== map) return; // of another incident
    this.#told = told;
    const later_s = (performance.now() - told.at_ms) / 1000;
    this.show({ units: told.units.map((unit) => ({ ...unit, age_s: unit.age_s + later_s })) });
  }
}
