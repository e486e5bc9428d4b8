/**
 * What may be said of the picture on the screen: the worse of what the page sees and of what the server tells. Pure.
 *
 * The page alone sees whether new pictures reach it; the server alone knows that pictures flow and are all the same, or why none come.
 *
 * @typedef {object} Seen of the video, as the player's `state` tells it
 * @property {string} verdict @property {number | null} age_s @property {number} idle_s @property {Date | null} taken_at
 *
 * @typedef {object} Told the event `stream`, or the answer of `/v1/streams/{camera}`
 * @property {'live' | 'delayed' | 'stale' | 'stills' | 'last_good' | 'down'} state
 * @property {string | null} reason @property {string} step @property {boolean} frozen
 *
 * @typedef {object} Standing
 * @property {'starting' | 'undated' | 'live' | 'delayed' | 'stale' | 'stills' | 'last_good' | 'down'} state
 * @property {'video' | 'still' | null} source what to show
 * @property {Date | null} taken_at when that was taken @property {number | null} age_s its age; both null of a frozen picture: nobody knows
 * @property {string | null} reason code: the server's, `link` if the way to here is at fault, `opening` while the video is, `unplayable` where it never will, a step, or none
 * @property {number | null} stills_every_ms how long to leave between two stills; null where none are of use
 */

import { MOVING_S } from './age.js'; // a picture so young is proof enough against a word that is late

const ENDED = new Set(['last_good', 'down', 'starting']);
const FRESH_S = 3; // and so is a still
const STILL_MOST_S = 15;
const STILL_OF_A_STOP_S = 2.5;
const STOP_IS_TOLD_S = 8; // within this the server tells of a camera that stands
const SOON_MS = 2_000; // at 64 kbit/s a still takes three seconds, and the video wants some of the line too
const SELDOM_MS = 5_000;

/**
 * @param {{ video: Seen | null, still_at: Date | null, told: Told | null, now_ms: number | null, plays?: boolean }} facts `video` is null while it
 *   shows no picture; `now_ms` is the server's time; `plays`: whether the browser plays video at all
 * @returns {Standing}
 */
export function standing({ video, still_at, told, now_ms, plays = true }) {
  const moving = video !== null && video.idle_s < MOVING_S && video.verdict !== 'stale';
  const source = sourceOf(video, still_at, moving);
  const taken_at = source === 'video' ? video.taken_at : source && still_at;
  const since_s = taken_at && now_ms !== null ? Math.max(0, (now_ms - taken_at.getTime()) / 1000) : null;
  const age_s = source === 'video' ? (video.age_s ?? since_s) : since_s;
  const state = stateOf({ video, told, moving, source, age_s, still_at });
  const known = state === 'stale' && told?.frozen ? { taken_at: null, age_s: null } : { taken_at, age_s };
  return { state, source, ...known, reason: reasonOf(state, video, told, plays), stills_every_ms: everyMs(state, moving) };
}

function sourceOf(video, still_at, moving) {
  if (moving) return 'video';
  if (still_at && !(video?.taken_at >= still_at)) return 'still';
  return video && 'video';
}

function stateOf({ video, told, moving, source, age_s, still_at }) {
  const gone = isGone(told);
  if (!source) return gone && told.reason !== 'starting' ? 'down' : 'starting';
  if (told?.state === 'stale') return 'stale';
  if (moving && video.verdict === 'live' && told?.state === 'delayed') return 'delayed';
  if (moving) return video.verdict === 'starting' ? 'undated' : video.verdict;
  if (gone && !(source === 'still' && age_s !== null && age_s <= FRESH_S)) return 'last_good';
  const single = source === 'still' || told?.state === 'stills';
  if (single && age_s !== null && age_s <= stillMostS(video, told, still_at)) return 'stills';
  if (single || video.verdict === 'stale') return 'stale';
  return video.verdict === 'starting' ? 'undated' : video.verdict;
}

/** A video that stopped may be a camera that stands. Only stills that go on for longer than that takes to be told are the link's doing. */
function stillMostS(video, told, still_at) {
  const goOn = video === null || told?.state === 'stills' || still_at - video.taken_at > STOP_IS_TOLD_S * 1000;
  return goOn ? STILL_MOST_S : STILL_OF_A_STOP_S;
}

function reasonOf(state, video, told, plays) {
  const flows = told?.state === 'live' || told?.state === 'delayed';
  if (state === 'stills' && video === null) return plays ? 'opening' : 'unplayable';
  if (flows && (state === 'stale' || state === 'stills')) return 'link';
  if (!told || (isGone(told) && !ENDED.has(state))) return null;
  return told.reason ?? (told.step === 'full' ? null : told.step);
}

function isGone(told) {
  return told?.state === 'last_good' || told?.state === 'down';
}

function everyMs(state, moving) {
  if (moving) return null;
  return state === 'last_good' || state === 'down' ? SELDOM_MS : SOON_MS;
}
