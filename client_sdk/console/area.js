/** An area drawn by its corners, tapped on a map one after the other, or the typed place: for a disaster is seldom a point. */
import { button, h } from '/console/page.js';
import { renew } from '/console/renew.js';
import { t } from '/console/words.js';

const LEAST = 3;
const MOST = 199; // the server takes 200 with the first once more

export class Area {
  /** @param {() => void} changed @param {() => { lat: number, lon: number } | null} here the typed place */
  constructor(changed, here) {
    this.#changed = changed;
    this.#here = here;
    this.element = h('div', { class: 'area' });
    this.#show();
  }

  #changed;
  #here;
  /** Whether a tap is a corner. */
  drawing = false;
  /** @type {{ lat: number, lon: number }[]} */
  corners = [];

  /** @param {{ lat: number, lon: number }} place */
  add(place) {
    if (this.corners.length < MOST) this.#set([...this.corners, place]);
  }

  /** As the server takes it: closed, each corner [lat, lon]; none where it is no area yet. */
  get ring() {
    if (this.corners.length < LEAST) return null;
    return [...this.corners, this.corners[0]].map(({ lat, lon }) => [lat, lon]);
  }

  #set(corners) {
    this.corners = corners;
    this.#show();
    this.#changed();
  }

  #turn() {
    this.drawing = !this.drawing;
    this.#show();
  }

  #show() {
    const n = this.corners.length;
    const here = this.#here();
    renew(
      this.element,
      h(
        'p',
        { class: 'row' },
        button(t('area.draw'), () => this.#turn(), { 'aria-pressed': String(this.drawing), 'data-key': 'draw' }),
        button(t('area.here'), () => this.#here() && this.add(this.#here()), { disabled: !here, 'data-key': 'here' }),
        button(t('area.back'), () => this.#set(this.corners.slice(0, -1)), { disabled: !n, 'data-key': 'back' }),
        button(t('area.clear'), () => this.#set([]), { disabled: !n, 'data-key': 'clear' }),
      ),
      h('p', { class: 'facts', role: 'status' }, n === 0 ? t('area.none') : t(n < LEAST ? 'area.few' : 'area.drawn', { n })),
    );
  }

  /** The typed place has changed. */
  look() {
    this.#show();
  }
}
