/**
 * When the picture at a media time was taken, from the dates of the segments (EXT-X-PROGRAM-DATE-TIME), in milliseconds since 1970.
 *
 * @param {{ start: number, programDateTime: number | null }[]} segments oldest first; times before the first are reckoned from it
 * @param {number} at_s
 * @returns {number | null}
 */
export function takenAt(segments: {
    start: number;
    programDateTime: number | null;
}[], at_s: number): number | null;
/**
 * What the picture may be called.
 *
 * @param {number | null} age_s of the picture shown; null while it is not known
 * @param {number} idle_s since a new picture was shown
 * @returns {'starting' | 'live' | 'delayed' | 'stale'}
 */
export function verdict(age_s: number | null, idle_s: number): "starting" | "live" | "delayed" | "stale";
export class ServerClock {
    /**
     * Take in one answer. Times are milliseconds of performance.now().
     *
     * @param {string | null} time the answer's X-Time header: seconds since 1970, with a fraction
     * @param {number} sent_ms when it was asked for
     * @param {number} received_ms when its first byte came
     */
    observe(time: string | null, sent_ms: number, received_ms: number, grain_ms?: number): void;
    /** Take in the headers of an answer: X-Time, to the millisecond, else Date, to the second. */
    hear(headers: Headers, sent_ms: number, received_ms: number): void;
    /** Milliseconds between the bounds: the time told is at most half of it wrong. Infinity before the first answer. */
    get spread_ms(): number;
    /**
     * The server's time as milliseconds since 1970, or null before the first answer.
     * @param {number} [at_ms] a time of performance.now()
     */
    now(at_ms?: number): number;
    #private;
}
export const LIVE_MOST_S: 3;
export const DELAYED_MOST_S: 8;
export const MOVING_S: 1;
