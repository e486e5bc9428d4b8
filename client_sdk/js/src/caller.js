/**
 * What officers and rooms have in common: watching, events, and any call of the API.
 *
 * Who extends it has `token(instead_of)`, a valid access token, and `proven(method, path, token)`, the headers that show it.
 */
import { random } from './device.js';
import { ApiError } from './errors.js';
import { Events } from './events.js';
import { Wire } from './wire.js';

const TRIES = 3;

export class Caller {
  /** @param {string} base origin of the server; empty for the page's own */
  constructor(base) {
    this.wire = new Wire(base);
    /** After a restart or a long sleep: only `unlock` works. */
    this.locked = false;
  }

  get base() {
    return this.wire.base;
  }

  /** The server's time, for ages and waits. */
  get clock() {
    return this.wire.clock;
  }

  /**
   * Open a playback session by one of an incident, a grant and one's own centre, which needs a purpose.
   * @param {{ camera_id: string, incident_id?: string, grant_id?: string, centre?: 'own', purpose?: string }} wish
   * @returns {Promise<import('./nouns.js').OpenedPlayback>}
   */
  async play(wish) {
    return this.call('POST', '/v1/playback', wish);
  }

  /** Stop watching, or as a supervisor cut a session and say why. Repeating it changes nothing. @param {string} session_id @param {string} [reason] */
  async stop(session_id, reason) {
    return this.call('DELETE', `/v1/playback/${encodeURIComponent(session_id)}${asked({ reason })}`);
  }

  /** Who watches what now, for supervisors. @returns {AsyncGenerator<import('./nouns.js').WatchedSession>} */
  watched() {
    return this.pages('/v1/playback', { active: 'true' });
  }

  /**
   * How the stream of a camera fares, for when nothing can be pushed.
   * @param {{ camera_id: string, incident_id?: string, grant_id?: string, centre?: 'own' }} which
   * @returns {Promise<import('./nouns.js').ShownStream>}
   */
  async stream({ camera_id, ...by }) {
    return this.call('GET', `/v1/streams/${encodeURIComponent(camera_id)}${asked(by)}`);
  }

  /** The whole address of a session's picture, for a player. It is a secret. @param {{ url: string }} session */
  url({ url }) {
    return this.base + url;
  }

  /** What the server pushes from now on. */
  events() {
    return new Events(this);
  }

  /**
   * Any call of the API; a token the server no longer takes is renewed once, a lost answer is asked for again.
   *
   * @param {string} method @param {string} path @param {object} [body] as JSON, or a Blob of another type
   * @param {{ once?: boolean }} [how] `once`: it heeds no Idempotency-Key, so it is not sent again
   * @returns {Promise<any>} the parsed answer, null where it has no body
   * @throws {import('./errors.js').ApiError | import('./errors.js').Offline}
   */
  async call(method, path, body, { once = false } = {}) {
    const more = method === 'GET' ? {} : { 'Idempotency-Key': random() };
    const plain = body === undefined || body instanceof Blob;
    if (body) more['Content-Type'] = plain ? body.type : 'application/json';
    const request = { body: plain ? body : JSON.stringify(body), tries: once ? 1 : TRIES };
    return this.#shown(method, path, more, (headers) => this.wire.send(method, path, { ...request, headers }));
  }

  /** A file, such as a ledger. @param {string} path @param {object} [query] @returns {Promise<{ name: string, content: Blob }>} */
  async file(path, query = {}) {
    return this.#shown('GET', path, {}, (headers) => this.wire.file(path + asked(query), { headers, tries: TRIES }));
  }

  /** Every item of a list, page after page, as you go on. @param {string} path @param {object} [query] @returns {AsyncGenerator<any>} */
  async *pages(path, query = {}) {
    let cursor;
    do {
      const { items, next_cursor } = await this.call('GET', path + asked({ ...query, cursor }));
      yield* items;
      cursor = next_cursor ?? undefined;
    } while (cursor);
  }

  async #shown(method, path, more, send) {
    const shows = (token) => async () => ({ ...more, ...(await this.proven(method, path, token)) });
    const token = await this.token();
    try {
      return await send(shows(token));
    } catch (error) {
      if (error.code === 'login_locked') this.locked = true; // by a restart of another page
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      return send(shows(await this.token(token)));
    }
  }
}

/** What is given, as the query of an address. @param {object} query */
export function asked(query) {
  const known = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(known.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : String(value)])).toString();
  return text && `?${text}`;
}
