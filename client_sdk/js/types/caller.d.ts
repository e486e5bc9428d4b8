/** What is given, as the query of an address. */
export function asked(query: object): string;
export abstract class Caller {
    /** @param {string} base origin of the server; empty for the page's own */
    constructor(base: string);
    wire: Wire;
    /** After a restart or a long sleep: only `unlock` works. */
    locked: boolean;
    get base(): string;
    /** The server's time, for ages and waits. */
    get clock(): ServerClock;
    /** A valid access token, renewed first where it is about to end; another one than `instead_of`. */
    abstract token(instead_of?: string): Promise<string>;
    /** The headers that say who calls: good for one request. */
    abstract proven(method: string, path: string, token?: string): Promise<Record<string, string>>;
    /** Open a playback session by one of an incident, a grant and one's own centre, which needs a purpose. */
    play(wish: By & {
        camera_id: string;
        purpose?: string;
    }): Promise<OpenedPlayback>;
    /** Stop watching, or as a supervisor cut a session and say why. Repeating it changes nothing. */
    stop(session_id: string, reason?: string): Promise<null>;
    /** Who watches what now, for supervisors. */
    watched(): AsyncGenerator<WatchedSession>;
    /** How the stream of a camera fares: what the event `stream` says, for when nothing can be pushed. */
    stream(which: By & {
        camera_id: string;
    }): Promise<ShownStream>;
    /** The whole address of a session's picture, for a player. It is a secret. */
    url(session: {
        url: string;
    }): string;
    /** What the server pushes from now on. */
    events(): Events;
    /**
     * Any call of the API; a token the server no longer takes is renewed once, a lost answer is asked for again.
     * @param body as JSON, or a Blob of another type
     * @param how `once`: it heeds no Idempotency-Key, so it is not sent again
     * @throws {ApiError | Offline | Unreadable}
     */
    call(method: string, path: string, body?: object, how?: {
        once?: boolean;
    }): Promise<any>;
    /** A file, such as a ledger. @throws {ApiError | Offline} */
    file(path: string, query?: object): Promise<{
        name: string;
        content: Blob;
    }>;
    /** Every item of a list, page after page, as you go on. */
    pages(path: string, query?: object): AsyncGenerator<any>;
    #private;
}
/** By what one watches: exactly one of them. */
export type By = {
    incident_id?: string;
    grant_id?: string;
    centre?: 'own';
};
import { ServerClock } from './age.js';
import { Events } from './events.js';
import { OpenedPlayback, ShownStream, WatchedSession } from './nouns.js';
import { Wire } from './wire.js';
