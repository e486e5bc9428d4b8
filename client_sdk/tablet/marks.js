/**
 * For measurements only: what happened when, as User Timing marks any tool can read, and the page's state.
 *
 * performance marks: `dispatch` (heard of it), `tap` (a camera was chosen, by hand or by itself), `first-frame` (its first picture
 * is on the screen), `still` (a single picture came), `blank` (the picture was taken away). `window.goldentime.state()` tells the rest.
 */

/** @param {'dispatch' | 'tap' | 'first-frame' | 'still' | 'blank'} name @param {object} [detail] */
export function mark(name, detail = {}) {
  performance.mark(name, { detail });
}

/** @param {() => object} state */
export function expose(state) {
  window.goldentime = Object.freeze({ version: 1, state });
}
