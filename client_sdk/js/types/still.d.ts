export class Still extends EventTarget {
    /**
     * @param {HTMLCanvasElement} canvas
     * @param {import('./age.js').ServerClock} clock learns from the answers
     */
    constructor(canvas: HTMLCanvasElement, clock: import("./age.js").ServerClock);
    canvas: HTMLCanvasElement;
    /** When the picture on the canvas was taken, by the server's clock; null while there is none. @type {Date | null} */
    taken_at: Date | null;
    /** Show pictures from this address, the first one after a while. @param {string} url @param {number} wait_ms @param {number} every_ms */
    open(url: string, wait_ms: number, every_ms: number): void;
    /** How long to leave between two pictures; null for none at all. @param {number | null} every_ms */
    want(every_ms: number | null): void;
    /** Take over what a video shows. @param {HTMLVideoElement} video @param {Date} taken_at */
    keep(video: HTMLVideoElement, taken_at: Date): void;
    /** Ask no more and show nothing, at once. Repeating it changes nothing. */
    close(): void;
    #private;
}
