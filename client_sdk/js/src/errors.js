/**
 * What can go wrong with a call.
 *
 *   CallFailed
 *   ├── ApiError   the server refused; `code` is its frozen code (RFC 9457 problem)
 *   └── Offline    there was no answer at all; trying again may help
 */
import { REFUSALS } from './refusals.js';

export class CallFailed extends Error {}

export class ApiError extends CallFailed {
  /** @param {{ status: number, code: string, title?: string, detail?: string, request_id?: string, tries_left?: number }} problem */
  constructor({ status, code, title = '', detail = '', request_id = '', tries_left }) {
    super(detail || title || code);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.request_id = request_id;
    this.tries_left = tries_left;
  }

  /**
   * @param {Response} response an answer that is not ok
   * @returns {Promise<ApiError>}
   */
  static async from(response) {
    const problem = await response.json().catch(() => null);
    const known = problem !== null && typeof problem === 'object' ? problem : {};
    // RFC 6749 5.2 names a token error `error`; ours also carries `code`.
    return new ApiError({ ...known, status: response.status, code: known.code ?? known.error ?? 'unknown' });
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
