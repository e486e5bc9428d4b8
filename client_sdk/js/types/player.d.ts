export class Player extends EventTarget {
    /**
     * @param {HTMLVideoElement} video
     * @param {typeof import('hls.js') | null} library the module of hls.js, which is not looked at where the browser has to play by itself
     */
    constructor(video: HTMLVideoElement, library: typeof import("hls.js") | null);
    video: HTMLVideoElement;
    /** Figures for measurements: requests and stalls since `open`. */
    counts: {
        stalls: number;
        reopened: number;
    };
    /** Play the stream at this address from its live edge. @param {string} url */
    open(url: string): void;
    /** Stop and show nothing, at once. Repeating it changes nothing. */
    close(): void;
    /** Open the stream anew, if no picture has come of it for a while: there is reason to think that it is back. */
    again(): void;
    /** Downloads begun ahead, and what became of them. */
    get ahead(): {
        begun: number;
        used: number;
        wasted: number;
    };
    /** What the pace keeps in hand, how fast it plays, and what the link is thought to carry; null before the first look. */
    get hold(): {
        margin_s: any;
        rate: number;
        link_bps: any;
    };
    /** Which rung is shown, by height in pixels; null before the first picture. */
    get height(): number;
    /** When the picture shown was taken, by the server's clock; null before the first and where the playlist gives no times. */
    get taken_at(): Date;
    /** Seconds between the camera's picture and its showing, by the server's clock; null when unknown. */
    get age_s(): number;
    #private;
}
