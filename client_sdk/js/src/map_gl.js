/**
 * The ground of a map by MapLibre GL: our own schematic style, and under it the agency's tiles, if it has any.
 *
 * Nothing is fetched from anywhere but the address the agency set; the style needs no fonts, for the marks are the page's own.
 */
import { Map as GlMap, setWorkerUrl } from '/vendor/maplibre/maplibre-gl.mjs';

setWorkerUrl('/vendor/maplibre/maplibre-gl-worker.mjs');
const M_PER_PX_AT_0 = 78_271.517; // of a 512 px tile at zoom 0 on the equator
const INK = {
  night: { ground: '#0d1319', ring: '#35424f', view: '#7fb6ff', broken: '#f0716a', watched: '#f2b84b', corridor: '#58c98a' },
  day: { ground: '#eef1f3', ring: '#9fb0bf', view: '#1b5fb5', broken: '#b3261e', watched: '#8a5a00', corridor: '#1b7a45' },
};

/** Whether this browser can draw it. */
export function drawable() {
  return document.createElement('canvas').getContext('webgl2') !== null;
}

export class GlGround {
  /**
   * @param {HTMLElement} place @param {() => void} moved
   * @param {{ url: string, attribution: string, max_zoom: number } | null} tiles `url` with {z}, {x}, {y}
   */
  constructor(place, moved, tiles) {
    const ink = INK[document.documentElement.dataset.theme === 'day' ? 'day' : 'night'];
    this.#map = new GlMap({
      container: place,
      style: style(ink, tiles),
      interactive: true,
      attributionControl: false,
      fadeDuration: 0,
      maxPitch: 0,
      maxZoom: 19,
    });
    this.#map.on('move', moved);
    this.#map.on('resize', moved);
    this.#map.once('load', () => this.draw(this.#shapes));
  }

  #map;
  #shapes = { type: 'FeatureCollection', features: [] };

  project({ lat, lon }) {
    const { x, y } = this.#map.project([lon, lat]);
    return [x, y];
  }

  draw(shapes) {
    this.#shapes = shapes;
    this.#map.getSource('shapes')?.setData(shapes);
  }

  look({ centre, px_per_m, bearing_deg }) {
    const zoom = Math.log2(M_PER_PX_AT_0 * Math.cos((centre.lat * Math.PI) / 180) * px_per_m);
    this.#map.jumpTo({ center: [centre.lon, centre.lat], zoom, bearing: bearing_deg });
  }

  close() {
    this.#map.remove();
  }
}

function style(ink, tiles) {
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
      ...(tiles ? [{ id: 'tiles', type: 'raster', source: 'tiles' }] : []),
      { id: 'corridor', ...of('corridor', { 'fill-color': ink.corridor, 'fill-opacity': 0.25 }) },
      { id: 'ring', ...lines('ring', { 'line-color': ink.ring, 'line-width': 2, 'line-dasharray': [2, 2] }) },
      { id: 'view', ...of('view', { 'fill-color': seen, 'fill-opacity': 0.22 }) },
      { id: 'view-edge', ...lines('view', { 'line-color': seen, 'line-width': 1 }) },
      { id: 'watched', ...of('watched', { 'fill-color': ink.watched, 'fill-opacity': 0.45 }) },
      { id: 'watched-edge', ...lines('watched', { 'line-color': ink.watched, 'line-width': 3 }) },
    ],
  };
}
