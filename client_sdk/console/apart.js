/** Where two number plates differ, and the way of a vehicle from read to read. Pure: nothing here knows the page. */

/** A plate as it is compared: nothing between its characters. @param {string} text */
export const plain = (text) => text.normalize('NFKC').replace(/[\s.,/·-]/g, '');

/**
 * Which characters of one are not those of the other: compared from the end, where the digits are; a region may be missing.
 * @param {string} text @param {string} other @returns {Set<number>} their places in `text`
 */
export function differing(text, other) {
  const places = [...text].map((_, at) => at);
  return new Set(places.filter((at) => other[at - text.length + other.length] !== text[at]));
}

/**
 * Which character of a plate is another than was asked for: one that readers confuse. None where it fits, or for another reason does not.
 * @param {string} text @param {string} asked `?` stands for one character, `*` for any
 * @returns {Set<number>} its place in `text`
 */
export function confused(text, asked) {
  const parts = [...asked];
  const fits = (at) => new RegExp(`^${parts.map((one, here) => (here === at ? '(.)' : WILD[one] ?? one.replace(/\W/, '\\$&'))).join('')}$`, 'd').exec(text);
  if (fits(-1)) return new Set();
  const found = parts.map((one, at) => (one in WILD ? null : fits(at))).find(Boolean);
  return new Set(found ? [found.indices[1][0]] : []);
}

const WILD = { '?': '.', '*': '.*' };

/**
 * A vehicle's way: where it was read, in the order of the readers' clocks; what a person found to be misread is no step of it, and
 * the same camera seeing it on is one.
 * @param {any[]} track hits as the API has them
 * @returns {{ n: number, camera_id: string, name: string, lat: number, lon: number, hits: string[], from: string, to: string }[]}
 */
export function stops(track) {
  const found = [];
  const seen = track.filter(({ verification }) => verification !== 'wrong').sort((one, other) => Date.parse(one.read.read_at) - Date.parse(other.read.read_at));
  for (const { id, read } of seen) {
    const last = found.at(-1);
    if (last?.camera_id === read.camera_id) {
      last.hits.push(id);
      last.to = read.read_at;
    } else found.push({ n: found.length + 1, camera_id: read.camera_id, name: read.camera_name, lat: read.lat, lon: read.lon, hits: [id], from: read.read_at, to: read.read_at });
  }
  return found;
}
