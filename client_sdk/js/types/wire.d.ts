export class Wire {
    /** @param {string} base origin of the server; empty for the page's own */
    constructor(base: string);
    base: string;
    /** The server's time, for ages and waits. */
    clock: ServerClock;
    /**
     * The parsed answer, null where it has no body.
     * @throws {ApiError | Offline | Unreadable}
     */
    send(method: string, path: string, request?: Request & {
        body?: BodyInit;
    }): Promise<any>;
    /**
     * An answer that is a file; `name` is what the server calls it.
     * @throws {ApiError | Offline}
     */
    file(path: string, request?: Request): Promise<{
        name: string;
        content: Blob;
    }>;
    /** Wait between two tries. */
    pause(wait_ms: number): Promise<void>;
    #private;
}
type Request = {
    /** asked anew for each try: a proof is good for one */
    headers?: () => Promise<Record<string, string>>;
    /** how often it may be sent, where the line breaks or the server cannot answer now */
    tries?: number;
};
import { ServerClock } from './age.js';
export {};
