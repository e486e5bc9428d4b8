/** The ground of a map where WebGL is missing: the same shapes as SVG. */
import { away, metres } from './map_shapes.js';

const SVG = 'http://www.w3.org/2000/svg';

export class FlatGround {
  /** @param {HTMLElement} place @param {(view: null) => void} moved told after every change of view */
  constructor(place, moved) {
    this.#place = place;
    this.#moved = moved;
    this.#svg = document.createElementNS(SVG, 'svg');
    this.#svg.setAttribute('aria-hidden', 'true');
    place.replaceChildren(this.#svg);
  }

  #place;
  #moved;
  #svg;
  #shapes = { features: [] };
  #view = { centre: { lat: 0, lon: 0 }, px_per_m: 0.5, bearing_deg: 0 };

  /** @param {import('./map_shapes.js').Place} place @returns {[x: number, y: number]} pixels from the top left */
  project(place) {
    const { centre, px_per_m, bearing_deg } = this.#view;
    const [east, north] = metres(centre, place);
    const angle = (bearing_deg * Math.PI) / 180;
    const right = east * Math.cos(angle) - north * Math.sin(angle);
    const up = east * Math.sin(angle) + north * Math.cos(angle);
    return [this.#place.clientWidth / 2 + right * px_per_m, this.#place.clientHeight / 2 - up * px_per_m];
  }

  /** The place there. @param {[x: number, y: number]} pixels from the top left @returns {import('./map_shapes.js').Place} */
  unproject([x, y]) {
    const { centre, px_per_m, bearing_deg } = this.#view;
    const angle = (bearing_deg * Math.PI) / 180;
    const [right, up] = [(x - this.#place.clientWidth / 2) / px_per_m, (this.#place.clientHeight / 2 - y) / px_per_m];
    const east = away(centre, right * Math.cos(angle) + up * Math.sin(angle), 90);
    return { lat: away(centre, up * Math.cos(angle) - right * Math.sin(angle), 0).lat, lon: east.lon };
  }

  /** @param {object} shapes of map_shapes.js */
  draw(shapes) {
    this.#shapes = shapes;
    this.#paint();
  }

  /** @param {{ centre: import('./map_shapes.js').Place, px_per_m: number, bearing_deg: number }} view */
  look(view) {
    this.#view = view;
    this.#paint();
    this.#moved(null);
  }

  close() {
    this.#svg.remove();
  }

  #paint() {
    this.#svg.replaceChildren(
      ...this.#shapes.features.map(({ properties, geometry }) => {
        const open = geometry.type === 'LineString';
        const shape = document.createElementNS(SVG, open ? 'polyline' : 'polygon');
        shape.dataset.kind = properties.kind;
        shape.dataset.state = properties.state;
        const corners = (open ? geometry.coordinates : geometry.coordinates[0]).map(([lon, lat]) => this.project({ lat, lon }));
        shape.setAttribute('points', corners.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' '));
        return shape;
      }),
    );
  }
}
