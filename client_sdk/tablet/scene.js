/**
 * What is shown of one dispatch, or of access that was given: the incident, its pictures, its cameras, the map.
 *
 * Invariant: a picture that may not be seen is out of the page in the turn the page hears of it, before anything is asked.
 */
import { Cameras, best } from '/cameras.js';
import { Chart } from '/chart.js';
import { facts, water } from '/facts.js';
import { Incident } from '/incident.js';
import { $, say, stayAwake, view } from '/page.js';
import { Person } from '/person.js';
import { Picture } from '/picture.js';
import { Report } from '/report.js';
import { Steer } from '/steer.js';
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
    this.#steer = new Steer(client, (panel) => this.#panel(panel));
    this.#picture = new Picture($('picture'), { ...does, steers: (camera_id, incident_id) => this.#steer.watch(camera_id, incident_id) });
    this.#wall = new Wall($('pictures'), $('tile'), { ...does, refused }, choose);
    this.#cameras = new Cameras($('cameras'), $('camera'), choose);
    this.#chart = new Chart($('map'), {
      choose: (id) => this.choose(this.#listed.find((camera) => camera.id === id)),
      units: () => this.#units(),
      tiles: () => this.#map,
    });
    this.#person = new Person(client);
    this.#panel = tabs($('tabs'), (name) => {
      this.#chart.look(name === 'map');
      this.#person.look(name === 'facts');
      $('report_open').setAttribute('aria-pressed', String(name === 'report'));
      this.#steer.look(name);
    });
    this.#incident = new Incident($('incident'), async (status) => {
      await client.report(this.dispatch.id, status);
      this.dispatch.status = status;
    });
    this.#report = new Report($('report'), (id, text) => client.call('POST', `/v1/incidents/${encodeURIComponent(id)}/reports`, { kind: 'update', text }));
    $('report_open').addEventListener('click', () => this.#panel('report'));
    $('four').addEventListener('click', () => this.#four(!this.#wall.isOpen));
  }

  #client;
  #known;
  #picture;
  #wall;
  #cameras;
  #chart;
  #panel;
  #person;
  #steer;
  #incident;
  #report;
  #thin = false;
  #unit_id = null;
  #map = null;
  /** What is shown, as /v1/me/dispatches gives it; null for nothing. @type {object | null} */
  shown = null;

  /** The dispatch that is shown. @returns {object | null} */
  get dispatch() {
    return this.shown?.incident ? this.shown : null;
  }

  /** The access that is shown. @returns {object | null} */
  get grant() {
    return this.shown?.incident ? null : this.shown;
  }

  /** @returns {string | null} */
  get incident_id() {
    return this.shown?.incident?.id ?? this.shown?.incident_id ?? null;
  }

  /** Figures for measurements. */
  get figures() {
    return { dispatch_id: this.dispatch?.id ?? null, grant_id: this.grant?.id ?? null, ...this.#picture.figures };
  }

  /** The camera that is watched. @returns {string | null} */
  get camera_id() {
    return this.#picture.camera_id;
  }

  /** Whether a picture is, or was until the gate said no, of one of these sessions. @param {string[]} session_ids */
  watches(session_ids) {
    return this.#picture.isOf(session_ids);
  }

  /** @param {object} shown a dispatch or access that was given */
  open(shown) {
    this.shown = shown;
    this.#show();
    this.tick();
    this.#panel('cameras');
    view('dispatch');
    say(words.opened(shown));
    const camera = best(this.#listed);
    if (camera) this.watch(camera);
    else this.#picture.blank(words.texts('tablet.no_cameras'));
    stayAwake(true);
  }

  /** The same, read again. @param {object} shown */
  update(shown) {
    const follows = shown.incident?.service === 'ankle_monitor' && this.camera_id === best(this.#listed)?.id;
    this.shown = shown;
    this.#show();
    const first = best(this.#listed);
    if (follows && first && first.id !== this.camera_id) this.watch(first); // the wearer has gone on to that one
    else this.#cameras.watch(this.camera_id);
  }

  /** The unit stands there. @param {string} status */
  stand(status) {
    this.#incident.stand(status);
  }

  /** Nothing of it stays on the screen, or in the page. */
  close() {
    this.shown = null;
    this.#wall.close();
    this.#picture.close();
    this.#chart.close();
    this.#incident.close();
    this.#report.close();
    this.#cameras.show([]);
    this.forget();
    facts($('facts'), []);
    stayAwake(false);
  }

  /** Close what lies on the picture and its list. @returns {boolean} whether anything did */
  back() {
    if (!this.shown) return false;
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
    const camera = this.#listed.find(({ id }) => id === this.camera_id);
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

  /** @param {object} told of the events `stream` and `alert` */
  hear(told) {
    this.#person.hear(told);
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

  /** Nobody but the driver is there. */
  letGo() {
    this.#steer.leave();
  }

  tick() {
    this.#incident.tick(this.#client.clock.now());
  }

  /** Ask how the stream fares, where the server cannot say it by itself, or said it long ago of a picture that is old. @param {boolean} online */
  async look(online) {
    if (!this.shown || !this.#picture.session_id || (online && !this.#picture.is_old)) return;
    await this.#client.stream({ camera_id: this.camera_id, ...this.#by }).then((told) => this.hear(told), () => {}); // the gate ends what is refused
  }

  get #listed() {
    return (this.shown?.incident ?? this.shown)?.cameras ?? [];
  }

  /** What allows it: nothing of the other helps. */
  get #by() {
    return this.dispatch ? { incident_id: this.incident_id } : { grant_id: this.shown.id };
  }

  async #units() {
    if (!this.dispatch) return []; // of the crews on an incident only those hear where the others are
    const { items } = await this.#client.call('GET', `/v1/incidents/${encodeURIComponent(this.incident_id)}/positions?limit=200`);
    return items.filter(({ id }) => id !== this.#unit_id).map(({ call_sign, ...more }) => ({ name: call_sign, ...more }));
  }

  #play({ id }) {
    return this.#client.play({ camera_id: id, ...this.#by });
  }

  #show() {
    const { location, priority, attachments = [], alert_id = null } = this.dispatch?.incident ?? {};
    document.body.dataset.basis = this.dispatch ? 'dispatch' : 'grant';
    if (this.dispatch) {
      this.#incident.show(this.#known(this.dispatch));
      this.#report.show(this.dispatch.incident);
    }
    this.#cameras.show(this.#listed);
    this.#chart.show({ incident: location ? { lat: location.lat, lon: location.lon, priority } : null, cameras: this.#listed, water: water(attachments) });
    this.#person.show(alert_id);
    facts($('facts'), attachments, this.#person.card);
  }

  /** Whom it is about goes at once where the dispatch is over, though pictures may stay for a while. */
  forget() {
    if (!this.#person.card) return;
    this.#person.close();
    facts($('facts'), this.dispatch?.incident.attachments ?? []);
    if ($('facts_tab').hidden && !$('facts').hidden) this.#panel('cameras');
  }

  #four(open) {
    $('four').setAttribute('aria-pressed', String(open));
    if (open) this.#wall.open(this.#listed, this.camera_id, this.#thin);
    else this.#wall.close();
  }
}
