/**
 * The API of one server for one officer: log in once, call as often as needed.
 *
 * The access token lives in memory only and is renewed before it ends; the refresh token is handed to the caller's `keep` so that
 * a reload need not ask for the password. Every call carries a proof of this device's key, without which no token is good. Times are milliseconds of Date.now() of this machine, used for differences only.
 */
import { ServerClock } from './age.js';
import { Device, random } from './device.js';
import { ApiError, Offline } from './errors.js';

const RENEW_BEFORE_MS = 60_000;
const ANSWER_WITHIN_MS = 10_000;
const FILE_WITHIN_MS = 60_000;

/**
 * @typedef {object} Tokens
 * @property {string} access_token
 * @property {string} [refresh_token]
 * @property {number} expires_in seconds
 */

export class Client {
  /**
   * @param {object} [options]
   * @param {string} [options.base] origin of the server; empty for the page's own
   * @param {(refresh_token: string | null) => void | Promise<void>} [options.keep] told of each new refresh token, and of null at
   *   the end; waited for, because a used token in its place would end the login after the next start
   * @param {() => Promise<Device>} [options.device] where the key comes from; kept in this browser, if not said
   */
  constructor({ base = '', keep = () => {}, device = Device.here } = {}) {
    this.base = base;
    /** After a restart or a long sleep: only `unlock` works. */
    this.locked = false;
    /** Whether a restart can be gone on from. */
    this.pin_set = false;
    this.#findDevice = device;
    /** The server's time, for ages and waits. */
    this.clock = new ServerClock();
    this.#keep = keep;
  }

  #keep;
  #findDevice;
  #newDevice = Device.anew;
  /** @type {Promise<Device> | null} */
  #device = null;
  #access = '';
  #refresh = '';
  #renew_at_ms = 0;
  /** @type {Promise<void> | null} */
  #renewing = null;

  get known() {
    return this.#refresh !== '';
  }

  /** @param {string} username @param {string} password @param {string} [otp] where the account has a second factor */
  async login(username, password, otp = '') {
    await this.#take(await this.#token({ grant_type: 'password', username, password, ...(otp && { otp }) }));
  }

  /** Make this device one of an agency. A key that is enrolled already, or was lost, gives way to a new one. @param {string} code */
  async enrol(code) {
    const request = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ code }) };
    try {
      return await this.#sendProven('POST', '/v1/devices/enrolment', request);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'device_enrolled') throw error;
      this.#device = this.#newDevice();
      return this.#sendProven('POST', '/v1/devices/enrolment', request);
    }
  }

  /** The agencies that have a sign-in service of their own. */
  async services() {
    return this.#sendProven('GET', '/v1/auth/oidc', {});
  }

  /** Where to go to sign in at an agency's service. @param {string} agency_id @returns {Promise<{ authorization_url: string, state: string }>} */
  async leaveFor(agency_id) {
    const request = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ agency_id }) };
    return this.#sendProven('POST', '/v1/auth/oidc', request);
  }

  /** Back from there, with what the address says. @param {{ code: string, state: string, iss?: string }} said */
  async comeBack({ code, state, iss }) {
    await this.#take(await this.#token({ grant_type: 'authorization_code', code, state, ...(iss && { iss }) }));
  }

  /** Open a login that is `locked` after a restart. @param {string} pin @throws {ApiError} `pin_wrong` with `tries_left` */
  async unlock(pin) {
    this.#stands(await this.call('POST', '/v1/auth/pin', { pin }));
  }

  /** Choose the PIN of this officer on this device, soon after the password. @param {string} pin 4 to 8 digits */
  async choosePin(pin) {
    this.#stands(await this.call('PUT', '/v1/auth/pin', { pin }));
  }

  /** Go on with a refresh token kept from before; the login may be `locked` then. @param {string} refresh_token */
  async resume(refresh_token) {
    this.#refresh = refresh_token;
    await this.renew();
  }

  /** End the login here and at the server. Never fails. */
  async logout() {
    const token = this.#refresh;
    this.#forget();
    if (!token) return;
    await this.#send('POST', '/v1/auth/revoke', { body: new URLSearchParams({ token }) }).catch(() => {});
  }

  /** A valid access token, renewed first where it is about to end. */
  async token() {
    if (Date.now() >= this.#renew_at_ms) await this.renew();
    return this.#access;
  }

  /**
   * The headers that say who calls: good for one request.
   * @param {string} method @param {string} path
   * @param {string} [token] none where there is none yet
   */
  async proven(method, path, token) {
    this.#device ??= this.#findDevice().catch((error) => {
      this.#device = null; // the next call asks again
      throw error;
    });
    const device = await this.#device;
    const url = new URL(path, this.base || globalThis.location?.href).href;
    const proof = await device.proof({ method, url, token, at_ms: this.clock.now() ?? Date.now() });
    return token ? { Authorization: `DPoP ${token}`, DPoP: proof } : { DPoP: proof };
  }

  /** The unit and its dispatches that have not ended, the most urgent first. */
  async dispatches() {
    return this.call('GET', '/v1/me/dispatches');
  }

  /**
   * Say where the unit stands.
   * @param {string} dispatch_id
   * @param {'acknowledged' | 'en_route' | 'on_scene' | 'cleared'} status
   */
  async report(dispatch_id, status) {
    return this.call('PATCH', `/v1/dispatches/${encodeURIComponent(dispatch_id)}`, { status });
  }

  /** Say that this device has an order, or shows it. @param {string} dispatch_id @param {'delivered' | 'shown'} what */
  async seen(dispatch_id, what) {
    return this.call('PATCH', `/v1/dispatches/${encodeURIComponent(dispatch_id)}`, { seen: what });
  }

  /** Say where the unit is. @param {string} unit_id @param {{ lat: number, lon: number, heading_deg: number | null, speed_kmh: number | null, at: Date }} fix */
  async position(unit_id, fix) {
    return this.call('PUT', `/v1/units/${encodeURIComponent(unit_id)}/position`, { ...fix, at: fix.at.toISOString() });
  }

  /** Say that a passenger uses this device while the car moves: it is recorded. @param {string} unit_id @param {number} speed_kmh */
  async confirmPassenger(unit_id, speed_kmh) {
    return this.call('POST', `/v1/units/${encodeURIComponent(unit_id)}/passenger`, { speed_kmh });
  }

  /**
   * Ask to watch one camera of an incident.
   * @param {{ camera_id: string, incident_id: string }} wish
   * @returns {Promise<{ session_id: string, url: string, still_url: string, expires_at: string }>}
   */
  async play(wish) {
    return this.call('POST', '/v1/playback', wish);
  }

  /**
   * How the stream of a camera fares, for when nothing can be pushed. @param {{ camera_id: string, incident_id: string }} which
   * @returns {Promise<import('./standing.js').Told & { camera_id: string, age_s: number | null, picture_at: string | null, at: string }>}
   */
  async stream({ camera_id, incident_id }) {
    return this.call('GET', `/v1/streams/${encodeURIComponent(camera_id)}?incident_id=${encodeURIComponent(incident_id)}`);
  }

  /** Stop watching. Repeating it changes nothing. @param {string} session_id */
  async stop(session_id) {
    return this.call('DELETE', `/v1/playback/${encodeURIComponent(session_id)}`);
  }

  /**
   * One call; a token the server no longer takes is renewed once.
   *
   * @param {string} method @param {string} path @param {object} [body]
   * @returns {Promise<any>} the parsed answer, null where it has no body
   * @throws {ApiError | Offline}
   */
  async call(method, path, body) {
    const key = method === 'GET' ? null : random();
    const token = await this.token();
    try {
      return await this.#authorised(token, method, path, body, key);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      if (token === this.#access) await this.renew();
      return this.#authorised(this.#access, method, path, body, key);
    }
  }

  /** A file, such as a ledger. @param {string} path @returns {Promise<{ name: string, content: Blob }>} @throws {ApiError | Offline} */
  async file(path) {
    const signal = AbortSignal.timeout(FILE_WITHIN_MS);
    const headers = await this.proven('GET', path, await this.token());
    const response = await fetch(this.base + path, { headers, signal, cache: 'no-store', credentials: 'omit' }).catch((error) => {
      throw new Offline(error);
    });
    if (!response.ok) throw await ApiError.from(response);
    const [, name = 'file'] = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '') ?? [];
    return { name, content: await response.blob() };
  }

  /** Renew the access token now; calls that come meanwhile wait for the same answer. */
  renew() {
    this.#renewing ??= this.#renewOnce().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #renewOnce() {
    if (!this.#refresh) throw new ApiError({ status: 401, code: 'logged_out' });
    try {
      const form = { grant_type: 'refresh_token', refresh_token: this.#refresh };
      if (this.#access) form.access_token = this.#access; // shows that this is no restart
      await this.#take(await this.#token(form));
    } catch (error) {
      const over = error instanceof ApiError && error.status < 500 && !['too_many_requests', 'dpop_proof_invalid'].includes(error.code);
      if (over) this.#forget();
      throw error;
    }
  }

  #authorised(token, method, path, body, key) {
    const headers = {};
    if (key) headers['Idempotency-Key'] = key;
    if (body) headers['Content-Type'] = 'application/json';
    return this.#sendProven(method, path, { headers, body: body && JSON.stringify(body) }, token);
  }

  /** @returns {Promise<Tokens>} */
  #token(form) {
    return this.#sendProven('POST', '/v1/auth/token', { body: new URLSearchParams(form) });
  }

  /** The first proof may tell a wrong time; the refusal tells the server's, and the second is right. */
  async #sendProven(method, path, init, token) {
    const send = async () => {
      const headers = { ...init.headers, ...(await this.proven(method, path, token)) };
      return this.#send(method, path, { ...init, headers });
    };
    try {
      return await send();
    } catch (error) {
      if (error.code === 'login_locked') this.locked = true; // by a restart of another page
      if (!(error instanceof ApiError) || error.code !== 'dpop_proof_invalid') throw error;
      return send();
    }
  }

  async #send(method, path, init) {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const request = { ...init, method, signal, cache: 'no-store', credentials: 'omit', redirect: 'error' };
    const sent_ms = performance.now();
    let text;
    try {
      const response = await fetch(this.base + path, request);
      this.clock.observe(response.headers.get('X-Time'), sent_ms, performance.now());
      if (!response.ok) throw await ApiError.from(response);
      text = await response.text();
    } catch (error) {
      throw error instanceof ApiError ? error : new Offline(error);
    }
    return text ? JSON.parse(text) : null;
  }

  async #take({ access_token, refresh_token, expires_in, ...rest }) {
    this.#stands(rest);
    this.#access = access_token;
    this.#renew_at_ms = Date.now() + Math.max(expires_in * 500, expires_in * 1000 - RENEW_BEFORE_MS);
    if (refresh_token && refresh_token !== this.#refresh) {
      this.#refresh = refresh_token;
      await this.#keep(refresh_token);
    }
  }

  #stands({ locked, pin_set }) {
    this.locked = locked === true;
    this.pin_set = pin_set === true;
  }

  #forget() {
    this.#access = this.#refresh = '';
    this.#renew_at_ms = 0;
    this.#keep(null);
  }
}
