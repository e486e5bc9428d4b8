/** What the console says, from its catalogue: Korean unless English was chosen in this browser. Times are those of Seoul. */
import { change, has, language, text, texts } from '/sdk/words.js';

export { change, language, text, texts };

const ZONE = 'Asia/Seoul';
const catalogue = await fetch(`/console/${language}.json`, { credentials: 'same-origin' }).then((answer) => answer.json());
const clock = new Intl.DateTimeFormat(language, { timeZone: ZONE, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const date = new Intl.DateTimeFormat(language, { timeZone: ZONE, month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/**
 * One text: `board.title`. `{name}` in it is filled in.
 * @param {string} key @param {Record<string, string | number | null>} [values] @returns {string} the key where there is no such text
 */
export function t(key, values = {}) {
  const found = key.split('.').reduce((part, name) => (part && Object.hasOwn(part, name) ? part[name] : undefined), catalogue);
  if (typeof found !== 'string') return key;
  return found.replaceAll(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(values, name) ? String(values[name] ?? '') : place));
}

/** What a code of the server is called, here or on the tablet; the code itself where nobody has a word for it. @param {string} part @param {string | null} code */
export function called(part, code) {
  const name = (code ?? '').toLowerCase();
  if (has(`common.${part}.${name}`)) return text(`common.${part}.${name}`);
  const found = t(`${part}.${name}`);
  return found === `${part}.${name}` ? (code ?? '') : found;
}

/** A time of today. @param {string | null} at */
export const time = (at) => (at ? clock.format(new Date(at)) : '');

/** A time of any day. @param {string | null} at */
export const day = (at) => (at ? date.format(new Date(at)) : '');

/** How long ago, or how long still. @param {number} seconds */
export function lasting(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t('lasting.s', { n: whole });
  if (whole < 3600) return t('lasting.min', { n: Math.floor(whole / 60) });
  return t('lasting.h', { h: Math.floor(whole / 3600), min: Math.floor((whole % 3600) / 60) });
}

/** @param {number} metres */
export const distance = (metres) => (metres < 950 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`);

/** What went wrong and what to do, in one line. @param {any} error */
export function wrong(error) {
  const [what, advice] = error.words?.(language) ?? [];
  if (what) return `${what}. ${advice}`;
  return error.name === 'Offline' ? t('offline') : error.message;
}
