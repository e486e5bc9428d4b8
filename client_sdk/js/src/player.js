/**
 * One picture: plays a stream in a video element, says how old what is shown is, and is blank the moment it may not be seen.
 *
 * Emits
 * - `first-frame` once, when the first picture is on the screen;
 * - `state` with `{ shows, verdict, age_s, idle_s, taken_at }` about three times a second, see age.js; `shows` is whether a picture is there;
 * - `stall` each time the picture ran dry;
 * - `retrying` when the stream broke and is opened again in a while; its last picture is still in the element, and then gone;
 * - `refused` with `{ status }` when the server ended the access: the picture is blank already and is not asked for again;
 * - `unplayable` where the browser plays no such stream (way.js): show stills.
 */
import { Ahead } from './ahead.js';
import { ServerClock, takenAt, verdict } from './age.js';
import { headers } from './cmcd.js';
import { random } from './device.js';
import { backOff } from './events.js';
import { ahead_s, onFrames } from './frames.js';
import { loaderFor } from './loader.js';
import { Native } from './native.js';
import * as pace from './pace.js';
import { Patience } from './patience.js';
import { controllerFrom } from './rung.js';
import { REFUSED, settings } from './settings.js';
import { Transfer } from './transfer.js';
import { beginning } from './wanted.js';
import { wayToPlay } from './way.js';

const LOOK_MS = 100;
const TELL_EVERY = 3;
const IN_HAND_PARTS = 1.8;
const BROKEN_S = 2; // longer than a stall of a thin link that is about to end
const DRY_S = 0.12; // a frame or two: the element cannot go on

/** The path of the lowest rung below a stream, as the last stream had it: asked for before its playlist of rungs has come. */
let firstRung = '';

export class Player extends EventTarget {
  /**
   * @param {HTMLVideoElement} video
   * @param {typeof import('hls.js') | null} library the module of hls.js, which is not looked at where the browser has to play by itself
   */
  constructor(video, library) {
    super();
    this.video = video;
    video.muted = true;
    video.playsInline = true;
    this.#library = library;
  }

  #library;
  #hls = null;
  /** @type {Native | null} */
  #native = null;
  #url = '';
  #ahead = new Ahead((url, options) => new Transfer(url, { ...options, headers: this.#told(url) }));
  #sid = random();
  #starved = false;
  #clock = new ServerClock();
  #pace = null;
  #timer = 0;
  #looks = 0;
  #failures = 0;
  #patience = new Patience();
  #retry = 0;
  #shown_at_ms = null;
  #shows = false;
  #unwatch = () => {};
  /** Figures for measurements: requests and stalls since `open`. */
  counts = { stalls: 0, reopened: 0 };

  /** Play the stream at this address from its live edge. @param {string} url */
  open(url) {
    this.close();
    this.#url = new URL(url, location.href).href;
    this.counts = { stalls: 0, reopened: 0 };
    this.#failures = 0;
    this.#shown_at_ms = null;
    this.#unwatch = onFrames(this.video, () => this.#onFrame());
    this.video.addEventListener('waiting', this.#onWaiting);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#start();
  }

  /** Stop and show nothing, at once. Repeating it changes nothing. */
  close() {
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    this.video.removeEventListener('waiting', this.#onWaiting);
    this.#unwatch();
    this.#drop();
    this.video.pause();
    this.video.removeAttribute('src');
    this.video.load();
    this.#url = '';
  }

  /** Open the stream anew, if no picture has come of it for a while: there is reason to think that it is back. */
  again() {
    const runs = this.#hls ?? this.#native;
    if (!this.#url || (runs && this.#idle_s < BROKEN_S)) return;
    if (runs) this.#break();
    clearTimeout(this.#retry);
    this.#start();
  }

  /** Downloads begun ahead, and what became of them. */
  get ahead() {
    return this.#ahead.counts;
  }

  /** What the pace keeps in hand, how fast it plays, and what the link is thought to carry; null before the first look. */
  get hold() {
    return this.#pace && { margin_s: this.#pace.margin_s, rate: this.video.playbackRate, link_bps: this.#hls?.bandwidthEstimate };
  }

  /** Which rung is shown, by height in pixels; null before the first picture. */
  get height() {
    return this.video.videoHeight || null;
  }

  /** When the picture shown was taken, by the server's clock; null before the first and where the playlist gives no times. */
  get taken_at() {
    if (this.#native && this.#shown_at_ms !== null) return this.#native.taken_at;
    const details = this.#hls?.latestLevelDetails;
    if (!details || this.#shown_at_ms === null) return null;
    const at_ms = takenAt([...details.fragments, details.fragmentHint].filter(Boolean), this.video.currentTime);
    return at_ms === null ? null : new Date(at_ms);
  }

  /** Seconds between the camera's picture and its showing, by the server's clock; null when unknown. */
  get age_s() {
    const { taken_at } = this;
    const now_ms = this.#clock.now();
    return taken_at && now_ms !== null ? Math.max(0, (now_ms - taken_at.getTime()) / 1000) : null;
  }

  #start() {
    const way = wayToPlay();
    if (way === 'hls.js') this.#feed();
    else if (way === 'native') this.#native = new Native(this.video, this.#url, { clock: this.#clock, failed: (status) => this.#fail(status) });
    else queueMicrotask(() => this.dispatchEvent(new Event('unplayable')));
  }

  #feed() {
    const { default: Hls, M3U8Parser, AbrController } = this.#library;
    const watch = {
      onPlaylist: (details, transfer) => this.#observe(transfer),
      onJoin: (details) => this.#join(details),
      thought_bps: () => this.#hls.bandwidthEstimate,
    };
    if (firstRung) this.#ahead.want([this.#url, new URL(firstRung, this.#url).href]);
    const hls = new Hls(settings(loaderFor(this.#ahead, M3U8Parser, watch), controllerFrom(AbrController)));
    this.#hls = hls;
    this.#pace = pace.start(seconds());
    hls.on(Hls.Events.ERROR, (_, error) => this.#onError(error));
    hls.on(Hls.Events.MANIFEST_PARSED, (_, { levels }) => {
      firstRung = levels[0].url[0].slice(new URL('.', this.#url).href.length);
      this.video.play().catch(() => {});
    });
    // What is remembered of a rung from long ago has no segment in common with now, and hls.js 1.7.4 would join the two end to end.
    hls.on(Hls.Events.LEVEL_SWITCHING, (_, { level }) => {
      if (hls.levels[level].details !== hls.latestLevelDetails) hls.levels[level].details = undefined;
    });
    hls.on(Hls.Events.FRAG_LOAD_EMERGENCY_ABORTED, () => hls.abrController.fail());
    hls.on(Hls.Events.BUFFER_APPENDED, () => {
      this.#patience.tookIn(document.visibilityState === 'visible');
      this.#goToStart(hls);
    });
    hls.on(Hls.Events.FRAG_BUFFERED, () => (this.#failures = 0));
    hls.on(Hls.Events.LEVEL_LOADED, () => this.#patience.answered());
    hls.loadSource(this.#url);
    hls.attachMedia(this.video);
  }

  /** What the server hears with a request (CTA-5004). */
  #told(url) {
    const starved = this.#starved;
    this.#starved = false;
    const levels = this.#hls?.levels ?? [];
    const facts = { bitrate_bps: levels[this.#hls?.loadLevel]?.bitrate, top_bps: levels.at(-1)?.bitrate, link_bps: this.#hls?.bandwidthEstimate };
    const in_hand_s = this.#shown_at_ms === null ? null : ahead_s(this.video);
    return headers(url, { sid: this.#sid, ...facts, in_hand_s, starved });
  }

  #drop() {
    this.#shows = false;
    this.#patience.begin();
    this.#ahead.clear();
    this.#hls?.destroy();
    this.#native?.close();
    this.#hls = this.#native = null;
  }

  /** Playlists of a stream that does not run are not there (404): as after a long tunnel, asking has it run again. */
  #onError({ fatal, response, details }) {
    const status = response?.code;
    const piece = details === this.#library.ErrorDetails.FRAG_LOAD_ERROR;
    const over = fatal || REFUSED.has(status) || (status === 404 && !piece);
    if (over || (status >= 500 && this.#patience.failed(seconds()))) this.#fail(status);
  }

  #fail(status) {
    if (!REFUSED.has(status)) return this.#reopen();
    this.close();
    this.dispatchEvent(new CustomEvent('refused', { detail: { status } }));
  }

  #reopen() {
    this.#failures += 1;
    this.#break();
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#start(), backOff(this.#failures, Math.random()));
  }

  #break() {
    this.counts.reopened += 1;
    this.dispatchEvent(new CustomEvent('retrying', { detail: { failures: this.#failures } }));
    this.#drop();
  }

  /** Seconds since the last new picture; 0 before the first one. */
  get #idle_s() {
    return this.#shown_at_ms === null ? 0 : (performance.now() - this.#shown_at_ms) / 1000;
  }

  #onWaiting = () => {
    const { video } = this;
    // Before the first picture, and while a seek is decoded, the element waits with enough in hand: no stall.
    if (this.#shown_at_ms === null || !this.#pace || this.#pace.filling || ahead_s(video) > DRY_S) return;
    this.counts.stalls += 1;
    this.#starved = true;
    this.#pace = pace.stalled(this.#pace, seconds());
    this.#hls?.abrController.fail();
    this.dispatchEvent(new Event('stall'));
  };

  #look() {
    this.#native?.look(this.#idle_s);
    this.#keepPace();
    if (this.#patience.stuck(this.#idle_s)) this.#reopen();
    this.#looks += 1;
    if (this.#looks % TELL_EVERY) return;
    const { age_s, taken_at } = this;
    const idle_s = this.#idle_s;
    const detail = { shows: this.#shows, verdict: verdict(age_s, idle_s), age_s, idle_s, taken_at };
    this.dispatchEvent(new CustomEvent('state', { detail }));
  }

  #keepPace() {
    const { video } = this;
    const details = this.#hls?.latestLevelDetails;
    if (!details || this.#shown_at_ms === null || video.seeking || !video.buffered.length) return;
    const { pace: next, rate, seek_s, play } = pace.step(this.#pace, {
      now_s: seconds(),
      playhead_s: video.currentTime,
      buffered_s: video.buffered.end(video.buffered.length - 1),
      edge_s: details.edge,
      part_s: details.partTarget || details.targetduration,
    });
    this.#pace = next;
    if (seek_s !== null) video.currentTime = seek_s;
    if (video.playbackRate !== rate) video.playbackRate = rate;
    if (play && video.paused) video.play().catch(() => {});
    else if (!play && !video.paused) video.pause();
  }

  /** hls.js would look only ten times a second whether the first picture has come. */
  #goToStart({ startPosition }) {
    const { buffered, currentTime } = this.video;
    if (this.#shown_at_ms !== null || !buffered.length || startPosition < 0 || currentTime >= startPosition) return;
    if (buffered.start(0) <= startPosition && startPosition < buffered.end(0)) this.video.currentTime = startPosition;
  }

  /** Begin at the newest picture that can be shown by itself. */
  #join(details) {
    const behind_s = beginning(details, IN_HAND_PARTS * details.partTarget);
    this.#hls.targetLatency = behind_s;
    return behind_s;
  }

  #observe(transfer) {
    const { headers, started_ms, first_ms } = transfer;
    this.#clock.observe(headers.get('X-Time'), started_ms, first_ms);
  }

  #onFrame() {
    const first = this.#shown_at_ms === null;
    this.#shown_at_ms = performance.now();
    this.#shows = true;
    this.#patience.saw();
    if (first) this.dispatchEvent(new Event('first-frame'));
  }
}

function seconds() {
  return performance.now() / 1000;
}
