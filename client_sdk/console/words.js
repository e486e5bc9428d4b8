/** What the console says, from its catalogue: Korean unless English was chosen in this browser. Times are those of Seoul. */
import { keep, kept } from '/sdk/kept.js';

const CHOSEN = 'language'; // of this browser, for the tablet's page too
const ZONE = 'Asia/Seoul';

/** @type {'ko' | 'en'} */
export let language = await kept(CHOSEN).then((chosen) => (chosen === 'en' ? 'en' : 'ko'), () => 'ko');
let catalogue = await load();
let [clock, date] = clocks();

/** Speak the other language from now on; what is on the screen is shown anew by who called. */
export async function change() {
  language = language === 'ko' ? 'en' : 'ko';
  catalogue = await load();
  [clock, date] = clocks();
  await keep(CHOSEN, language).catch(() => {});
  await import('/sdk/words.js').then(({ speak }) => speak(language)); // what the map says
}

/** The console's texts, and beside them what all pages say: `common`. */
async function load() {
  const addresses = [`/words/${language}.json`, `/console/${language}.json`];
  const [{ common }, own] = await Promise.all(addresses.map((one) => fetch(one, { credentials: 'same-origin' }).then((answer) => answer.json())));
  return { ...own, common };
}

function clocks() {
  const minutes = { timeZone: ZONE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  return [{ ...minutes, second: '2-digit' }, { ...minutes, month: '2-digit', day: '2-digit' }].map((form) => new Intl.DateTimeFormat(language, form));
}

/**
 * One text: `board.title`. `{name}` in it is filled in.
 * @param {string} key @param {Record<string, string | number | null>} [values] @returns {string} the key where there is no such text
 */
export function t(key, values = {}) {
  const found = find(key);
  if (typeof found !== 'string') return key;
  return found.replaceAll(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(values, name) ? String(values[name] ?? '') : place));
}

/** Why watching ended: what happened and what to do, in one line. @param {string} [reason] */
export function ended(reason = 'unknown') {
  const found = find(`common.ended.${reason}`) ?? find('common.ended.unknown');
  return found.join('. ').replace('..', '.');
}

/** What a code of the server is called, here or on the tablet; the code itself where nobody has a word for it. @param {string} part @param {string | null} code */
export function called(part, code) {
  const name = (code ?? '').toLowerCase();
  const found = find(`common.${part}.${name}`) ?? find(`${part}.${name}`);
  return typeof found === 'string' ? found : (code ?? '');
}

function find(key) {
  return key.split('.').reduce((part, name) => (part && Object.hasOwn(part, name) ? part[name] : undefined), catalogue);
}

/** Why a picture is not as it should be, in a few words. @param {string | null} cause */
export function why(cause) {
  const found = cause && find(`common.why.${cause}`);
  return Array.isArray(found) ? found[0] : cause ? called('cause', cause) : '';
}

/** What a person does about that. @param {string} cause */
export const mend = (cause) => find(`mend.${cause}`) ?? find('mend.other');

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
  return ['Offline', 'Unreadable'].includes(error.name) || error.status >= 500 ? t('offline') : error.message;
}
