/** How the page puts what the server told into words: which text of the catalogue it is, with which numbers. */
import { REFUSALS } from '/sdk/refusals.js';
import { has, language, text, texts } from '/sdk/words.js';

export { text, texts };

const DAY_MS = 86_400_000;
const known = (part, name) => (has(`${part}.${name}`) ? `${part}.${name}` : `${part}.unknown`);

/** @param {string} until RFC 3339 */
export const kept = (until) => text('tablet.kept_until', { at: new Date(until).toLocaleTimeString(language) });

/** @param {{ service: string, priority: number }} incident */
export function code({ service, priority }) {
  return text(`common.code.${service === 'police_112' ? service : 'other'}`, { priority });
}

/** @param {{ service: string, type: string }} incident */
export function kind({ service, type }) {
  const named = `common.type.${type.toLowerCase()}`;
  return `${text(known('common.service', service))} · ${has(named) ? text(named) : type.replaceAll('_', ' ')}`;
}

/** What crews often report, to be tapped. @param {{ service: string }} incident @returns {string[]} */
export function phrases({ service }) {
  return texts(known('tablet.phrases_of', service));
}

/** @param {string[]} codes of the ranking @returns {{ code: string, text: string }[]} */
export function reasons(codes) {
  return codes.map((reason) => ({ code: reason, text: has(`common.ranked.${reason}`) ? text(`common.ranked.${reason}`) : reason }));
}

/** @param {{ distance_m: number | null, bearing_deg: number | null }} camera without an incident there is no scene to be far from */
export function where({ distance_m, bearing_deg }) {
  if (distance_m === null) return '';
  return text('common.from_scene', { way: texts('common.way')[Math.round(bearing_deg / 45) % 8], far: far(distance_m) });
}

/** @param {number} distance_m */
export function far(distance_m) {
  if (distance_m < 1000) return text('common.metres', { n: Math.round(distance_m) });
  return text('common.kilometres', { n: (distance_m / 1000).toFixed(1) });
}

/** @param {number} elapsed_s since the report; may be a little negative between two clocks */
export function since(elapsed_s) {
  const minutes = Math.max(0, Math.floor(elapsed_s / 60));
  if (minutes < 1) return text('common.reported_now');
  if (minutes < 60) return text('common.reported_minutes', { minutes });
  return text('common.reported_hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** What has come on the screen, for those who hear the page. @param {object} shown a dispatch, or access that was given */
export function opened(shown) {
  if (!shown.incident) return `${text('tablet.given')}. ${shown.reason}`;
  return text('tablet.new_dispatch', { code: code(shown.incident), address: shown.incident.location.address ?? '' });
}

/** What a card says of access that was given. @param {object} grant @returns {Record<string, string>} by the part of the card */
export function given({ reason, agency_name, given_by_name, cameras, conditions }) {
  return { title: text('tablet.given'), what: reason, from: text('tablet.given_from', { agency: agency_name, name: given_by_name, n: cameras.length }), conditions };
}

/** How long it lasts. @param {{ from: string, until: string }} grant @param {number} now_ms the server's time */
export function until({ from, until }, now_ms) {
  const at = (time) => new Date(time).toLocaleString(language, { timeZone: 'Asia/Seoul', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(Math.abs(Date.parse(time) - now_ms) > DAY_MS && { month: 'short', day: 'numeric' }) });
  if (Date.parse(from) > now_ms) return text('tablet.given_begins', { at: at(from) });
  const minutes = Math.ceil((Date.parse(until) - now_ms) / 60_000);
  const left = minutes < 60 ? text('tablet.minutes', { n: minutes }) : text('tablet.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  return text('tablet.given_until', { at: at(until), left });
}

/** Why watching ended, by the reason the server pushed. @param {string} [reason] @returns {string[]} title and advice */
export function ended(reason) {
  return texts(known('common.ended', reason));
}

/** @param {import('/sdk/errors.js').CallFailed} error @returns {string[]} title and advice */
export function refused(error) {
  if (error.code === undefined) return texts('common.no_answer');
  return error.words(language) ?? REFUSALS.playback_refused[language];
}

/** The refusals after which the login form asks for the code of the second factor. */
export const CODE_WANTED = new Set(['otp_needed', 'otp_invalid']);
const SAID_BY_THE_CATALOGUE = new Set([...CODE_WANTED, 'otp_enrolment_needed', 'too_many_attempts']);

/** The server's refusals that a code for this device mends. */
export const WITHOUT_DEVICE = new Set(['device_not_enrolled', 'device_lost', 'enrolment_code_invalid']);

/** @param {import('/sdk/errors.js').CallFailed} error */
export function pinFailed(error) {
  if (error.tries_left === 0) return texts('tablet.pin_over').join('. ');
  if (error.code === 'pin_wrong') return text('tablet.pin_wrong', { n: error.tries_left });
  if (error.code === 'invalid_request') return text('tablet.pin_simple');
  return error.words?.(language)?.join('. ') ?? text('tablet.no_answer');
}

const SAYS_WHY = new Set(['device_lost', 'viewer_disabled', 'account_disabled']);

/**
 * Why nobody is signed in any more.
 * @param {import('/sdk/errors.js').ApiError | null} [error] of the call that found out @param {string | null} [reason] that was pushed before
 * @returns {string[]} title and advice
 */
export function over(error = null, reason = null) {
  if (SAYS_WHY.has(error?.code)) return error.words(language);
  return texts(SAYS_WHY.has(reason) ? `common.ended.${reason}` : 'tablet.login_over');
}

/** @param {import('/sdk/errors.js').CallFailed} error */
export function loginFailed(error) {
  if (WITHOUT_DEVICE.has(error.code)) return error.words(language).join('. ');
  if (SAID_BY_THE_CATALOGUE.has(error.code)) return error.words(language)[1];
  if (error.code === 'invalid_grant') return text('tablet.wrong_password');
  if (error.name === 'NoKeys') return text('tablet.needs_https');
  if (error.code === 'too_many_requests') return text('tablet.too_often');
  if (error.code === 'dpop_proof_invalid') return text('tablet.clock_wrong');
  if (error.name === 'QuotaExceededError') return texts('tablet.storage_full').join('. ');
  if (error.code === 'viewer_disabled') return error.words(language).join('. ');
  return text('tablet.no_answer');
}

/** Why a picture stands as it does, by the reason the server told or the page found. @param {string | null} reason */
export function why(reason) {
  return reason === null ? ['', ''] : texts(known('common.why', reason));
}

const CODES = {
  undated: 'TIME UNKNOWN',
  live: 'LIVE',
  delayed: 'DELAYED',
  stale: 'STALE',
  stills: 'STILLS',
  last_good: 'LAST PICTURE',
  down: 'NO PICTURE',
};

/** @param {string} state of /sdk/standing.js @returns {[word: string, code: string]} Koreans see the code beside the word, for those who help from elsewhere */
export function standing(state) {
  if (!has(`common.standing.${state}`)) return ['', ''];
  return [text(`common.standing.${state}`), language === 'ko' ? CODES[state] : ''];
}

/**
 * How old what is shown is. Of what moves the age alone, for all else also when it was taken.
 * @param {string} state @param {number | null} age_s @param {Date | null} taken_at
 */
export function age(state, age_s, taken_at) {
  if (age_s === null) return '';
  if (state === 'live' || state === 'delayed') return text('common.seconds', { n: age_s.toFixed(1) });
  return taken_at ? text('common.at_and_ago', { at: clock(taken_at), ago: ago(age_s) }) : ago(age_s);
}

/** @param {number} age_s */
export function ago(age_s) {
  if (age_s < 60) return text('common.seconds_ago', { n: Math.floor(age_s) });
  if (age_s < 3600) return text('common.minutes_ago', { n: Math.floor(age_s / 60) });
  return text('common.hours_ago', { n: Math.floor(age_s / 3600) });
}

/** No line, from now on. @param {number | null} now_ms the server's time; the tablet's own where there is none */
export const offline = (now_ms) => text('tablet.offline', { at: clock(new Date(now_ms ?? Date.now())).slice(0, 5) });

/** @param {number} ahead_ms the device's clock before the server's; negative: behind @returns {string[]} title and advice */
export function clockOff(ahead_ms) {
  const [title, advice] = texts(ahead_ms > 0 ? 'tablet.clock_ahead' : 'tablet.clock_behind');
  return [title.replace('{n}', Math.round(Math.abs(ahead_ms) / 60_000)), advice];
}

/** What the link took. @param {{ megabytes: number, kbps: number }} seen */
export function used({ megabytes, kbps }) {
  return text('tablet.used', { megabytes: megabytes.toFixed(1), kbps });
}

/** @param {Date} at @returns {string} 14:03:22 */
export function clock(at) {
  return at.toLocaleTimeString('en-GB', { timeZone: 'Asia/Seoul' });
}
