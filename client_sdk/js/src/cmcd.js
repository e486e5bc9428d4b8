/**
 * What the player tells the server with each request: how much it has in hand, what the link carries, whether it ran dry. Pure.
 *
 * Source: CTA-5004 (Common Media Client Data, 2020), as request headers. Rounded as it says: kbit/s and milliseconds to hundreds.
 */

/**
 * @typedef {object} Facts
 * @property {string} sid of this playing, made here; not the session id, which opens the stream
 * @property {number} [bitrate_bps] of what is asked for @property {number} [top_bps] of the best rung
 * @property {number | null} [in_hand_s] of the stream in the buffer @property {number} [link_bps]
 * @property {boolean} [starved] the picture ran dry since this was told last
 */

/**
 * The headers of one request.
 * @param {string} url @param {Facts} facts
 * @returns {Record<string, string>}
 */
export function headers(url, { sid, bitrate_bps, top_bps, in_hand_s, link_bps, starved }) {
  const kind = /\.m3u8(?:$|\?)/.test(url) ? 'm' : /\/init-/.test(url) ? 'i' : 'v';
  const of = {
    'CMCD-Object': { br: kind === 'm' ? null : kbps(bitrate_bps, 1), ot: kind, tb: kbps(top_bps, 1) },
    'CMCD-Request': { bl: in_hand_s === null || in_hand_s === undefined ? null : hundreds(in_hand_s * 1000), mtp: kbps(link_bps, 100) },
    'CMCD-Session': { sf: 'h', sid: `"${sid}"`, st: 'l' },
    'CMCD-Status': { bs: starved ? true : null },
  };
  const lines = Object.entries(of).map(([name, keys]) => [name, written(keys)]);
  return Object.fromEntries(lines.filter(([, line]) => line));
}

/** Keys in the order of the alphabet, comma between; true is the key alone. */
function written(keys) {
  const told = Object.entries(keys).filter(([, value]) => value !== null);
  return told.map(([key, value]) => (value === true ? key : `${key}=${value}`)).join(',');
}

const hundreds = (ms) => Math.max(0, Math.round(ms / 100) * 100);

function kbps(bps, step) {
  return Number.isFinite(bps) && bps > 0 ? Math.max(step, Math.round(bps / 1000 / step) * step) : null;
}
