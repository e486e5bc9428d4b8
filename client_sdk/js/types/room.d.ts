import { Caller } from './caller.js';
import { Nouns } from './nouns.js';
/** A control room's system, by its client id and secret, with all calls: `room.incidents.report(…)`. */
export class Room extends Caller {
    constructor(options: {
        base: string;
        client_id: string;
        client_secret: string;
    });
    /** A valid access token; another one than `instead_of`, which the server does not take. */
    token(instead_of?: string): Promise<string>;
    /** The headers that say who calls. */
    proven(method: string, path: string, token: string): Promise<Record<string, string>>;
    /** Get another access token; calls that come meanwhile wait for the same answer. */
    renew(): Promise<void>;
    #private;
}
export interface Room extends Nouns {
}
