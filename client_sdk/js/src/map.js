/**
 * The map of a scene, for any page: the incident, the cameras and what they see, our car, other units, the way there; the way something went.
 *
 *   const map = await openMap(element, { choose: (camera_id) => … });
 *   map.show({ incident, cameras, own, units, selected, track });
 *
 * MapLibre draws the ground; where WebGL is missing, SVG does. The marks are buttons over it in either case, large enough for gloves,
 * reached by keyboard, and told apart by shape and word as well as colour. The page links /sdk/map.css.
 */
import { FlatGround } from './map_flat.js';
import { Marks } from './map_marks.js';
import { clusters, distance_m, frame, readable, shapes, steps } from './map_shapes.js';
import { text } from './words.js';

const APART_PX = 64;
const LEAST_ACROSS_M = 300;
const PX_PER_M_LEAST = 0.005;
const PX_PER_M_MOST = 4;
const ZOOM = 1.8;
const OLD_S = 60; // a car is streets away by then
const UNITS = new Set(['patrol_car', 'fire_engine', 'ambulance', 'rescue', 'probation']);
const ROOM = 0.42; // of the map's smaller side, from our car to the farthest mark
const TOOLS_PX = 84;

/**
 * @param {HTMLElement} place empty, with a size
 * @param {object} [options]
 * @param {(camera_id: string) => void} [options.choose] a camera was tapped
 * @param {{ url: string, attribution: string, max_zoom: number } | null} [options.tiles] the agency's own
 */
export async function openMap(place, { choose = () => {}, tiles = null } = {}) {
  const gl = await import('./map_gl.js').catch(() => null); // not installed, or no line: the plain one does
  const plain = !gl?.drawable();
  const makeGround = (ground, moved, told) => (plain ? new FlatGround(ground, moved) : new gl.GlGround(ground, moved, tiles, told));
  return new SceneMap(place, choose, makeGround, plain ? null : tiles);
}

export class SceneMap {
  /** @param {HTMLElement} place @param {(camera_id: string) => void} choose @param {Function} makeGround @param {object | null} tiles */
  constructor(place, choose, makeGround, tiles) {
    this.#place = place;
    this.#choose = choose;
    const [ground, marks, tools, note] = ['ground', 'marks', 'tools', 'note'].map((name) => part('div', name));
    place.classList.add('map');
    place.replaceChildren(ground, marks, tools, note);
    this.#marks = new Marks(marks);
    const credit = tiles?.attribution ?? text('map.attribution');
    note.textContent = credit;
    this.#turn = tool(text('map.heading_up'), '▲', () => this.turn(!this.heading_up));
    tools.append(tool(text('map.closer'), '＋', () => this.#zoom(ZOOM)), tool(text('map.farther'), '－', () => this.#zoom(1 / ZOOM)));
    tools.append(tool(text('map.all'), '⤢', () => this.fit(true)), this.#turn);
    const told = (there) => (note.textContent = there ? credit : text('map.no_tiles'));
    this.#ground = makeGround(ground, (view) => this.#moved(view), told);
    this.#watcher = new ResizeObserver(() => this.fit());
    this.#watcher.observe(place);
  }

  #place;
  #choose;
  #marks;
  #turn;
  #ground;
  #watcher;
  #scene = {};
  #view = null;
  #by_hand = false; // somebody looks elsewhere: nothing moves under their finger
  /** Whether the way we travel is up, and not north. */
  heading_up = false;

  /** @param {import('./map_shapes.js').Scene} scene */
  show(scene) {
    const before = this.#scene;
    this.#scene = scene;
    this.#ground.draw(shapes(scene));
    this.#turn.disabled = scene.own?.heading_deg == null;
    const elsewhere = before.incident?.lat !== scene.incident?.lat || before.incident?.lon !== scene.incident?.lon || !this.#view;
    const more = !before.own !== !scene.own || before.units?.length !== scene.units?.length || before.track?.length !== scene.track?.length;
    if (elsewhere || (!this.#by_hand && (more || this.heading_up))) this.fit();
    else this.#lay();
  }

  /** @param {boolean} heading_up */
  turn(heading_up) {
    this.heading_up = heading_up;
    this.#turn.setAttribute('aria-pressed', String(heading_up));
    this.fit();
  }

  /** Look at the scene, our car, the cameras and the units among them; at all units, if that is said. @param {boolean} [all] */
  fit(all = false) {
    this.#by_hand = false;
    const { incident, cameras = [], own, units = [], track = [] } = this.#scene;
    const { clientWidth: width_px, clientHeight: height_px } = this.#place;
    const scene = [incident, own, ...cameras, ...track].filter(Boolean);
    if (!(scene.length || units.length) || !width_px) return;
    const reach_m = Math.max(LEAST_ACROSS_M, ...scene.map((one) => distance_m(scene[0], one)));
    const places = [...scene, ...units.filter((unit) => all || !scene.length || distance_m(scene[0], unit) <= reach_m)];
    if (!this.heading_up || !own) {
      const { centre, px_per_m } = frame(places, { width_px, height_px, tools_px: TOOLS_PX });
      return this.#look(centre, px_per_m);
    }
    const far_m = Math.max(LEAST_ACROSS_M / 2, ...places.map((one) => distance_m(own, one)));
    this.#look(own, (Math.min(width_px, height_px) * ROOM) / far_m);
  }

  /** Which place is there, pixels from the map's top left; null before anything is shown. @param {number} x @param {number} y */
  placeAt(x, y) {
    return this.#view && this.#ground.unproject([x, y]);
  }

  /** Nothing of it is left in the page. */
  close() {
    this.#watcher.disconnect();
    this.#ground.close();
    this.#place.replaceChildren();
  }

  #look(centre, px_per_m) {
    const bearing_deg = this.heading_up ? (this.#scene.own?.heading_deg ?? 0) : 0;
    this.#view = { centre, px_per_m: Math.min(PX_PER_M_MOST, Math.max(PX_PER_M_LEAST, px_per_m)), bearing_deg };
    this.#ground.look(this.#view);
    this.#lay();
  }

  #zoom(by) {
    if (this.#view) this.#closer(this.#view.centre, by);
  }

  #closer(centre, by) {
    this.#look(centre, this.#view.px_per_m * by);
    this.#by_hand = true;
  }

  #moved(view) {
    if (view) this.#view = view;
    this.#by_hand ||= Boolean(view);
    this.#lay();
  }

  #lay() {
    const { incident, cameras = [], own, units = [], track = [], water = [], selected } = this.#scene;
    if (!this.#view) return;
    const seen = cameras.map((camera) => {
      const [x, y] = this.#ground.project(camera);
      return { x, y, state: camera.health, camera };
    });
    const order = seen.sort((one, other) => (other.camera.id === selected) - (one.camera.id === selected));
    const marks = clusters(order, APART_PX).map((group) => this.#camera(group, selected));
    if (incident) marks.push({ key: 'incident', kind: 'incident', at: this.#px(incident), sign: '✕', label: text('map.incident') });
    const told = [...units.map((unit) => this.#unit(unit)), ...steps(track).map((step) => this.#step(step)), ...water.map((one) => this.#water(one))];
    const notes = readable(told.map(({ at: [x, y], note }) => ({ x, y, note })));
    marks.push(...told.map((mark, i) => ({ ...mark, data: { ...mark.data, note: notes[i] } })));
    if (own) marks.push(this.#own(own));
    this.#marks.lay(marks);
  }

  #camera({ x, y, state, of }, selected) {
    const [{ camera }] = of;
    const closer = of.length > 1 && this.#view.px_per_m < PX_PER_M_MOST;
    return {
      key: `${of.length > 1 ? 'cluster' : 'camera'} ${camera.id}`,
      kind: of.length > 1 ? 'cluster' : 'camera',
      at: [x, y],
      sign: String(of.length > 1 ? of.length : (camera.rank ?? '●')),
      label: of.length > 1 ? text('map.several', { n: of.length }) : named(camera),
      data: { state },
      pressed: of.some((one) => one.camera.id === selected),
      act: () => (closer ? this.#closer(camera, ZOOM) : this.#choose(camera.id)),
    };
  }

  #unit(unit) {
    const { id, name, age_s } = unit;
    if (age_s === undefined) return { key: `unit ${id}`, kind: 'unit', at: this.#px(unit), sign: '', label: name, note: name, data: { unit: 'other', old: 'false' } };
    const kind = UNITS.has(unit.kind) ? unit.kind : 'other';
    const old = unit.age_s >= OLD_S;
    const age = old ? text('map.minutes', { n: Math.floor(unit.age_s / 60) }) : text('map.seconds', { n: Math.floor(unit.age_s) });
    const label = text('map.unit', { name: unit.name, kind: text(`map.kind.${kind}`), age });
    return { key: `unit ${unit.id}`, kind: 'unit', at: this.#px(unit), sign: '', label, note: `${unit.name} · ${age}`, data: { unit: kind, old: String(old) } };
  }

  #step(step) {
    return { key: `step ${step.lat} ${step.lon}`, kind: 'step', at: this.#px(step), sign: step.sign, label: step.label, note: step.note, data: { last: String(step.last) } };
  }

  #water({ id, name, in_service, ...place }) {
    const label = text(in_service ? 'map.water' : 'map.no_water', { name });
    return { key: `water ${id}`, kind: 'water', at: this.#px(place), sign: in_service ? 'H' : '✕', label, note: in_service ? name : label, data: { works: String(in_service) } };
  }

  #own(own) {
    const turned_deg = (own.heading_deg ?? 0) - this.#view.bearing_deg;
    return { key: 'own', kind: 'own', at: this.#px(own), sign: own.heading_deg == null ? '◆' : '▲', label: text('map.own'), turned_deg };
  }

  #px(place) {
    return this.#ground.project(place);
  }
}

const named = ({ name, rank }) => (rank ? text('map.ranked', { n: rank, name }) : text('map.camera', { name }));

function part(tag, name) {
  const element = document.createElement(tag);
  element.className = name;
  return element;
}

function tool(label, sign, act) {
  const button = part('button', 'tool');
  button.type = 'button';
  button.textContent = sign;
  button.setAttribute('aria-label', label);
  button.addEventListener('click', act);
  return button;
}
