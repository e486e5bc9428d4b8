/**
 * How fast to play so that the picture is as near to now as the link allows, and no nearer.
 *
 * hls.js only ever widens its distance to the edge after a stall, and catches up only with more than a second in hand. A stream
 * without sound may be played a little slower or faster unseen, so this keeps a margin instead: what is left in the buffer in the
 * worst moment before the next part arrives. A stall widens the margin, quiet narrows it again. Pure: the caller acts.
 *
 * @typedef {object} Pace
 * @property {number} margin_s wanted worst-moment buffer
 * @property {number} quiet_from_s when the margin last widened, or began to narrow
 * @property {boolean} settled false until everything up to the edge was loaded once
 * @property {boolean} filling playing stopped to fill the margin once, instead of stuttering
 * @property {{ at_s: number, lead_s: number }[]} leads buffer ends of the last seconds, in media time less clock time
 *
 * @typedef {object} Seen
 * @property {number} now_s a monotonic clock
 * @property {number} playhead_s media time shown
 * @property {number} buffered_s media time up to which everything is buffered
 * @property {number} edge_s media time of the playlist's end
 * @property {number} part_s length of a part
 */

export const MARGIN_LEAST_S = 0.4; // a stream that changes hands on a busy host came 0.28 s late at worst
export const MARGIN_MOST_S = 3;
const WINDOW_S = 8;
const LEARNING_S = 1; // no hurry before some parts were seen to come
const NARROWING = 0.005; // seconds of margin given back per quiet second
const QUIET_S = 15;
const GAIN = 0.5; // rate per second of slack: a second too much is gone in about two
const RATE_LEAST = 0.9;
const RATE_MOST = 1.5;
const DEAD_BAND_S = 0.04;
const JUMP_S = 4; // farther behind the edge than this, seeking is kinder than hurrying

/** @param {number} now_s @returns {Pace} */
export function start(now_s) {
  return { margin_s: MARGIN_LEAST_S, quiet_from_s: now_s, settled: false, filling: false, leads: [] };
}

/**
 * The picture ran dry.
 * @param {Pace} pace @param {number} now_s @returns {Pace}
 */
export function stalled(pace, now_s) {
  const margin_s = Math.min(MARGIN_MOST_S, pace.margin_s * 1.5 + 0.1);
  return { margin_s, quiet_from_s: now_s, settled: true, filling: true, leads: [] };
}

/**
 * One look, several times a second.
 *
 * @param {Pace} pace @param {Seen} seen
 * @returns {{ pace: Pace, rate: number, seek_s: number | null, play: boolean }} the rate 0.9..1.5; where to go on instead, which
 *   may be beyond the buffer; whether playing may go on
 */
export function step(pace, seen) {
  const { now_s, playhead_s, buffered_s, edge_s } = seen;
  if (!pace.settled) return settle(pace, seen);
  const margin_s = narrowed(pace, now_s);
  const filling = pace.filling && buffered_s - playhead_s < margin_s;
  const behind = edge_s - playhead_s > JUMP_S + margin_s;
  const recent = pace.leads.filter(({ at_s }) => at_s > now_s - WINDOW_S);
  const leads = [...recent, { at_s: now_s, lead_s: buffered_s - now_s }];
  const worst_s = Math.min(...leads.map(({ lead_s }) => lead_s)) - (playhead_s - now_s);
  return {
    pace: { ...pace, margin_s, filling, leads: behind || filling ? [] : leads },
    rate: Math.min(rateFor(worst_s - margin_s), now_s - leads[0].at_s < LEARNING_S ? 1 : RATE_MOST),
    seek_s: behind ? edge_s - margin_s - 2 * seen.part_s : null,
    play: !filling,
  };
}

/** The first picture is shown from where it could be decoded soonest; once the rest is there, go on near the edge. */
function settle(pace, { now_s, playhead_s, buffered_s, edge_s, part_s }) {
  const settled = buffered_s >= edge_s - 1.5 * part_s;
  const near_s = buffered_s - pace.margin_s - 3 * part_s;
  const seek_s = settled && near_s > playhead_s + part_s ? near_s : null;
  return { pace: { ...pace, settled, quiet_from_s: now_s }, rate: 1, seek_s, play: true };
}

function narrowed({ margin_s, quiet_from_s, leads }, now_s) {
  const last_s = leads.at(-1)?.at_s ?? now_s;
  if (now_s - quiet_from_s < QUIET_S) return margin_s;
  return Math.max(MARGIN_LEAST_S, margin_s - NARROWING * (now_s - last_s));
}

function rateFor(slack_s) {
  if (Math.abs(slack_s) < DEAD_BAND_S) return 1;
  const rate = 1 + GAIN * slack_s;
  return Math.round(Math.min(RATE_MOST, Math.max(RATE_LEAST, rate)) * 100) / 100;
}
