/**
 * The ground of a map by MapLibre GL: our own schematic style, and under it the agency's tiles, if it has any.
 *
 * Nothing is fetched from anywhere but the address the agency set, which is told our origin, because keys of map providers hold for
 * one, and no more; the style needs no fonts, for the marks are the page's own. Where tiles do not come, the sketch stays.
 */
import { Map as GlMap, setWorkerUrl } from '/vendor/maplibre/maplibre-gl.mjs';
import { text } from './words.js';

setWorkerUrl('/vendor/maplibre/maplibre-gl-worker.mjs');
const M_PER_PX_AT_0 = 78_271.517; // of a 512 px tile at zoom 0 on the equator
const DIM = { 'raster-brightness-max': 0.45, 'raster-saturation': -0.5 }; // maps are drawn for the day
const INK = {
  night: { ground: '#0d1319', ring: '#4d5d6c', view: '#7fb6ff', broken: '#f0716a', watched: '#f2b84b', corridor: '#58c98a' },
  day: { ground: '#eef1f3', ring: '#76899b', view: '#1b5fb5', broken: '#b3261e', watched: '#8a5a00', corridor: '#1b7a45' },
};

/** Whether this browser can draw it. */
export function drawable() {
  return document.createElement('canvas').getContext('webgl2') !== null;
}

export class GlGround {
  /**
   * @param {HTMLElement} place
   * @param {(view: object | null) => void} moved told after every change of view, and what it is, if somebody's hand made it
   * @param {{ url: string, attribution: string, max_zoom: number } | null} tiles `url` with {z}, {x}, {y}
   * @param {(there: boolean) => void} told whether tiles come, at each that did or did not
   */
  constructor(place, moved, tiles, told) {
    this.#map = new GlMap({
      container: place,
      style: style(theme(), tiles),
      transformRequest: (url, type) => (type === 'Tile' ? { url, referrerPolicy: 'strict-origin', credentials: 'omit' } : { url }),
      interactive: true,
      locale: { 'Map.Title': text('map.label') },
      attributionControl: false,
      fadeDuration: 0,
      maxPitch: 0,
      maxZoom: 19,
    });
    this.#map.on('move', ({ originalEvent }) => moved(originalEvent ? this.#view : null));
    this.#map.on('resize', () => moved(null));
    this.#map.on('error', ({ sourceId }) => sourceId === 'tiles' && told(false));
    this.#map.on('sourcedata', ({ sourceId, tile }) => sourceId === 'tiles' && tile?.state === 'loaded' && told(true));
    this.#map.once('load', () => this.draw(this.#shapes));
    this.#dusk = new MutationObserver(() => this.#map.setStyle(style(theme(), tiles), { diff: false }).once('style.load', () => this.draw(this.#shapes)));
    this.#dusk.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  #map;
  #dusk;
  #shapes = { type: 'FeatureCollection', features: [] };

  project({ lat, lon }) {
    const { x, y } = this.#map.project([lon, lat]);
    return [x, y];
  }

  unproject(pixels) {
    const { lat, lng: lon } = this.#map.unproject(pixels);
    return { lat, lon };
  }

  get #view() {
    const { lat, lng: lon } = this.#map.getCenter();
    return { centre: { lat, lon }, px_per_m: 2 ** this.#map.getZoom() / perPx(lat), bearing_deg: this.#map.getBearing() };
  }

  draw(shapes) {
    this.#shapes = shapes;
    this.#map.getSource('shapes')?.setData(shapes);
  }

  look({ centre, px_per_m, bearing_deg }) {
    const zoom = Math.log2(perPx(centre.lat) * px_per_m);
    this.#map.jumpTo({ center: [centre.lon, centre.lat], zoom, bearing: bearing_deg });
  }

  close() {
    this.#dusk.disconnect();
    this.#map.remove();
  }
}

/** As the page says it, or else the system. */
function theme() {
  const { theme: chosen } = document.documentElement.dataset;
  const bright = chosen ? ['day', 'light'].includes(chosen) : matchMedia('(prefers-color-scheme: light)').matches;
  return bright ? 'day' : 'night';
}

const perPx = (lat) => M_PER_PX_AT_0 * Math.cos((lat * Math.PI) / 180); // metres, at zoom 0

function style(name, tiles) {
  const ink = INK[name];
  const of = (kind, paint) => ({ type: 'fill', source: 'shapes', filter: ['==', ['get', 'kind'], kind], paint });
  const lines = (kind, paint) => ({ ...of(kind, paint), type: 'line' });
  const seen = ['match', ['get', 'state'], 'down', ink.broken, ink.view];
  return {
    version: 8,
    sources: {
      shapes: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
      ...(tiles && { tiles: { type: 'raster', tiles: [tiles.url], tileSize: 256, maxzoom: tiles.max_zoom, attribution: tiles.attribution } }),
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': ink.ground } },
      ...(tiles ? [{ id: 'tiles', type: 'raster', source: 'tiles', paint: name === 'night' ? DIM : {} }] : []),
      { id: 'area', ...of('area', { 'fill-color': ink.watched, 'fill-opacity': 0.2 }) },
      { id: 'area-edge', ...lines('area', { 'line-color': ink.watched, 'line-width': 3 }) },
      { id: 'corridor', ...of('corridor', { 'fill-color': ink.corridor, 'fill-opacity': 0.25 }) },
      { id: 'ring', ...lines('ring', { 'line-color': ink.ring, 'line-width': 2, 'line-dasharray': [2, 2] }) },
      { id: 'view', ...of('view', { 'fill-color': seen, 'fill-opacity': 0.22 }) },
      { id: 'view-edge', ...lines('view', { 'line-color': seen, 'line-width': 1 }) },
      { id: 'watched', ...of('watched', { 'fill-color': ink.watched, 'fill-opacity': 0.45 }) },
      { id: 'track', ...lines('track', { 'line-color': ink.watched, 'line-width': 4 }) },
      { id: 'watched-edge', ...lines('watched', { 'line-color': ink.watched, 'line-width': 3 }) },
    ],
  };
}
