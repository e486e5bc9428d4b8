/**
 * The picture on the screen: one camera at a time, what is said of it, and the cover that hides it.
 *
 * Invariant: what may not be seen is taken out of the page in the same turn the page hears of it, element and all.
 */
import { Player } from '/sdk/player.js';
import { standing } from '/sdk/standing.js';
import { Still } from '/sdk/still.js';
import { warm } from '/sdk/transfer.js';
import { wayToPlay } from '/sdk/way.js';
import { label, unlabel, write } from '/label.js';
import { mark } from '/marks.js';
import * as words from '/words.js';

const LONG_START_MS = 6_000;
const FIRST_STILL_MS = 500; // a stream that is warm is on the screen by then, and its first segment had the line for itself
const STILLS_EVERY_MS = 2_000;
const THIN_EVERY_MS = 4_000; // one picture in five seconds is left at 150 kbit/s
const BLANK_AFTER_MS = 10_000; // without a new picture, or a word of the server, nobody can tell whether watching is still allowed
const OLD = new Set(['stale', 'stills', 'last_good', 'down', 'lost']);

export class Picture {
  /**
   * @param {HTMLElement} place
   * @param {object} does
   * @param {import('/sdk/age.js').ServerClock} does.clock
   * @param {(camera: object) => Promise<{ session_id: string, url: string, still_url: string }>} does.open
   * @param {(session_id: string) => void} does.leave
   * @param {() => void} does.refused the gate ended the access and nobody said why
   * @param {(camera_id: string | null, incident_id: string | null) => void} [does.steers] for which incident what is watched may be steered
   */
  constructor(place, { clock, open, leave, refused, steers = () => {} }) {
    this.#place = place;
    this.#clock = clock;
    this.#open = open;
    this.#leave = leave;
    this.#refused = refused;
    this.#steers = steers;
  }

  #place;
  #clock;
  #open;
  #leave;
  #refused;
  #steers;
  #player = null;
  #still = null;
  #seen = null;
  #plays = true;
  #told = null;
  #told_ms = -Infinity;
  #new_ms = -Infinity; // when the last new picture came
  #camera = null;
  #session = null;
  #denied = null; // the session that the gate ended: the reason may come after its no
  #wish = 0;
  #tapped_ms = 0;
  #looking = 0;
  /** Single pictures only, from the next camera on. */
  thin = false;

  get session_id() {
    return this.#session;
  }

  /** Whether it shows one of these sessions, or showed it until the gate said no. @param {string[]} session_ids */
  isOf(session_ids) {
    return session_ids.includes(this.#session ?? this.#denied);
  }

  get camera_id() {
    return this.#camera?.id ?? null;
  }

  /** Figures for measurements. */
  get figures() {
    const player = this.#player;
    const { verdict, source } = this.#place.dataset;
    if (!player) return { camera_id: this.camera_id, verdict };
    const { age_s, height, counts, ahead, hold } = player;
    return { camera_id: this.camera_id, verdict, source, age_s, height, ...counts, ahead, ...hold };
  }

  /** Show a camera; what was shown before is gone at once. @param {object} camera */
  async watch(camera) {
    mark('tap', { camera_id: camera.id });
    this.#tapped_ms = performance.now();
    setTimeout(() => warm('/icon.svg')); // after the asking, which must not wait for a new connection
    const wish = (this.#wish += 1);
    const left = this.#clear();
    this.#camera = camera;
    write(this.#place, '.name', camera.name);
    this.#say('starting', words.text('tablet.opening'), '');
    let session;
    try {
      session = await this.#open(camera);
    } catch (error) {
      if (wish === this.#wish) this.#say('failed', ...words.refused(error), words.text('tablet.reopen'));
      return;
    } finally {
      if (left) this.#leave(left);
    }
    if (wish !== this.#wish) {
      this.#leave(session.session_id);
      return;
    }
    this.#session = session.session_id;
    this.#steers(camera.id, session.steers_for ?? null);
    this.#play(session);
  }

  /** The server says how the stream of a camera fares. @param {import('/sdk/standing.js').Told & { camera_id: string }} told */
  hear(told) {
    if (!this.#session || told.camera_id !== this.camera_id) return;
    const flows = (word) => word?.state === 'live' || word?.state === 'delayed';
    if (flows(told) && !flows(this.#told)) this.#player?.again();
    this.#told = told;
    this.#told_ms = performance.now();
    this.#show();
  }

  /** Whether the server should be asked how the stream fares, though nothing was pushed: what is shown is old. */
  get is_old() {
    return OLD.has(this.#place.dataset.verdict);
  }

  /** Take the picture away and say why. @param {[title: string, advice: string]} why @param {boolean} [again] offer to reopen */
  blank(why, again = false) {
    this.#wish += 1;
    this.#clear();
    this.#say('ended', ...why, again ? words.text('tablet.reopen') : '');
  }

  /** Nothing to show any more. */
  close() {
    this.#wish += 1;
    const left = this.#clear();
    if (left) this.#leave(left);
    this.#camera = null;
    this.#say('none', '', '');
  }

  async #play({ url, still_url }) {
    const way = wayToPlay();
    this.#plays = way !== 'stills';
    if (this.thin || !this.#plays) return this.#playStills(still_url);
    const wish = this.#wish;
    const library = way === 'hls.js' ? await import('/vendor/hls/hls.min.mjs') : null;
    if (wish !== this.#wish) return;
    const video = document.createElement('video');
    video.setAttribute('aria-label', this.#camera.name);
    const canvas = document.createElement('canvas');
    this.#place.querySelector('.screen').replaceChildren(video, canvas);
    this.#still = this.#stills(canvas);
    this.#player = this.#video(video, library);
    this.#player.open(url);
    this.#still.open(still_url, FIRST_STILL_MS, STILLS_EVERY_MS);
  }

  #playStills(still_url) {
    const canvas = document.createElement('canvas');
    this.#place.querySelector('.screen').replaceChildren(canvas);
    this.#still = this.#stills(canvas);
    this.#still.open(still_url, 0, THIN_EVERY_MS);
    this.#looking = setInterval(() => this.#show(), 500);
  }

  #video(video, library) {
    const player = new Player(video, library);
    player.addEventListener('first-frame', () => {
      mark('first-frame', { camera_id: this.camera_id });
      this.#see({ shows: true, verdict: 'live', age_s: player.age_s, idle_s: 0, taken_at: player.taken_at });
    });
    player.addEventListener('state', ({ detail }) => this.#see(detail));
    player.addEventListener('retrying', () => player.taken_at && this.#still?.keep(video, player.taken_at));
    player.addEventListener('refused', () => this.#deny());
    return player;
  }

  #stills(canvas) {
    const still = new Still(canvas, this.#clock);
    still.addEventListener('picture', () => {
      mark('still', { camera_id: this.camera_id });
      this.#new_ms = performance.now();
      this.#show();
    });
    still.addEventListener('refused', () => this.#deny());
    return still;
  }

  #deny() {
    const denied = this.#session;
    this.blank(words.ended());
    this.#denied = denied;
    this.#refused();
  }

  #see(seen) {
    this.#seen = seen;
    if (seen.shows) this.#new_ms = Math.max(this.#new_ms, performance.now() - seen.idle_s * 1000);
    this.#show();
  }

  #show() {
    if (!this.#still) return;
    const video = this.#seen?.shows ? this.#seen : null;
    const found = standing({ video, still_at: this.#still.taken_at, told: this.#told, now_ms: this.#clock.now(), plays: this.#plays });
    this.#still.want(this.#player ? found.stills_every_ms : THIN_EVERY_MS);
    if (found.source && performance.now() - Math.max(this.#new_ms, this.#told_ms) > BLANK_AFTER_MS) {
      unlabel(this.#place);
      this.#say('lost', ...words.texts('tablet.lost'));
      return;
    }
    this.#place.dataset.source = found.source ?? '';
    label(this.#place, found);
    if (found.state === 'starting') this.#say('starting', words.text('tablet.opening'), this.#isLong() ? words.text('tablet.slow_camera') : '');
    else if (found.state === 'down') this.#say('down', ...words.why(found.reason));
    else this.#say(found.state, '', '');
  }

  #isLong() {
    return performance.now() - this.#tapped_ms > LONG_START_MS;
  }

  #say(verdict, title, advice, again = '') {
    this.#place.dataset.verdict = verdict;
    write(this.#place, '.title', title);
    write(this.#place, '.advice', advice);
    const button = this.#place.querySelector('button');
    button.hidden = !again;
    write(this.#place, 'button', again);
    button.onclick = () => this.watch(this.#camera);
  }

  /** @returns {string | null} the session that was watched, to be left */
  #clear() {
    const left = this.#session;
    this.#session = this.#denied = null;
    clearInterval(this.#looking);
    if (this.#still) {
      this.#player?.close();
      this.#still.close();
      this.#player = this.#still = null;
      mark('blank', { camera_id: this.camera_id });
    }
    this.#seen = this.#told = null;
    this.#told_ms = this.#new_ms = -Infinity;
    this.#place.querySelector('.screen').replaceChildren();
    this.#place.dataset.source = '';
    unlabel(this.#place);
    if (left) this.#steers(null, null); // before the session is left, with which it would end too
    return left;
  }
}
