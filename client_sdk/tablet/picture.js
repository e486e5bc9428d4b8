/**
 * The picture on the screen: one camera at a time, its badge, and the cover that hides it.
 *
 * Invariant: what may not be seen is taken out of the page in the same turn the page hears of it, element and all.
 */
import { Player } from '/sdk/player.js';
import { warm } from '/sdk/transfer.js';
import { mark } from '/marks.js';
import * as words from '/words.js';

const LONG_START_MS = 6_000;
const BLANK_AFTER_S = 10; // without a new picture nobody can tell whether watching is still allowed

export class Picture {
  /**
   * @param {HTMLElement} place
   * @param {object} does
   * @param {(camera: object) => Promise<{ session_id: string, url: string }>} does.open
   * @param {(session_id: string) => void} does.leave
   * @param {() => void} does.refused the gate ended the access and nobody said why
   */
  constructor(place, { open, leave, refused }) {
    this.#place = place;
    this.#open = open;
    this.#leave = leave;
    this.#refused = refused;
  }

  #place;
  #open;
  #leave;
  #refused;
  #player = null;
  #camera = null;
  #session = null;
  #wish = 0;
  #tapped_ms = 0;

  get session_id() {
    return this.#session;
  }

  get camera_id() {
    return this.#camera?.id ?? null;
  }

  /** Figures for measurements. */
  get figures() {
    const player = this.#player;
    const { verdict } = this.#place.dataset;
    if (!player) return { camera_id: this.camera_id, verdict };
    const { age_s, height, counts, ahead, hold } = player;
    return { camera_id: this.camera_id, verdict, age_s, height, ...counts, ahead, ...hold };
  }

  /** Show a camera; what was shown before is gone at once. @param {object} camera */
  async watch(camera) {
    mark('tap', { camera_id: camera.id });
    this.#tapped_ms = performance.now();
    setTimeout(() => warm('/icon.svg')); // after the asking, which must not wait for a new connection
    const wish = (this.#wish += 1);
    const left = this.#clear();
    this.#camera = camera;
    this.#place.querySelector('.name').textContent = camera.name;
    this.#say('starting', '영상 여는 중', '');
    let session;
    try {
      session = await this.#open(camera);
    } catch (error) {
      if (wish === this.#wish) this.#fail(words.refused(error));
      return;
    } finally {
      if (left) this.#leave(left);
    }
    if (wish !== this.#wish) {
      this.#leave(session.session_id);
      return;
    }
    this.#session = session.session_id;
    this.#play(session.url);
  }

  /** Take the picture away and say why. @param {[title: string, advice: string]} why @param {boolean} [again] offer to reopen */
  blank(why, again = false) {
    this.#wish += 1;
    this.#session = null;
    this.#clear();
    this.#say('ended', ...why, again ? '다시 열기' : '');
  }

  /** Nothing to show any more. */
  close() {
    this.#wish += 1;
    const left = this.#clear();
    if (left) this.#leave(left);
    this.#camera = null;
    this.#say('none', '', '');
  }

  async #play(url) {
    const wish = this.#wish;
    const library = await import('/vendor/hls/hls.min.mjs');
    if (wish !== this.#wish) return;
    const video = document.createElement('video');
    video.setAttribute('aria-label', this.#camera.name);
    this.#place.querySelector('.screen').replaceChildren(video);
    const player = (this.#player = new Player(video, library));
    player.addEventListener('first-frame', () => {
      mark('first-frame', { camera_id: this.camera_id });
      this.#say('live', '', '');
    });
    player.addEventListener('state', ({ detail }) => this.#tell(detail));
    player.addEventListener('refused', () => {
      this.blank(words.ended());
      this.#refused();
    });
    player.open(url);
  }

  #tell({ verdict, age_s, idle_s, taken_at }) {
    if (this.#place.dataset.verdict === 'starting' && verdict === 'starting') {
      const waited = performance.now() - this.#tapped_ms > LONG_START_MS;
      this.#place.querySelector('.advice').textContent = waited ? words.LONG_START : '';
      return;
    }
    if (idle_s > BLANK_AFTER_S) {
      this.#say('lost', '영상이 끊김', '다시 연결하는 중입니다. 다른 카메라를 고르거나 무전으로 확인하세요.');
      return;
    }
    this.#say(verdict === 'starting' ? 'undated' : verdict, '', '');
    this.#place.querySelector('.badge').textContent = words.badge(verdict, age_s, taken_at);
  }

  #fail(why) {
    this.#say('failed', ...why, '다시 열기');
  }

  #say(verdict, title, advice, again = '') {
    if (this.#place.dataset.verdict === verdict && verdict !== 'failed' && verdict !== 'ended') return;
    this.#place.dataset.verdict = verdict;
    this.#place.querySelector('.title').textContent = title;
    this.#place.querySelector('.advice').textContent = advice;
    const button = this.#place.querySelector('button');
    button.hidden = !again;
    button.textContent = again;
    button.onclick = () => this.watch(this.#camera);
  }

  /** @returns {string | null} the session that was watched, to be left */
  #clear() {
    const left = this.#session;
    this.#session = null;
    if (this.#player) {
      this.#player.close();
      this.#player = null;
      mark('blank', { camera_id: this.camera_id });
    }
    this.#place.querySelector('.screen').replaceChildren();
    this.#place.querySelector('.badge').textContent = '';
    return left;
  }
}
