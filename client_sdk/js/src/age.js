/**
 * How old the picture on the screen is, by the server's clock. A tablet's clock may be wrong by minutes and is never asked.
 *
 * The server writes its time on every answer, in X-Time, to the millisecond. It wrote it after it was asked and before the answer
 * came, so each answer bounds its clock from both sides, and the quickest answer bounds it best.
 */

const GRAIN_MS = 1; // X-Time is cut off, not rounded
const DRIFT = 0.0002; // the bounds widen this much with time, so that two clocks may run apart

export class ServerClock {
  #least_ms = -Infinity;
  #most_ms = Infinity;
  #at_ms = 0;

  /**
   * Take in one answer. Times are milliseconds of performance.now().
   *
   * @param {string | null} time the answer's X-Time header: seconds since 1970, with a fraction
   * @param {number} sent_ms when it was asked for
   * @param {number} received_ms when its first byte came
   * @param {number} [grain_ms] how coarse the time is
   */
  observe(time, sent_ms, received_ms, grain_ms = GRAIN_MS) {
    const told_ms = Number.parseFloat(time ?? '') * 1000;
    if (Number.isNaN(told_ms)) return;
    const spread_ms = DRIFT * Math.max(0, received_ms - this.#at_ms);
    const least_ms = told_ms - received_ms;
    const most_ms = told_ms + grain_ms - sent_ms;
    const low_ms = Math.max(this.#least_ms - spread_ms, least_ms);
    const high_ms = Math.min(this.#most_ms + spread_ms, most_ms);
    const agree = low_ms <= high_ms;
    this.#least_ms = agree ? low_ms : least_ms;
    this.#most_ms = agree ? high_ms : most_ms;
    this.#at_ms = received_ms;
  }

  /** Take in the headers of an answer: X-Time, to the millisecond, else Date, to the second. @param {Headers} headers @param {number} sent_ms @param {number} received_ms */
  hear(headers, sent_ms, received_ms) {
    const told = headers.get('X-Time');
    if (told !== null) this.observe(told, sent_ms, received_ms);
    else this.observe(String(Date.parse(headers.get('Date') ?? '') / 1000), sent_ms, received_ms, 1_000);
  }

  /** Milliseconds between the bounds: the time told is at most half of it wrong. Infinity before the first answer. */
  get spread_ms() {
    return this.#most_ms - this.#least_ms;
  }

  /**
   * The server's time as milliseconds since 1970, or null before the first answer.
   * @param {number} [at_ms] a time of performance.now()
   */
  now(at_ms = performance.now()) {
    return Number.isFinite(this.spread_ms) ? at_ms + (this.#least_ms + this.#most_ms) / 2 : null;
  }
}

/**
 * When the picture at a media time was taken, from the dates of the segments (EXT-X-PROGRAM-DATE-TIME), in milliseconds since 1970.
 *
 * @param {{ start: number, programDateTime: number | null }[]} segments oldest first; times before the first are reckoned from it
 * @param {number} at_s
 * @returns {number | null}
 */
export function takenAt(segments, at_s) {
  const dated = segments.filter(({ programDateTime }) => programDateTime);
  const segment = dated.findLast(({ start }) => start <= at_s) ?? dated[0];
  return segment ? segment.programDateTime + (at_s - segment.start) * 1000 : null;
}

export const LIVE_MOST_S = 3;
export const DELAYED_MOST_S = 8;
export const MOVING_S = 1; // since the last new picture
const FROZEN_S = 2;
const NOW_MOST_S = 2.5; // of one that stands; with a third of a second until it is looked at again, it is said within three of the freeze

/**
 * What the picture may be called.
 *
 * @param {number | null} age_s of the picture shown; null while it is not known
 * @param {number} idle_s since a new picture was shown
 * @returns {'starting' | 'live' | 'delayed' | 'stale'}
 */
export function verdict(age_s, idle_s) {
  if (age_s > DELAYED_MOST_S || idle_s > FROZEN_S) return 'stale';
  if (idle_s > MOVING_S && age_s > NOW_MOST_S && age_s - idle_s <= LIVE_MOST_S) return 'stale';
  if (age_s === null) return 'starting';
  return age_s > LIVE_MOST_S ? 'delayed' : 'live';
}
