/**
 * When the rendition may change: only where a segment begins, one rung up at a time, and not soon again to one that failed.
 *
 * hls.js would change in the middle of a segment and fetch its beginning a second time, which on a thin link is a second of
 * bandwidth nobody has. Pure, but for the controller at the end, which asks these rules.
 *
 * @typedef {object} Rung
 * @property {number} ceiling the highest rung allowed while `until_s` is ahead
 * @property {number} until_s
 * @property {number} penalty_s how long the next failure bars a rung
 */

const SHARE = 0.65; // of the link a rung may take at its cap: playlists, pushes and bad moments need the rest
const FIRST_PENALTY_S = 15;
const MOST_PENALTY_S = 240;

/** @returns {Rung} */
export function start() {
  return { ceiling: Infinity, until_s: 0, penalty_s: FIRST_PENALTY_S };
}

/**
 * The picture ran dry, or nearly, on this rung: bar it for a while, longer each time.
 * @param {Rung} rung @param {number} level @param {number} now_s @returns {Rung}
 */
export function failed(rung, level, now_s) {
  if (level <= 0) return rung;
  return { ceiling: level - 1, until_s: now_s + rung.penalty_s, penalty_s: Math.min(MOST_PENALTY_S, rung.penalty_s * 2) };
}

/**
 * The rung to load next.
 * @param {Rung} rung
 * @param {{ wished: number, current: number, boundary: boolean, now_s: number }} at
 * @param {number[]} caps_bps the most each rung takes, lowest first
 * @param {number} link_bps what the link is thought to carry
 * @returns {number}
 */
export function next(rung, { wished, current, boundary, now_s }, caps_bps, link_bps) {
  if (current < 0) return wished;
  const allowed = now_s < rung.until_s ? Math.min(wished, rung.ceiling) : wished;
  if (allowed === current || !boundary) return current;
  if (allowed < current) return allowed;
  return caps_bps[current + 1] <= SHARE * link_bps ? current + 1 : current;
}

/**
 * Whether a download just ended at the end of a segment.
 * @param {import('hls.js').LevelDetails | undefined} details the newest playlist of its rendition
 * @param {import('hls.js').Fragment} fragment
 * @param {import('hls.js').Part | null} part null for a whole segment
 */
export function endsSegment(details, fragment, part) {
  if (!part) return true;
  if (!details || fragment.sn > details.endSN) return false;
  return !details.partList?.some((other) => other.fragment.sn === fragment.sn && other.index > part.index);
}

/**
 * The controller hls.js asks, as a class made from its own.
 * @param {typeof import('hls.js').AbrController} AbrController
 */
export function controllerFrom(AbrController) {
  return class RungController extends AbrController {
    #rung = start();
    #boundary = false;

    get nextAutoLevel() {
      const wished = super.nextAutoLevel;
      if (!this.hls) return wished;
      const { levels, loadLevel: current, bandwidthEstimate } = this.hls;
      const caps_bps = levels.map(({ maxBitrate }) => maxBitrate);
      return next(this.#rung, { wished, current, boundary: this.#boundary, now_s: seconds() }, caps_bps, bandwidthEstimate);
    }

    set nextAutoLevel(level) {
      super.nextAutoLevel = level;
    }

    /** The rung now loaded was too much for the link. */
    fail() {
      this.#rung = failed(this.#rung, this.hls.loadLevel, seconds());
    }

    onFragLoaded(event, data) {
      super.onFragLoaded(event, data);
      this.#boundary = endsSegment(this.hls?.levels[data.frag.level]?.details, data.frag, data.part);
    }
  };
}

function seconds() {
  return performance.now() / 1000;
}
