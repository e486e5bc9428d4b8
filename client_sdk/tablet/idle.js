/**
 * Locks the screen that nobody has touched for a while. The line stays up: what comes meanwhile rings, and is shown after the PIN.
 *
 * Invariant: only what is `free` is ever locked; a screen with a dispatch on it is not.
 */
const AFTER_MS = 5 * 60_000;
const LOOK_EVERY_MS = 1_000;

export class Idle {
  /** @param {() => boolean} free nothing is on the screen that must stay @param {() => void} lock */
  constructor(free, lock) {
    for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, () => this.touch(), { capture: true });
    setInterval(() => {
      if (!free()) this.touch();
      else if (this.#for_ms >= AFTER_MS) lock();
    }, LOOK_EVERY_MS);
  }

  #touched = now();
  /** Whether it is locked, and only for that. */
  locked = false;

  touch() {
    this.#touched = now();
  }

  // One of the clocks stands still while the device sleeps, the other may be set.
  get #for_ms() {
    const { date_ms, page_ms } = now();
    return Math.max(date_ms - this.#touched.date_ms, page_ms - this.#touched.page_ms);
  }
}

function now() {
  return { date_ms: Date.now(), page_ms: performance.now() };
}
