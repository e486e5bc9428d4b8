/**
 * A map in a view: the same as the tablet's, made when it is first shown; a tap on the ground may mean something.
 *
 * Its element stays the same through every refresh, and what has not changed is not drawn again.
 */
import { h } from '/console/page.js';
import { t } from '/console/words.js';

const STILL_PX = 6; // a press that moved farther has pushed the map

export class Sketch {
  /** @param {string} key of what it shows @param {object | null} tiles the base map, as GET /v1/me/dispatches has it @param {{ choose?: (camera_id: string) => void, tap?: (place: { lat: number, lon: number }) => void }} [does] */
  constructor(key, tiles, { choose = () => {}, tap } = {}) {
    this.element = h('div', { class: 'sketch', 'data-keep': `map-${key}`, role: 'region', 'aria-label': t('sketch.label') });
    this.#choose = choose;
    this.#tiles = tiles;
    if (tap) this.#hear(tap);
  }

  #choose;
  #tiles;
  #map = null;
  #drawn = '';
  #gone = false;

  /** @param {import('/sdk/map_shapes.js').Scene} scene */
  async show(scene) {
    const drawn = JSON.stringify(scene);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#map ??= import('/sdk/map.js').then(({ openMap }) => (this.#gone ? null : openMap(this.element, { choose: this.#choose, tiles: this.#tiles })));
    const map = await this.#map.catch(() => null);
    if (!map) this.#map = null;
    else if (this.#drawn === drawn) map.show(scene);
  }

  close() {
    this.#gone = true;
    this.#map?.then((map) => map?.close(), () => {});
  }

  #hear(tap) {
    let from = [0, 0];
    this.element.addEventListener('pointerdown', ({ clientX, clientY }) => (from = [clientX, clientY]));
    this.element.addEventListener('click', async ({ target, clientX, clientY }) => {
      if (!target.closest('.ground') || Math.hypot(clientX - from[0], clientY - from[1]) > STILL_PX) return;
      const { left, top } = this.element.getBoundingClientRect();
      const place = (await this.#map)?.placeAt(clientX - left - this.element.clientLeft, clientY - top - this.element.clientTop);
      if (place) tap(place);
    });
  }
}

/** Units as the map shows them. @param {any[]} units as the incident's units come @param {(unit: any) => string} stands */
export const marks = (units, stands) => units.map((one) => ({ id: one.unit, lat: one.lat, lon: one.lon, kind: one.kind, age_s: one.position_age_s, name: `${one.call_sign} · ${stands(one)}` }));
