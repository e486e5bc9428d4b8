/** The way of a wanted vehicle on the map: its steps in their order, each with its time. One map for the whole view. */
import { stops } from '/console/apart.js';
import { button, h } from '/console/page.js';
import { Sketch } from '/console/sketch.js';
import { t, time } from '/console/words.js';

export class Tracks {
  /** @param {import('/console/desk.js').Desk} desk @param {() => void} changed another vehicle was chosen */
  constructor(desk, changed) {
    this.#desk = desk;
    this.#changed = changed;
  }

  #desk;
  #changed;
  #map = null;
  #vehicle = '';

  /** Which vehicle's way is on the map: the one that was chosen, or else the first that was read. @param {any[]} vehicles */
  settle(vehicles) {
    if (!vehicles.some(({ id, track }) => id === this.#vehicle && track.length)) this.#take(vehicles.find(({ track }) => track.length)?.id ?? '');
  }

  /** The map, or the button that brings it here; nothing for a vehicle that was not read. @param {any} vehicle with its `track` */
  of(vehicle) {
    if (!vehicle.track.length) return null;
    if (vehicle.id !== this.#vehicle) return h('p', { class: 'row' }, button(t('hits.way'), () => this.#choose(vehicle.id), { 'data-key': `way-${vehicle.id}`, 'aria-label': `${vehicle.plate} ${t('hits.way')}` }));
    this.#map ??= new Sketch(`track-${vehicle.id}`, this.#desk.map);
    this.#map.show({ track: way(vehicle.track) });
    return this.#map.element.isConnected ? this.#map.element.cloneNode(false) : this.#map.element;
  }

  close() {
    this.#map?.close();
    this.#map = null;
  }

  #choose(id) {
    this.#take(id);
    this.#changed();
  }

  #take(id) {
    this.close();
    this.#vehicle = id;
  }
}

/** The number of the step that each hit belongs to, by the hit. @param {any[]} track */
export const numbers = (track) => new Map(stops(track).flatMap(({ n, hits }) => hits.map((id) => [id, n])));

function way(track) {
  return stops(track).map(({ n, name, lat, lon, from, to }) => {
    const at = from === to ? time(from) : t('hits.from_to', { from: time(from), to: time(to) });
    return { lat, lon, sign: String(n), label: t('hits.step', { n, camera: name, at }), note: at };
  });
}
