/**
 * One camera on the wall: single pictures until it is chosen, then video; always with its state and the age of what is shown.
 *
 * Invariant: what may not be seen is taken out of the page in the same turn the page hears of it, element and all.
 */
import { Player } from '/sdk/player.js';
import { standing } from '/sdk/standing.js';
import { Steering } from '/sdk/steering.js';
import { SteeringPanel } from '/sdk/steering_panel.js';
import { wayToPlay } from '/sdk/way.js';
import { Still } from '/sdk/still.js';
import { button, h, put } from '/console/page.js';
import { called, ended, lasting, t, why, wrong } from '/console/words.js';

const EVERY_MS = 4_000;
const LOOK_MS = 500;
const BLANK_AFTER_MS = 20_000; // without a new picture nobody can tell whether it may still be seen
const WAY = wayToPlay();
const KINDS = { live: 'good', delayed: 'late', stills: 'late', stale: 'alarm', last_good: 'alarm', down: 'alarm' };

export class Tile {
  /** @param {import('/console/desk.js').Desk} desk @param {{ id: string, name: string }} camera @param {object} by as playback takes it @param {(tile: Tile) => void} choose */
  constructor(desk, camera, by, choose) {
    this.camera = camera;
    this.session_id = null;
    this.#desk = desk;
    this.#by = by;
    this.#screen = h('div', { class: 'screen' });
    this.#state = h('span', { class: 'badge', 'data-kind': 'quiet' }, t('wall.opening'));
    this.#cover = h('p', { class: 'cover' });
    const steer = h('div', { class: 'steer' });
    this.#steer = new SteeringPanel(steer, { text: t, wrong, now_ms: () => desk.now_ms });
    this.element = h(
      'figure',
      { class: 'tile', 'data-camera': camera.id },
      this.#screen,
      this.#cover,
      h('figcaption', {}, h('b', {}, camera.name), this.#state, button(t('wall.choose'), () => choose(this), { 'aria-label': `${camera.name}: ${t('wall.choose')}`, 'data-key': camera.id })),
      steer,
    );
  }

  #desk;
  #by;
  #screen;
  #state;
  #cover;
  #steer;
  #player = null;
  #still = null;
  #seen = null;
  #told = null;
  #timer = 0;
  #new_ms = 0;
  #session = null;
  #gone = false;

  /** Ask for it and show single pictures. */
  async open() {
    try {
      const session = await this.#desk.client.play({ camera_id: this.camera.id, ...this.#by });
      if (this.#gone) return this.#desk.client.stop(session.session_id).catch(() => {});
      this.#session = session;
      this.session_id = session.session_id;
      this.#begin();
    } catch (error) {
      this.blank(wrong(error));
    }
  }

  /** Moving pictures, or single ones again. @param {boolean} chosen */
  async play(chosen) {
    this.element.classList.toggle('chosen', chosen);
    this.element.querySelector('button').hidden = chosen;
    if (!chosen) this.#stopVideo();
    if (!chosen || !this.#session || this.#player) return;
    this.#offer();
    if (WAY === 'stills') return;
    const library = WAY === 'hls.js' ? await import('/vendor/hls/hls.min.mjs') : null;
    if (this.#gone || !this.#session || this.#player || !this.element.classList.contains('chosen')) return;
    const video = h('video', { 'aria-label': this.camera.name });
    this.#screen.append(video);
    this.#player = new Player(video, library);
    this.#player.addEventListener('state', ({ detail }) => (this.#seen = detail));
    this.#player.addEventListener('refused', () => this.blank(ended()));
    this.#player.open(this.#session.url);
  }

  /** What is watched large may be steered, where the server says so. */
  #offer() {
    const incident_id = this.#session.steers_for;
    if (incident_id && !this.#steer.offers) this.#steer.watch(new Steering(this.#desk.client, { camera_id: this.camera.id, incident_id }));
  }

  /** @param {any} told how the stream fares */
  hear(told) {
    if (told.camera_id === this.camera.id) this.#told = told;
  }

  /** Show nothing, and say why. @param {string} why */
  blank(why) {
    this.#clear();
    this.#say('alarm', t('wall.over'), why);
  }

  /** Leave it. */
  close() {
    this.#gone = true;
    const left = this.session_id;
    this.#clear();
    if (left) this.#desk.client.stop(left).catch(() => {});
  }

  #begin() {
    const canvas = h('canvas', { role: 'img', 'aria-label': this.camera.name });
    put(this.#screen, canvas);
    this.#new_ms = performance.now();
    this.#still = new Still(canvas, this.#desk.client.clock);
    this.#still.addEventListener('picture', () => (this.#new_ms = performance.now()));
    this.#still.addEventListener('refused', () => this.blank(ended()));
    this.#still.open(this.#session.still_url, 0, EVERY_MS);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#look();
    if (this.element.classList.contains('chosen')) this.play(true);
  }

  #look() {
    const video = this.#player && this.#seen?.shows ? this.#seen : null;
    if (video && video.idle_s < 1) this.#new_ms = performance.now();
    const found = standing({ video, still_at: this.#still.taken_at, told: this.#told, now_ms: this.#desk.client.clock.now(), plays: WAY !== 'stills' });
    this.#still.want(video && found.source === 'video' && found.stills_every_ms === null ? null : EVERY_MS);
    this.#screen.dataset.source = found.source ?? '';
    if (performance.now() - this.#new_ms > BLANK_AFTER_MS) {
      this.#screen.dataset.source = '';
      return this.#say('alarm', t('wall.lost'), t('wall.lost_advice'));
    }
    const unplayable = found.reason === 'unplayable' ? ` · ${why(found.reason)}` : '';
    const age = (found.age_s === null ? '' : ` · ${lasting(found.age_s)}`) + unplayable;
    this.#say(KINDS[found.state] ?? 'quiet', found.state === 'starting' ? t('wall.opening') : called('standing', found.state) + age, '');
  }

  #say(kind, state, cover) {
    this.#state.dataset.kind = kind;
    if (this.#state.textContent !== state) this.#state.textContent = state;
    this.#cover.textContent = cover;
    this.#cover.hidden = !cover;
  }

  #stopVideo() {
    this.#player?.close();
    this.#player = this.#seen = null;
    this.#screen.querySelector('video')?.remove();
    this.#steer.watch(null);
  }

  #clear() {
    clearInterval(this.#timer);
    this.#stopVideo();
    this.#still?.close();
    this.#still = this.#session = this.session_id = null;
    this.#screen.replaceChildren();
    this.#screen.dataset.source = '';
  }
}
