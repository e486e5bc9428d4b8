/**
 * What hls.js will ask for next, told from a parsed media playlist before it asks.
 *
 * Pure. It follows hls.js 1.7.4 (base-stream-controller: getInitialLiveFragment, shouldLoadParts, getNextPart); a wrong guess
 * costs a few kilobytes, never a wrong picture, because hls.js still asks by name.
 *
 * @typedef {import('hls.js').LevelDetails} LevelDetails
 */

const MOST_URLS = 12;
const MOST_FOLLOWING = 3;

/**
 * The URL of the part the server will finish next, or null where the playlist gives no hint.
 * Source: rfc8216bis 4.4.5.3 (EXT-X-PRELOAD-HINT of TYPE=PART; a byte range is not of our origin).
 *
 * @param {LevelDetails} details
 * @returns {string | null}
 */
export function hinted(details) {
  const hint = details.preloadHint;
  if (!hint || hint.TYPE !== 'PART' || hint['BYTERANGE-START']) return null;
  return new URL(hint.URI, details.url).href;
}

/**
 * The initialisation segment of the newest media, or null.
 *
 * @param {LevelDetails} details
 * @returns {string | null}
 */
export function initialisation(details) {
  const newest = details.fragmentHint ?? details.fragments.at(-1);
  return newest?.initSegment?.url ?? details.fragments.at(-1)?.initSegment?.url ?? null;
}

/**
 * How far behind the edge to begin, in seconds: at the newest picture that needs no other, so that one part is enough to show it.
 *
 * @param {LevelDetails} details
 * @param {number} least_s what should be in hand then
 */
export function beginning(details, least_s) {
  const starts = [
    ...details.fragments.map(({ start }) => start),
    ...(details.partList ?? []).filter(({ independent }) => independent).map(({ start }) => start),
  ];
  const far = starts.map((start_s) => details.edge - start_s).filter((behind_s) => behind_s >= least_s);
  return far.length ? Math.min(...far) : Math.max(details.edge - details.fragmentStart, 0);
}

/**
 * The segments and parts hls.js loads first when it joins here, in its order, 0..12 of them.
 *
 * @param {LevelDetails} details
 * @param {number} holdBack_s how far behind the edge playing starts
 * @returns {string[]}
 */
export function first(details, holdBack_s) {
  const edge_s = details.edge;
  const start_s = Math.min(Math.max(0, edge_s - holdBack_s), edge_s - (details.partTarget || details.targetduration));
  const urls = [];
  let position_s = start_s + 0.005; // hls.js reckons some milliseconds later
  while (position_s < edge_s - 0.001 && urls.length < MOST_URLS) {
    const fragment = fragmentAt(details, position_s);
    if (!fragment) break;
    const parts = partsFrom(details, fragment, position_s, start_s);
    if (!parts.length && !fragment.url) break;
    urls.push(...(parts.length ? parts.map((part) => part.url) : [fragment.url]));
    position_s = fragment.start + fragment.duration + 0.001;
  }
  return urls.slice(0, MOST_URLS);
}

/**
 * The parts of the segment that is still open, which a player that changes to this rendition loads first.
 *
 * @param {LevelDetails} details
 * @returns {string[]}
 */
export function open(details) {
  const parts = details.partList ?? [];
  return parts.filter((part) => part.fragment === details.fragmentHint).map((part) => part.url);
}

/**
 * The listed parts that follow one, 0..3 of them: a player that is behind asks for them one by one, a round trip each.
 *
 * @param {LevelDetails} details
 * @param {string} url of a part
 * @returns {string[]}
 */
export function following(details, url) {
  const parts = details.partList ?? [];
  const at = parts.findIndex((part) => part.url === url);
  return at < 0 ? [] : parts.slice(at + 1, at + 1 + MOST_FOLLOWING).map((part) => part.url);
}

function fragmentAt(details, position_s) {
  const fragments = [...details.fragments];
  if (details.fragmentHint && details.partList?.at(-1)?.fragment === details.fragmentHint) {
    fragments.push(details.fragmentHint);
  }
  return fragments.find(({ start, duration }) => position_s < start + duration) ?? null;
}

/** The parts of one segment hls.js would load singly; none where it loads the whole segment. */
function partsFrom(details, fragment, position_s, playhead_s) {
  const all = details.partList ?? [];
  const oldest = all[0];
  if (!oldest) return [];
  const nearEdge = fragment.start + fragment.duration >= oldest.end + (details.fragmentHint?.duration || 0);
  if (fragment !== details.fragmentHint && !(nearEdge && playhead_s > oldest.start - oldest.fragment.duration)) return [];
  const own = all.filter((part) => part.fragment === fragment);
  const from = own.findLastIndex((part) => part.independent && part.start <= position_s);
  return own.slice(Math.max(from, 0));
}
