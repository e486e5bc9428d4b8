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
    constructor({ base, keep, device }?: {
        base?: string;
        keep?: (refresh_token: string | null) => void | Promise<void>;
        device?: () => Promise<Device>;
    });
    base: string;
    /** After a restart or a long sleep: only `unlock` works. */
    locked: boolean;
    /** Whether a restart can be gone on from. */
    pin_set: boolean;
    /** The server's time, for ages and waits. */
    clock: ServerClock;
    get known(): boolean;
    /** @param {string} username @param {string} password @param {string} [otp] where the account has a second factor */
    login(username: string, password: string, otp?: string): Promise<void>;
    /** Make this device one of an agency. A key that is enrolled already, or was lost, gives way to a new one. @param {string} code */
    enrol(code: string): Promise<any>;
    /** The agencies that have a sign-in service of their own. */
    services(): Promise<any>;
    /** Where to go to sign in at an agency's service. @param {string} agency_id @returns {Promise<{ authorization_url: string, state: string }>} */
    leaveFor(agency_id: string): Promise<{
        authorization_url: string;
        state: string;
    }>;
    /** Back from there, with what the address says. @param {{ code: string, state: string, iss?: string }} said */
    comeBack({ code, state, iss }: {
        code: string;
        state: string;
        iss?: string;
    }): Promise<void>;
    /** Open a login that is `locked` after a restart. @param {string} pin @throws {ApiError} `pin_wrong` with `tries_left` */
    unlock(pin: string): Promise<void>;
    /** Choose the PIN of this officer on this device, soon after the password. @param {string} pin 4 to 8 digits */
    choosePin(pin: string): Promise<void>;
    /** Go on with a refresh token kept from before; the login may be `locked` then. @param {string} refresh_token */
    resume(refresh_token: string): Promise<void>;
    /** End the login here and at the server. Never fails. */
    logout(): Promise<void>;
    /** A valid access token, renewed first where it is about to end. */
    token(): Promise<string>;
    /**
     * The headers that say who calls: good for one request.
     * @param {string} method @param {string} path
     * @param {string} [token] none where there is none yet
     */
    proven(method: string, path: string, token?: string): Promise<{
        Authorization: string;
        DPoP: string;
    } | {
        DPoP: string;
        Authorization?: undefined;
    }>;
    /** Say that this device has an order, or shows it. @param {string} dispatch_id @param {'delivered' | 'shown'} what */
    seen(dispatch_id: string, what: "delivered" | "shown"): Promise<any>;
    /** Say where the unit is. @param {string} unit_id */
    position(unit_id: string, fix: {
        lat: number;
        lon: number;
        heading_deg: number | null;
        speed_kmh: number | null;
        at: Date;
    }): Promise<any>;
    /** Say that a passenger uses this device while the car moves: it is recorded. @param {string} unit_id @param {number} speed_kmh */
    confirmPassenger(unit_id: string, speed_kmh: number): Promise<any>;
    /** The unit and its dispatches that have not ended, the most urgent first. */
    dispatches(): Promise<any>;
    /**
     * Say where the unit stands.
     * @param {string} dispatch_id
     * @param {'acknowledged' | 'en_route' | 'on_scene' | 'cleared'} status
     */
    report(dispatch_id: string, status: "acknowledged" | "en_route" | "on_scene" | "cleared"): Promise<any>;
    /**
     * Ask to watch one camera of an incident.
     * @param {{ camera_id: string, incident_id: string }} wish
     * @returns {Promise<{ session_id: string, url: string, still_url: string, expires_at: string }>}
     */
    play(wish: {
        camera_id: string;
        incident_id: string;
    }): Promise<{
        session_id: string;
        url: string;
        still_url: string;
        expires_at: string;
    }>;
    /**
     * How the stream of a camera fares: what the event `stream` says, for when nothing can be pushed.
     * @param {{ camera_id: string, incident_id: string }} which
     * @returns {Promise<import('./standing.js').Told & { camera_id: string, age_s: number | null, picture_at: string | null, at: string }>}
     */
    stream({ camera_id, incident_id }: {
        camera_id: string;
        incident_id: string;
    }): Promise<import("./standing.js").Told & {
        camera_id: string;
        age_s: number | null;
        picture_at: string | null;
        at: string;
    }>;
    /** Stop watching. Repeating it changes nothing. @param {string} session_id */
    stop(session_id: string): Promise<any>;
    /**
     * One call; a token the server no longer takes is renewed once.
     *
     * @param {string} method @param {string} path @param {object} [body]
     * @returns {Promise<any>} the parsed answer, null where it has no body
     * @throws {ApiError | Offline}
     */
    call(method: string, path: string, body?: object): Promise<any>;
    /** A file, such as a ledger. @param {string} path @returns {Promise<{ name: string, content: Blob }>} @throws {ApiError | Offline} */
    file(path: string): Promise<{
        name: string;
        content: Blob;
    }>;
    /** Renew the access token now; calls that come meanwhile wait for the same answer. */
    renew(): Promise<void>;
    #private;
}
export type Tokens = {
    access_token: string;
    refresh_token?: string;
    /**
     * seconds
     */
    expires_in: number;
};
import { ServerClock } from './age.js';
import { Device } from './device.js';
