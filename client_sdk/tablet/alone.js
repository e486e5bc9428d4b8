/** One page at a time goes on with the login that is kept: two that renew it would end it. */
let granted = null;

/** Resolves when no other page of this browser is the one. */
export function alone() {
  granted ??= new Promise((resolve) => {
    if (!navigator.locks) return resolve();
    navigator.locks.request('goldentime', () => {
      resolve();
      return new Promise(() => {}); // until this page goes
    });
  });
  return granted;
}
