/**
 * The API of one server for one officer: log in once, call as often as needed.
 *
 * The access token lives in memory only and is renewed before it ends; the refresh token is handed to the caller's `keep` so that
 * a reload need not ask for the password. Every call carries a proof of this device's key, without which no token is good. Times are milliseconds of Date.now() of this machine, used for differences only.
 */
import { Caller } from './caller.js';
import { Device } from './device.js';
import { ApiError } from './errors.js';

const RENEW_BEFORE_MS = 60_000;

/**
 * @typedef {object} Tokens
 * @property {string} access_token
 * @property {string} [refresh_token]
 * @property {number} expires_in seconds
 */

/** When to renew a token, by this machine's clock. @param {number} expires_in seconds */
export const renewAt = (expires_in) => Date.now() + Math.max(expires_in * 500, expires_in * 1000 - RENEW_BEFORE_MS);

export class Client extends Caller {
  /**
   * @param {object} [options]
   * @param {string} [options.base] origin of the server; empty for the page's own
   * @param {(refresh_token: string | null) => void | Promise<void>} [options.keep] told of each new refresh token, and of null at
   *   the end; waited for, because a used token in its place would end the login after the next start
   * @param {() => Promise<Device>} [options.device] where the key comes from; kept in this browser, if not said
   */
  constructor({ base = '', keep = () => {}, device = Device.here } = {}) {
    super(base);
    /** Whether a restart can be gone on from. */
    this.pin_set = false;
    this.#findDevice = device;
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
    try {
      return await this.#told('POST', '/v1/devices/enrolment', { code });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'device_enrolled') throw error;
      this.#device = this.#newDevice();
      return this.#told('POST', '/v1/devices/enrolment', { code });
    }
  }

  /** The agencies that have a sign-in service of their own. */
  async services() {
    return this.#told('GET', '/v1/auth/oidc');
  }

  /** Where to go to sign in at an agency's service. @param {string} agency_id @returns {Promise<{ authorization_url: string, state: string }>} */
  async leaveFor(agency_id) {
    return this.#told('POST', '/v1/auth/oidc', { agency_id });
  }

  /** Back from there, with what the address says. @param {{ code: string, state: string, iss?: string }} said */
  async comeBack({ code, state, iss }) {
    await this.#take(await this.#token({ grant_type: 'authorization_code', code, state, ...(iss && { iss }) }));
  }

  /** Begin to set up the second factor: a secret for a phone, which counts from `confirmOtp` on. @param {string} username @param {string} password */
  async newOtp(username, password) {
    return this.wire.send('POST', '/v1/auth/totp', { body: new URLSearchParams({ username, password }) });
  }

  /** Have the second factor count, by a code of it; gives the recovery codes. @param {string} username @param {string} password @param {string} otp */
  async confirmOtp(username, password, otp) {
    return this.wire.send('POST', '/v1/auth/totp/confirmation', { body: new URLSearchParams({ username, password, otp }) });
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
    await this.wire.send('POST', '/v1/auth/revoke', { body: new URLSearchParams({ token }) }).catch(() => {});
  }

  /** A valid access token, renewed first where it is about to end, or is the one the server does not take. @param {string} [instead_of] */
  async token(instead_of) {
    if (Date.now() >= this.#renew_at_ms || this.#access === instead_of) await this.renew();
    return this.#access;
  }

  /**
   * The headers that say who calls: good for one request.
   * @param {string} method @param {string} path
   * @param {string} [token] none where there is none yet
   * @returns {Promise<Record<string, string>>}
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

  /** Who is signed in. @returns {Promise<import('./nouns.js').Me>} */
  async me() {
    return this.call('GET', '/v1/me');
  }

  /** Change one's password; the other logins end. @param {{ old: string, new: string }} passwords wrong old ones count as at sign-in */
  async changePassword(passwords) {
    return this.call('PUT', '/v1/me/password', passwords);
  }

  /** The unit and its dispatches that have not ended, the most urgent first. @returns {Promise<import('./nouns.js').MyDispatches>} */
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

  /** @returns {Promise<Tokens>} */
  #token(form) {
    const headers = () => this.proven('POST', '/v1/auth/token');
    return this.wire.send('POST', '/v1/auth/token', { headers, body: new URLSearchParams(form) });
  }

  /** A call with a proof of this device's key and no token. */
  #told(method, path, body) {
    const headers = async () => ({ ...(body && { 'Content-Type': 'application/json' }), ...(await this.proven(method, path)) });
    return this.wire.send(method, path, { headers, body: body && JSON.stringify(body) });
  }

  async #take({ access_token, refresh_token, expires_in, ...rest }) {
    this.#stands(rest);
    this.#access = access_token;
    this.#renew_at_ms = renewAt(expires_in);
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
