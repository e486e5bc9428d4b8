/** When to renew a token, by this machine's clock. */
export const renewAt: (expires_in: number) => number;
export class Client extends Caller {
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
    /** Whether a restart can be gone on from. */
    pin_set: boolean;
    get known(): boolean;
    /** @param {string} [otp] where the account has a second factor */
    login(username: string, password: string, otp?: string): Promise<void>;
    /** Make this device one of an agency. A key that is enrolled already, or was lost, gives way to a new one. */
    enrol(code: string): Promise<{
        id: string;
        label: string;
        agency_id: string;
        unit_id: string | null;
    }>;
    /** The agencies that have a sign-in service of their own. */
    services(): Promise<{
        items: Array<{
            agency_id: string;
            name: string;
        }>;
    }>;
    /** Where to go to sign in at an agency's service. */
    leaveFor(agency_id: string): Promise<{
        authorization_url: string;
        state: string;
    }>;
    /** Back from there, with what the address says. */
    comeBack({ code, state, iss }: {
        code: string;
        state: string;
        iss?: string;
    }): Promise<void>;
    /** Begin to set up the second factor: a secret for a phone, which counts from `confirmOtp` on. */
    newOtp(username: string, password: string): Promise<{
        secret: string;
        uri: string;
    }>;
    /** Have the second factor count, by a code of it; gives the recovery codes. */
    confirmOtp(username: string, password: string, otp: string): Promise<{
        recovery_codes: string[];
    }>;
    /** Open a login that is `locked` after a restart. @throws {ApiError} `pin_wrong` with `tries_left` */
    unlock(pin: string): Promise<void>;
    /** Choose the PIN of this officer on this device, soon after the password: 4 to 8 digits. */
    choosePin(pin: string): Promise<void>;
    /** Go on with a refresh token kept from before; the login may be `locked` then. */
    resume(refresh_token: string): Promise<void>;
    /** End the login here and at the server. Never fails. */
    logout(): Promise<void>;
    /** A valid access token, renewed first where it is about to end, or is the one the server does not take. */
    token(instead_of?: string): Promise<string>;
    /** The headers that say who calls: good for one request. Without a token, where there is none yet. */
    proven(method: string, path: string, token?: string): Promise<Record<string, string>>;
    /** Who is signed in. */
    me(): Promise<Me>;
    /** Change one's password; the other logins end. Wrong old ones count as at sign-in. */
    changePassword(passwords: {
        old: string;
        new: string;
    }): Promise<null>;
    /** The unit and its dispatches that have not ended, the most urgent first. */
    dispatches(): Promise<MyDispatches>;
    /** Say where the unit stands. */
    report(dispatch_id: string, status: "acknowledged" | "en_route" | "on_scene" | "cleared"): Promise<ShownDispatch>;
    /** Say that this device has an order, or shows it. */
    seen(dispatch_id: string, what: "delivered" | "shown"): Promise<ShownDispatch>;
    /** Say where the unit is. */
    position(unit_id: string, fix: {
        lat: number;
        lon: number;
        heading_deg: number | null;
        speed_kmh: number | null;
        at: Date;
    }): Promise<null>;
    /** Say that a passenger uses this device while the car moves: it is recorded. */
    confirmPassenger(unit_id: string, speed_kmh: number): Promise<null>;
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
import { Caller } from './caller.js';
import { Device } from './device.js';
import { Me, MyDispatches, ShownDispatch } from './nouns.js';
