/** 128 random bits in hex. Not randomUUID, which plain HTTP pages do not have. */
export function random(): string;
/** The browser gives a page no keys here, as on plain HTTP. */
export class NoKeys extends CallFailed {
    constructor();
}
export class Device {
    /** A new key, in memory only. */
    static make(): Promise<Device>;
    /** The key of this browser, made and kept where there is none yet. */
    static here(): Promise<Device>;
    /** A new key for this browser, in place of the old one. */
    static anew(): Promise<Device>;
    /** @param {CryptoKeyPair} pair ES256 */
    constructor(pair: CryptoKeyPair);
    /**
     * The DPoP header of one request, which may be sent once.
     * @param {{ method: string, url: string, token?: string, at_ms: number }} request `at_ms` by the server's clock
     */
    proof({ method, url, token, at_ms }: {
        method: string;
        url: string;
        token?: string;
        at_ms: number;
    }): Promise<string>;
    #private;
}
import { CallFailed } from './errors.js';
