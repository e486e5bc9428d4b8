/** A control room's system: a client id and a secret, and no device. Its tokens are Bearer tokens, in memory only. For programs. */
import { Caller } from './caller.js';
import { renewAt } from './client.js';
import { nouns } from './nouns.js';

export class Room extends Caller {
  /** @param {{ base: string, client_id: string, client_secret: string }} options */
  constructor({ base, client_id, client_secret }) {
    super(base);
    this.#form = { grant_type: 'client_credentials', client_id, client_secret };
    Object.assign(this, nouns(this));
  }

  #form;
  #access = '';
  #renew_at_ms = 0;
  /** @type {Promise<void> | null} */
  #renewing = null;

  /** A valid access token; another one than `instead_of`, which the server does not take. @param {string} [instead_of] */
  async token(instead_of) {
    if (Date.now() >= this.#renew_at_ms || this.#access === instead_of) await this.renew();
    return this.#access;
  }

  /** The headers that say who calls. @param {string} method @param {string} path @param {string} token */
  async proven(method, path, token) {
    return { Authorization: `Bearer ${token}` };
  }

  /** Get another access token; calls that come meanwhile wait for the same answer. */
  renew() {
    this.#renewing ??= this.#renewOnce().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #renewOnce() {
    const request = { body: new URLSearchParams(this.#form), tries: 3 };
    const { access_token, expires_in } = await this.wire.send('POST', '/v1/auth/token', request);
    this.#access = access_token;
    this.#renew_at_ms = renewAt(expires_in);
  }
}
