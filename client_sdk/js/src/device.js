/**
 * The key of this device and its proofs (RFC 9449). The private key cannot be read, not by this page either: it is made
 * non-extractable and kept as it is in IndexedDB.
 */
import { CallFailed } from './errors.js';
import { keep, kept } from './kept.js';

const KEY = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };
const text = new TextEncoder();

/** The browser gives a page no keys here, as on plain HTTP. */
export class NoKeys extends CallFailed {
  constructor() {
    super('no keys without a secure connection');
    this.name = 'NoKeys';
  }
}

export class Device {
  /** @param {CryptoKeyPair} pair ES256 */
  constructor(pair) {
    this.#pair = pair;
  }

  #pair;
  #jwk = null;

  /** A new key, in memory only. */
  static async make() {
    if (!globalThis.crypto?.subtle) throw new NoKeys();
    return new Device(await crypto.subtle.generateKey(KEY, false, ['sign']));
  }

  /** The key of this browser, made and kept where there is none yet. */
  static async here() {
    if (!globalThis.indexedDB) return Device.make();
    if (!globalThis.crypto?.subtle) throw new NoKeys();
    const pair = await kept('key');
    return pair ? new Device(pair) : Device.anew();
  }

  /** A new key for this browser, in place of the old one. */
  static async anew() {
    const device = await Device.make();
    if (globalThis.indexedDB) await keep('key', device.#pair);
    return device;
  }

  /**
   * The DPoP header of one request, which may be sent once.
   * @param {{ method: string, url: string, token?: string, at_ms: number }} request `at_ms` by the server's clock
   */
  async proof({ method, url, token, at_ms }) {
    const { origin, pathname } = new URL(url);
    const claims = { jti: random(), htm: method, htu: origin + pathname, iat: Math.floor(at_ms / 1000) };
    if (token) claims.ath = base64url(await crypto.subtle.digest('SHA-256', text.encode(token)));
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: await this.#public() };
    const content = [header, claims].map((part) => base64url(text.encode(JSON.stringify(part)))).join('.');
    const signature = await crypto.subtle.sign(SIGNATURE, this.#pair.privateKey, text.encode(content));
    return `${content}.${base64url(signature)}`;
  }

  async #public() {
    if (!this.#jwk) {
      const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', this.#pair.publicKey);
      this.#jwk = { kty, crv, x, y };
    }
    return this.#jwk;
  }
}

/** 128 random bits in hex. Not randomUUID, which plain HTTP pages do not have. */
export function random() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function base64url(data) {
  const binary = String.fromCharCode(...new Uint8Array(data));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
