/**
 * What a map shows, as shapes and groups. Pure: nothing here knows how it is drawn.
 *
 * Places are { lat, lon } in degrees of WGS 84; shapes are GeoJSON, so [lon, lat]. Distances of a few kilometres: the earth is flat.
 */

const M_PER_DEG = 111_195;
const ROUND_DEG = 10; // a circle has a corner this often
const RINGS_M = [100, 300, 1000];
const CORRIDOR_M = 60; // to each side of the line
const LEAST_ACROSS_M = 300;
const ROOM = 0.42; // of a map's side, from its middle to the farthest mark
const [NOTE_PX, LINE_PX, LETTER_PX] = [33, 22, 12]; // from a mark to its note, and how large that is
const SEVERITY = ['ok', 'degraded', 'down'];

/**
 * @typedef {{ lat: number, lon: number }} Place
 * @typedef {Place & { id: string, name: string, looks_deg?: number | null, fov_deg?: number | null, range_m?: number, health: string }} Camera
 *   `looks_deg` clockwise from north; none: it turns or sees all round
 * @typedef {object} Scene
 * @property {(Place & { priority?: number }) | null} [incident]
 * @property {Camera[]} [cameras]
 * @property {(Place & { heading_deg?: number | null }) | null} [own]
 * @property {(Place & { id: string, name: string, kind?: string, age_s?: number })[]} [units] the others; `kind` as the API has it, `age_s`
 *   of the position; without one it is something that stands, as another incident
 * @property {(Place & { id: string, name: string, in_service: boolean })[]} [water] hydrants
 * @property {Place[]} [area] its corners
 * @property {(Place & { sign: string, label: string, note: string })[]} [track] where something was, the earliest first
 * @property {string | null} [selected] the camera that is watched
 */

/** The place so many metres away. @param {Place} from @param {number} metres @param {number} bearing_deg @returns {Place} */
export function away(from, metres, bearing_deg) {
  const angle = (bearing_deg * Math.PI) / 180;
  const lon_m = M_PER_DEG * Math.cos((from.lat * Math.PI) / 180);
  return { lat: from.lat + (metres * Math.cos(angle)) / M_PER_DEG, lon: from.lon + (metres * Math.sin(angle)) / lon_m };
}

/** East and north of one place from another, in metres. @param {Place} from @param {Place} to @returns {[number, number]} */
export function metres(from, to) {
  const lon_m = M_PER_DEG * Math.cos((from.lat * Math.PI) / 180);
  return [(to.lon - from.lon) * lon_m, (to.lat - from.lat) * M_PER_DEG];
}

/** @param {Place} from @param {Place} to @returns {number} */
export function distance_m(from, to) {
  return Math.hypot(...metres(from, to));
}

/** Clockwise from north, 0..360. @param {Place} from @param {Place} to */
export function course_deg(from, to) {
  const [east, north] = metres(from, to);
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

/** All that is drawn under the marks. @param {Scene} scene @returns {object} a GeoJSON FeatureCollection; `kind` and `state` tell them apart */
export function shapes({ incident, cameras = [], own, selected, area = [], track = [] }) {
  const features = [];
  if (area.length > 1) features.push(feature('area', [...area, area[0]].map(point)));
  if (incident && own) features.push(feature('corridor', corridor(own, incident)));
  if (incident) for (const ring_m of RINGS_M) features.push(feature('ring', circle(incident, ring_m)));
  for (const camera of cameras) features.push(feature(camera.id === selected ? 'watched' : 'view', wedge(camera), camera.health));
  if (track.length > 1) features.push({ type: 'Feature', properties: { kind: 'track', state: 'ok' }, geometry: { type: 'LineString', coordinates: track.map(point) } });
  return { type: 'FeatureCollection', features };
}

/** What a camera sees: a sector, or all round. @param {Camera} camera @returns {number[][]} a closed ring */
export function wedge(camera) {
  const { looks_deg, fov_deg, range_m = 80 } = camera;
  if (looks_deg == null || !fov_deg || fov_deg >= 360) return circle(camera, range_m);
  const steps = Math.max(2, Math.ceil(fov_deg / ROUND_DEG));
  const arc = Array.from({ length: steps + 1 }, (_, i) => away(camera, range_m, looks_deg - fov_deg / 2 + (fov_deg * i) / steps));
  return [camera, ...arc, camera].map(point);
}

/** A strip along the straight line between two places; roads bend about it. @param {Place} from @param {Place} to */
export function corridor(from, to) {
  const course = course_deg(from, to);
  const [left, right] = [course - 90, course + 90];
  const corners = [away(from, CORRIDOR_M, left), away(to, CORRIDOR_M, left), away(to, CORRIDOR_M, right), away(from, CORRIDOR_M, right)];
  return [...corners, corners[0]].map(point);
}

/** The worse of states. @param {string[]} states @returns {string} */
export function highest(states) {
  return states.reduce((worst, state) => (SEVERITY.indexOf(state) > SEVERITY.indexOf(worst) ? state : worst), 'ok');
}

/**
 * Marks that would cover each other become one, which shows the highest state of them.
 * @template {{ x: number, y: number, state: string }} M
 * @param {M[]} marks the more important first @param {number} apart_px
 * @returns {{ x: number, y: number, state: string, of: M[] }[]}
 */
export function clusters(marks, apart_px) {
  const groups = [];
  for (const mark of marks) {
    const near = groups.find(({ x, y }) => Math.hypot(x - mark.x, y - mark.y) < apart_px);
    if (near) near.of.push(mark);
    else groups.push({ x: mark.x, y: mark.y, of: [mark] });
  }
  return groups.map((group) => ({ ...group, state: highest(group.of.map(({ state }) => state)) }));
}

/**
 * Steps of a way at the same place are one mark, which says them all.
 * @param {{ lat: number, lon: number, sign: string, label: string, note: string }[]} track
 * @returns {{ lat: number, lon: number, sign: string, label: string, note: string, last: boolean }[]}
 */
export function steps(track) {
  const found = new Map();
  for (const one of track) {
    const key = `${one.lat} ${one.lon}`;
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  const said = (of, name, between) => of.map((one) => one[name]).join(between);
  return [...found.values()].map((of) => ({ ...of[0], sign: said(of, 'sign', '·'), label: said(of, 'label', ', '), note: said(of, 'note', ' · '), last: of.includes(track.at(-1)) }));
}

/**
 * How to look, north up, so that all places are in the picture and none lies under the tools on its right.
 * @param {Place[]} places one at least @param {{ width_px: number, height_px: number, tools_px?: number }} size
 * @returns {{ centre: Place, px_per_m: number }}
 */
export function frame(places, { width_px, height_px, tools_px = 0 }) {
  const span = (name) => [Math.min(...places.map((one) => one[name])), Math.max(...places.map((one) => one[name]))];
  const [[south, north], [west, east]] = [span('lat'), span('lon')];
  const middle = { lat: (south + north) / 2, lon: (west + east) / 2 };
  const [half_east, half_north] = metres(middle, { lat: north, lon: east }).map((half_m) => Math.max(half_m, LEAST_ACROSS_M / 2));
  const px_per_m = Math.min(((width_px - tools_px) * ROOM) / half_east, (height_px * ROOM) / half_north);
  return { centre: away(middle, tools_px / 2 / px_per_m, 90), px_per_m };
}

/**
 * Which notes can be read: beneath their mark, above it where another's is in the way, or not at all.
 * @param {{ x: number, y: number, note: string }[]} marks the more important first
 * @returns {('under' | 'over' | 'none')[]}
 */
export function readable(marks) {
  const taken = [];
  return marks.map(({ x, y, note }) => {
    const half_px = (note.length * LETTER_PX) / 2;
    const fits = (side) => taken.every((one) => Math.abs(one.x - x) >= one.half_px + half_px || Math.abs(one.y - (y + side * NOTE_PX)) >= LINE_PX);
    const side = [1, -1].find(fits);
    if (side) taken.push({ x, y: y + side * NOTE_PX, half_px });
    return side ? (side > 0 ? 'under' : 'over') : 'none';
  });
}

function circle(centre, radius_m) {
  const round = Array.from({ length: 360 / ROUND_DEG + 1 }, (_, i) => away(centre, radius_m, i * ROUND_DEG));
  return round.map(point);
}

function feature(kind, ring, state = 'ok') {
  return { type: 'Feature', properties: { kind, state }, geometry: { type: 'Polygon', coordinates: [ring] } };
}

const point = ({ lat, lon }) => [lon, lat];
