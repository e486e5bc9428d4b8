/** The map's panel: made when it is first looked at, for a picture must never wait for it. */
export class Chart {
  /** @param {HTMLElement} place @param {(camera_id: string) => void} choose */
  constructor(place, choose) {
    this.#place = place;
    this.#choose = choose;
  }

  #place;
  #choose;
  #map = null;
  #open = false;
  #scene = {};

  /** @param {Partial<import('/sdk/map_shapes.js').Scene>} more what has changed of the scene */
  show(more) {
    this.#scene = { ...this.#scene, ...more };
    if (this.#open) this.#map?.then((map) => map.show(this.#scene));
  }

  /** @param {boolean} open whether it is looked at */
  async look(open) {
    this.#open = open;
    if (!open) return;
    this.#map ??= import('/sdk/map.js').then(({ openMap }) => openMap(this.#place, { choose: this.#choose }));
    (await this.#map.catch(() => (this.#map = null)))?.show(this.#scene);
  }

  /** Nothing of the incident is kept. */
  close() {
    this.#map?.then((map) => map.close());
    this.#map = null;
    this.#scene = {};
  }
}
