/**
 * What is shown of one dispatch: the incident, its pictures, its cameras, the map.
 *
 * Invariant: a picture that may not be seen is out of the page in the turn the page hears of it, before anything is asked.
 */
import { Cameras, best } from '/cameras.js';
import { Chart } from '/chart.js';
import { facts } from '/facts.js';
import { Incident } from '/incident.js';
import { $, say, stayAwake, view } from '/page.js';
import { Picture } from '/picture.js';
import { tabs } from '/tabs.js';
import { Wall } from '/wall.js';
import * as words from '/words.js';

export class Scene {
  /**
   * @param {import('/sdk/client.js').Client} client
   * @param {object} does
   * @param {() => void} does.refused the gate ended an access and nobody said why
   * @param {(dispatch: object) => object} does.known the dispatch as this device knows it stands
   */
  constructor(client, { refused, known }) {
    this.#client = client;
    this.#known = known;
    const does = {
      clock: client.clock,
      open: (camera) => this.#play(camera),
      leave: (session_id) => client.stop(session_id).catch(() => {}),
      refused: () => {
        this.#cameras.watch(null);
        refused();
      },
    };
    const choose = (camera) => this.choose(camera);
    this.#picture = new Picture($('picture'), does);
    this.#wall = new Wall($('pictures'), $('tile'), { ...does, refused }, choose);
    this.#cameras = new Cameras($('cameras'), $('camera'), choose);
    this.#chart = new Chart($('map'), {
      choose: (id) => this.choose(this.dispatch.incident.cameras.find((camera) => camera.id === id)),
      units: () => this.#units(),
      tiles: () => this.#map,
    });
    this.#panel = tabs($('tabs'), (name) => this.#chart.look(name === 'map'));
    this.#incident = new Incident($('incident'), async (status) => {
      await client.report(this.dispatch.id, status);
      this.dispatch.status = status;
    });
    $('four').addEventListener('click', () => this.#four(!this.#wall.isOpen));
  }

  #client;
  #known;
  #picture;
  #wall;
  #cameras;
  #chart;
  #panel;
  #incident;
  #thin = false;
  #unit_id = null;
  #map = null;
  /** The dispatch that is shown; null for none. @type {object | null} */
  dispatch = null;
  /** What a supervisor gave beside it, for when it is over. @type {string | null} */
  grant_id = null;

  /** Figures for measurements. */
  get figures() {
    return { dispatch_id: this.dispatch?.id ?? null, ...this.#picture.figures };
  }

  /** The camera that is watched. @returns {string | null} */
  get camera_id() {
    return this.#picture.camera_id;
  }

  /** Whether a picture is, or was until the gate said no, of one of these sessions. @param {string[]} session_ids */
  watches(session_ids) {
    return this.#picture.isOf(session_ids);
  }

  /** @param {object} dispatch as /v1/me/dispatches gives it */
  open(dispatch) {
    this.dispatch = dispatch;
    this.#show(dispatch);
    this.tick();
    this.#panel('cameras');
    view('dispatch');
    say(words.text('tablet.new_dispatch', { code: words.code(dispatch.incident), address: dispatch.incident.location.address ?? '' }));
    const camera = best(dispatch.incident.cameras);
    if (camera) this.watch(camera);
    else this.#picture.blank(words.texts('tablet.no_cameras'));
    stayAwake(true);
  }

  /** The same dispatch, read again. @param {object} dispatch */
  update(dispatch) {
    const follows = dispatch.incident.service === 'ankle_monitor' && this.camera_id === best(this.dispatch.incident.cameras)?.id;
    this.dispatch = dispatch;
    this.#show(dispatch);
    const first = best(dispatch.incident.cameras);
    if (follows && first && first.id !== this.camera_id) this.watch(first); // the wearer has gone on to that one
    else this.#cameras.watch(this.camera_id);
  }

  /** The unit stands there. @param {string} status */
  stand(status) {
    this.#incident.stand(status);
  }

  /** Nothing of it stays on the screen, or in the page. */
  close() {
    this.dispatch = this.grant_id = null;
    this.#wall.close();
    this.#picture.close();
    this.#chart.close();
    this.#incident.close();
    this.#cameras.show([]);
    facts($('facts'), []);
    stayAwake(false);
  }

  /** Close what lies on the picture and its list. @returns {boolean} whether anything did */
  back() {
    if (!this.dispatch) return false;
    if (this.#wall.isOpen) this.#four(false);
    else if (document.querySelector(".panel[data-panel='cameras']").hidden) this.#panel('cameras');
    else return false;
    return true;
  }

  /** A camera was tapped: it alone is watched. @param {object} camera */
  choose(camera) {
    this.#four(false);
    this.watch(camera);
  }

  /** @param {object} camera */
  watch(camera) {
    this.#cameras.watch(camera.id);
    this.#chart.show({ selected: camera.id });
    this.#picture.thin = this.#thin;
    this.#picture.watch(camera);
  }

  /** Single pictures instead of video, for links that are thin or paid for. @param {boolean} thin */
  save(thin) {
    if (thin === this.#thin) return;
    this.#thin = thin;
    const camera = this.dispatch?.incident.cameras.find(({ id }) => id === this.camera_id);
    if (camera) this.watch(camera);
    if (this.#wall.isOpen) this.#four(true);
  }

  /** Sessions are over. @param {string[]} session_ids @param {string} reason */
  end(session_ids, reason) {
    this.#wall.blank(session_ids, words.ended(reason));
    if (!this.watches(session_ids)) return;
    this.#picture.blank(words.ended(reason), reason === 'expired');
    this.#cameras.watch(null);
    say(words.ended(reason).join('. '));
  }

  /** A grant has changed. @param {{ grant_id: string, status: string }} told of the event `grant` @returns {boolean} whether ours is over */
  lose({ grant_id, status }) {
    if (grant_id !== this.grant_id || status === 'given') return false;
    this.grant_id = null;
    return true;
  }

  /** @param {object} told of the event `stream` */
  hear(told) {
    this.#picture.hear(told);
    this.#wall.hear(told);
  }

  /** Who we are, and what map there is. @param {{ unit: { id: string } | null, map?: object | null }} mine as /v1/me/dispatches gives it */
  know({ unit, map = null }) {
    this.#unit_id = unit?.id ?? null;
    this.#map = map;
  }

  /** Our car, for the map. @param {object | null} own */
  place(own) {
    this.#chart.show({ own });
  }

  tick() {
    this.#incident.tick(this.#client.clock.now());
  }

  /** Ask how the stream fares, where the server cannot say it by itself, or said it long ago of a picture that is old. @param {boolean} online */
  async look(online) {
    if (!this.dispatch || !this.#picture.session_id || (online && !this.#picture.is_old)) return;
    const which = { camera_id: this.camera_id, incident_id: this.dispatch.incident.id };
    await this.#client.stream(which).then((told) => this.hear(told), () => {}); // the gate ends what is refused
  }

  async #units() {
    const { items } = await this.#client.call('GET', `/v1/incidents/${encodeURIComponent(this.dispatch.incident.id)}/positions?limit=200`);
    return items.filter(({ id }) => id !== this.#unit_id).map(({ call_sign, ...more }) => ({ name: call_sign, ...more }));
  }

  /** By the dispatch, and where that is over by the grant. */
  async #play({ id }) {
    const { incident } = this.dispatch;
    try {
      return await this.#client.play({ camera_id: id, incident_id: incident.id });
    } catch (error) {
      if (!this.grant_id || error.status !== 403) throw error;
      return this.#client.play({ camera_id: id, grant_id: this.grant_id });
    }
  }

  #show(dispatch) {
    const { location, priority, cameras, attachments = [] } = dispatch.incident;
    this.#incident.show(this.#known(dispatch));
    this.#cameras.show(cameras);
    this.#chart.show({ incident: { lat: location.lat, lon: location.lon, priority }, cameras });
    facts($('facts'), attachments);
  }

  #four(open) {
    $('four').setAttribute('aria-pressed', String(open));
    if (open) this.#wall.open(this.dispatch.incident.cameras, this.camera_id, this.#thin);
    else this.#wall.close();
  }
}
