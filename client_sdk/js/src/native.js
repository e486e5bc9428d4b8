/**
 * One opening of a stream by the browser's own HLS. It fetches by itself and tells little, so what the server says is asked beside it.
 *
 * Invariant: it tells `failed` once at most, and nothing after `close`.
 */
const GIVEN_UP_S = 6; // without a new picture

export class Native {
  /**
   * @param {HTMLVideoElement} video @param {string} url
   * @param {object} does
   * @param {import('./age.js').ServerClock} does.clock learns from the answers
   * @param {(status: number) => void} does.failed the stream is over, or broken; 0: there was no answer, or no picture of it
   */
  constructor(video, url, { clock, failed }) {
    this.#video = video;
    this.#url = url;
    this.#clock = clock;
    this.#failed = failed;
    video.addEventListener('error', this.#onError);
    this.#open();
  }

  #video;
  #url;
  #clock;
  #failed;
  #asking = null;
  #over = false;
  #began_ms = performance.now();

  /** When the picture shown was taken: the browser knows the date of the playlist's beginning, or does not. @returns {Date | null} */
  get taken_at() {
    const began_ms = this.#video.getStartDate?.()?.getTime() ?? Number.NaN;
    return Number.isNaN(began_ms) ? null : new Date(began_ms + this.#video.currentTime * 1000);
  }

  /** @param {number} idle_s since a new picture */
  look(idle_s) {
    if (Math.min(idle_s, (performance.now() - this.#began_ms) / 1000) > GIVEN_UP_S) this.#onError();
  }

  close() {
    this.#over = true;
    this.#video.removeEventListener('error', this.#onError);
    this.#video.removeAttribute('src');
    this.#video.load();
  }

  async #open() {
    const status = await this.#status();
    if (this.#over) return;
    if (status !== 200) return this.#fail(status);
    this.#video.src = this.#url;
    this.#video.play().catch(() => {});
  }

  #onError = async () => {
    if (this.#asking) return;
    this.#asking = this.#status();
    const status = await this.#asking;
    this.#fail(status === 200 ? 0 : status);
  };

  /** The last picture stays until who hears of it closes. */
  #fail(status) {
    if (this.#over) return;
    this.#over = true;
    this.#failed(status);
  }

  async #status() {
    const sent_ms = performance.now();
    try {
      const answer = await fetch(this.#url, { cache: 'no-store', credentials: 'omit', redirect: 'error' });
      this.#clock.observe(answer.headers.get('X-Time'), sent_ms, performance.now());
      answer.body?.cancel().catch(() => {});
      return answer.status;
    } catch {
      return 0;
    }
  }
}
