/**
 * The loader hls.js fetches everything through.
 *
 * A part on a mobile link costs two round trips in a plain player: the held playlist, then the part it names. This one asks for
 * the hinted part together with the next playlist, so both are held at once and one round trip is left. On the first playlist of
 * a rendition it also begins the initialisation segment and what hls.js will ask for first, and with a part those listed after it.
 *
 * The time a request was held is not a property of the link, so it is kept out of the statistics hls.js estimates bandwidth from.
 *
 * Interface: hls.js 1.7.4, Loader<LoaderContext> (dist/hls.d.ts).
 */
import { first, following, hinted, initialisation, open } from './wanted.js';

const RECORD_BYTES = 2_500; // nginx cuts what it sends into records of 2 KiB
const UNKNOWN_BPS = 350_000;

/**
 * @typedef {object} Watch
 * @property {(details: import('hls.js').LevelDetails, transfer: import('./transfer.js').Transfer) => void} [onPlaylist] each media playlist as it arrives
 * @property {() => number} [thought_bps] what the link is thought to carry
 * @property {(details: import('hls.js').LevelDetails) => number} [onJoin] the first one; answers how far behind the edge to begin
 */

/**
 * A loader class for `new Hls({ loader })`, sharing one store of downloads begun ahead.
 *
 * @param {import('./ahead.js').Ahead} ahead
 * @param {typeof import('hls.js').M3U8Parser} parser
 * @param {Watch} [watch]
 */
export function loaderFor(ahead, parser, watch = {}) {
  const maps = new Set();
  let joined = false;
  /** @type {import('hls.js').LevelDetails | null} */
  let newest = null;

  /** Read a media playlist before hls.js does, and begin what it will want. */
  function foresee(text, transfer) {
    if (!parser.isMediaPlaylist(text)) return;
    const details = parser.parseLevelPlaylist(text, transfer.url, 0, 'main', 0, null);
    newest = details;
    watch.onPlaylist?.(details, transfer);
    const map = initialisation(details);
    const joining = !joined;
    joined = true;
    const begin_s = joining ? (watch.onJoin?.(details) ?? holdBack(details)) : 0;
    if (map && !maps.has(map)) ahead.want([map, ...(joining ? first(details, begin_s) : open(details))]);
    if (map) maps.add(map);
    const hint = hinted(details);
    if (hint) ahead.hint(hint);
  }

  return class AheadLoader {
    constructor() {
      this.context = null;
      this.stats = newStats();
    }

    #transfer = null;
    #callbacks = null;
    #timer = 0;
    #closed = false;

    load(context, config, callbacks) {
      const { stats } = this;
      if (stats.loading.start) throw new Error('a loader loads once');
      this.context = context;
      this.#callbacks = callbacks;
      const asked_ms = performance.now();
      stats.loading.start = asked_ms;
      this.#transfer = ahead.take(context.url) ?? ahead.begin(context.url);
      if (newest) ahead.want(following(newest, context.url));
      this.#transfer.onchange = () => begin(stats, this.#transfer, asked_ms);
      this.#limit(config.loadPolicy, asked_ms);
      this.#transfer.bytes.then(
        (bytes) => this.#succeed(bytes, asked_ms),
        (failure) => this.#fail(failure),
      );
    }

    abort() {
      const callbacks = this.#callbacks;
      this.stats.aborted = !this.stats.loading.end;
      this.#close();
      callbacks?.onAbort?.(this.stats, this.context, null);
    }

    destroy() {
      this.#close();
      this.context = null;
    }

    getCacheAge() {
      return null;
    }

    getResponseHeader(name) {
      return this.#transfer?.headers?.get(name) ?? null;
    }

    #close() {
      this.#closed = true;
      this.#callbacks = null;
      clearTimeout(this.#timer);
      this.#transfer?.abort();
    }

    /** Two limits, as hls.js means them: to the first byte, then to the last. */
    #limit({ maxTimeToFirstByteMs, maxLoadTimeMs }, asked_ms) {
      const late = () => {
        if (this.#closed) return;
        const waited_ms = performance.now() - asked_ms;
        if (this.#transfer.first_ms && waited_ms < maxLoadTimeMs) {
          this.#timer = setTimeout(late, maxLoadTimeMs - waited_ms);
          return;
        }
        const callbacks = this.#callbacks;
        this.#close();
        callbacks?.onTimeout(this.stats, this.context, null);
      };
      const first_ms = Number.isFinite(maxTimeToFirstByteMs) && maxTimeToFirstByteMs ? maxTimeToFirstByteMs : maxLoadTimeMs;
      this.#timer = setTimeout(late, first_ms);
    }

    #succeed(bytes, asked_ms) {
      if (this.#closed) return;
      clearTimeout(this.#timer);
      const { context, stats } = this;
      const callbacks = this.#callbacks;
      finish(stats, this.#transfer, asked_ms, watch.thought_bps?.() ?? UNKNOWN_BPS);
      const data = context.responseType === 'arraybuffer' ? bytes.buffer : shortened(new TextDecoder().decode(bytes));
      if (typeof data === 'string') foresee(data, this.#transfer);
      callbacks.onSuccess({ url: context.url, data, code: this.#transfer.status }, stats, context, null);
    }

    #fail(failure) {
      if (this.#closed) return;
      clearTimeout(this.#timer);
      const callbacks = this.#callbacks;
      this.#close();
      callbacks.onError({ code: failure.status, text: failure.message }, this.context, null, this.stats);
    }
  };
}

/**
 * A playlist with every duration told shorter by a twenty-thousandth.
 *
 * hls.js finds the next segment by the end of the buffer, without tolerance while it loads parts. A browser tells that end rounded
 * down to a microsecond and a playlist tells durations rounded to some digits, so the end often falls just inside the segment that
 * is already there: hls.js 1.7.4 then passes over the next segment's first parts, or fetches the old segment again, and stalls.
 */
export function shortened(playlist) {
  return playlist.replace(
    /^(#EXTINF:|#EXT-X-PART:(?:[^\n]*,)?DURATION=)([0-9.]+)/gm,
    (_, tag, seconds) => tag + (Number(seconds) * 0.99995).toFixed(6),
  );
}

function holdBack(details) {
  return details.partHoldBack || details.holdBack || 3 * details.targetduration;
}

function newStats() {
  return {
    aborted: false,
    loaded: 0,
    retry: 0,
    total: 0,
    chunkCount: 0,
    bwEstimate: 0,
    loading: { start: 0, first: 0, end: 0 },
    parsing: { start: 0, end: 0 },
    buffering: { start: 0, first: 0, end: 0 },
  };
}

function begin(stats, transfer, asked_ms) {
  stats.loaded = transfer.loaded;
  stats.total = transfer.total;
  stats.loading.first = Math.max(transfer.first_ms, asked_ms);
}

/**
 * What a download is worth as a measurement of the link. Its first bytes came with the answer's head, so the rate is that of the
 * rest, told over the whole; the wait before them is no part of it. One begun ahead is told as if its bytes had come just now.
 * One that came in a single record says nothing, and is told at the rate already thought of.
 */
function finish(stats, transfer, asked_ms, thought_bps) {
  const { loaded, opening, first_ms, ended_ms } = transfer;
  const rest = loaded - opening;
  const seen_ms = ended_ms - first_ms;
  const whole_ms = rest > 0 ? (seen_ms * loaded) / rest : seen_ms;
  const took_ms = loaded <= RECORD_BYTES ? (loaded * 8000) / thought_bps : whole_ms;
  stats.loaded = stats.total = loaded;
  stats.loading.end = Math.max(ended_ms, asked_ms);
  stats.loading.start = stats.loading.first = stats.loading.end - took_ms;
}
