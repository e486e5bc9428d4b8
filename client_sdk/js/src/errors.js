/**
 * What can go wrong with a call.
 *
 *   CallFailed
 *   ├── ApiError   the server refused; `code` is its frozen code (RFC 9457 problem)
 *   ├── Offline    there was no answer at all; trying again may help
 *   └── Unreadable there was an answer, and it is not Goldentime's: a proxy, a sign-in page of the network
 */
import { REFUSALS } from './refusals.js';

export class CallFailed extends Error {}

export class ApiError extends CallFailed {
  /** @param {{ status: number, code: string, title?: string, detail?: string, request_id?: string, field?: string, errors?: object[], tries_left?: number, retry_after_s?: number, until?: string, by?: string }} problem */
  constructor({ status, code, title = '', detail = '', request_id = '', field, errors = [], tries_left, retry_after_s, until, by }) {
    super(detail || title || code);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.request_id = request_id;
    /** The dotted name of the field to mend. */
    this.field = field;
    /** One `{ field, code, message }` for each wrong field. */
    this.errors = errors;
    this.tries_left = tries_left;
    /** How long the server asks to wait. */
    this.retry_after_s = retry_after_s;
    /** Who has it, and until when: of `ptz_held`. */
    this.by = by;
    this.until = until;
  }

  /**
   * @param {Response} response an answer that is not ok
   * @returns {Promise<ApiError>}
   */
  static async from(response) {
    const problem = await response.json().catch(() => null);
    const known = problem !== null && typeof problem === 'object' ? problem : {};
    // RFC 6749 5.2 names a token error `error`; ours also carries `code`.
    const asked = /^\d+$/.exec(response.headers.get('Retry-After') ?? '');
    const retry_after_s = asked ? Number(asked[0]) : undefined;
    return new ApiError({ ...known, retry_after_s, status: response.status, code: known.code ?? known.error ?? 'unknown' });
  }

  /**
   * What was refused and what to do, for the person at the screen.
   * @param {'ko' | 'en'} language
   * @returns {[what: string, advice: string] | undefined} nothing for a code younger than this copy of the SDK
   */
  words(language) {
    return Object.hasOwn(REFUSALS, this.code) ? REFUSALS[this.code][language] : undefined;
  }
}

export class Offline extends CallFailed {
  constructor(cause) {
    super('no answer', { cause });
    this.name = 'Offline';
  }
}

export class Unreadable extends CallFailed {
  constructor(cause) {
    super('the answer is not one of Goldentime; is there a proxy in between?', { cause });
    this.name = 'Unreadable';
  }
}
