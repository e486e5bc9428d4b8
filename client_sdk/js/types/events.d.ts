/**
 * How long to wait before the next try: doubled each time, and spread so that a fleet does not come back as one.
 *
 * @param {number} failures in a row, 1 or more
 * @param {number} random 0..1
 * @returns {number} milliseconds
 */
export function backOff(failures: number, random: number): number;
export class Events extends EventTarget {
    /** @param {import('./caller.js').Caller} client */
    constructor(client: import("./caller.js").Caller);
    /** Why the server refused the line. */
    refusal: import("./errors.js").ApiError | null;
    get state(): string;
    /** Listen until `stop`; returns when stopped or refused. */
    run(): Promise<void>;
    stop(): void;
    #private;
}
