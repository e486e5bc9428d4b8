/**
 * @param {{ video: Seen | null, still_at: Date | null, told: Told | null, now_ms: number | null, plays?: boolean }} facts `video` is null while it
 *   shows no picture; `now_ms` is the server's time; `plays`: whether the browser plays video at all
 * @returns {Standing}
 */
export function standing({ video, still_at, told, now_ms, plays }: {
    video: Seen | null;
    still_at: Date | null;
    told: Told | null;
    now_ms: number | null;
    plays?: boolean;
}): Standing;
/**
 * of the video, as the player's `state` tells it
 */
export type Seen = {
    verdict: string;
    age_s: number | null;
    idle_s: number;
    taken_at: Date | null;
};
/**
 * the event `stream`, or the answer of `/v1/streams/{camera}`
 */
export type Told = {
    state: "live" | "delayed" | "stale" | "stills" | "last_good" | "down";
    reason: string | null;
    step: string;
    frozen: boolean;
};
/**
 * What may be said of the picture on the screen: the worse of what the page sees and of what the server tells. Pure.
 *
 * The page alone sees whether new pictures reach it; the server alone knows that pictures flow and are all the same, or why none come.
 */
export type Standing = {
    state: "starting" | "undated" | "live" | "delayed" | "stale" | "stills" | "last_good" | "down";
    /**
     * what to show
     */
    source: "video" | "still" | null;
    /**
     * when that was taken
     */
    taken_at: Date | null;
    /**
     * its age; both null of a frozen picture: nobody knows
     */
    age_s: number | null;
    /**
     * code: the server's, `link` if the way to here is at fault, `opening` while the video is, `unplayable` where it never will, a step, or none
     */
    reason: string | null;
    /**
     * how long to leave between two stills; null where none are of use
     */
    stills_every_ms: number | null;
};
