/**
 * Pictures of plates, each fetched when it is first shown, for each look is recorded; and plates as they are compared by eye.
 *
 * A picture is drawn and let go of: nothing of it is kept but what is on the canvas, and `close` empties them all in the same turn.
 */
import { clear, draw } from '/sdk/photo.js';
import { h, put } from '/console/page.js';
import { t, wrong } from '/console/words.js';

export class Crops {
  /** @param {import('/console/desk.js').Desk} desk */
  constructor(desk) {
    this.#desk = desk;
  }

  #desk;
  /** @type {Map<string, HTMLElement>} by hit */
  #shown = new Map();

  /** The picture of a hit, in an element that stays the same through every refresh. @param {any} hit */
  of(hit) {
    const known = this.#shown.get(hit.id);
    if (known) return known.isConnected ? known.cloneNode(false) : known; // what stands there stays, whatever takes its place
    const place = h('div', { class: 'crop', 'data-keep': `crop-${hit.id}` }, h('p', {}, t(hit.crop ? 'hits.fetching' : 'hits.no_crop')));
    this.#shown.set(hit.id, place);
    if (hit.crop) this.#fetch(place, hit);
    return place;
  }

  close() {
    for (const place of this.#shown.values()) empty(place);
    this.#shown.clear();
  }

  async #fetch(place, hit) {
    try {
      const { content } = await this.#desk.client.file(`/v1/plate-hits/${hit.id}/crop`);
      const canvas = h('canvas', { role: 'img', 'aria-label': t('hits.crop_of', { camera: hit.read.camera_name }) });
      const wanted = () => this.#shown.get(hit.id) === place;
      await draw(canvas, content, wanted);
      if (wanted()) put(place, canvas);
    } catch (error) {
      put(place, h('p', { class: 'wrong' }, error.name === 'InvalidStateError' ? t('hits.no_crop') : wrong(error)));
    }
  }
}

function empty(place) {
  place.querySelectorAll('canvas').forEach(clear);
  place.replaceChildren();
}

/**
 * A plate letter by letter; those at `marked` stand out by a frame, a line and a sign, and are said.
 * @param {string} name what it is: the read one, the wanted one @param {string} text @param {Set<number>} marked
 */
export function letters(name, text, marked) {
  const said = marked.size ? t('hits.differs', { letters: [...marked].map((at) => text[at]).join(', ') }) : '';
  const shown = [...text].map((one, at) => (marked.has(at) ? h('mark', {}, one) : one));
  return h('p', { class: 'plate' }, h('span', { class: 'what' }, name), h('b', {}, shown), said && h('span', { class: 'apart' }, said));
}
