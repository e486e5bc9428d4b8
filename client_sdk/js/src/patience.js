/** How long a player bears with a stream before it asks for it anew. Pure but for what it counts. */

const GIVEN_UP_S = 6; // hls.js alone goes round all rungs of a server that fails for a minute and more
const UNSEEN_PARTS = 5; // what was in hand when a camera fell silent is shown; of more than that there is a picture

export class Patience {
  /** @type {number | null} */
  #failing_since_s = null;
  #unseen = 0;

  /** A stream begins, or is dropped. */
  begin() {
    this.#failing_since_s = null;
    this.#unseen = 0;
  }

  /** A playlist came. */
  answered() {
    this.#failing_since_s = null;
  }

  /** The server failed. @param {number} now_s @returns {boolean} whether that has lasted too long, no playlist coming between */
  failed(now_s) {
    this.#failing_since_s ??= now_s;
    return now_s - this.#failing_since_s > GIVEN_UP_S;
  }

  /** A new picture is on the screen. */
  saw() {
    this.#unseen = 0;
  }

  /** A part was taken in. @param {boolean} seen whether the page is: a hidden one draws nothing */
  tookIn(seen) {
    this.#unseen = seen ? this.#unseen + 1 : 0;
  }

  /** Whether the stream goes on and nothing of it is shown. @param {number} idle_s since the last new picture */
  stuck(idle_s) {
    return this.#unseen > UNSEEN_PARTS && idle_s > GIVEN_UP_S;
  }
}
