/** Runs something one at a time. Asked for while it runs, it is run once more. */

/** @param {() => Promise<void>} act @returns {() => Promise<void>} resolves when what was asked for is done */
export function inTurn(act) {
  let running = null;
  let again = false;
  return async function run() {
    if (running) {
      again = true;
      return running;
    }
    running = act().finally(() => (running = null));
    await running;
    if (again) {
      again = false;
      await run();
    }
  };
}
