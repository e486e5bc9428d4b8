/**
 * The back button closes what lies on top, and leaves neither the order nor the login.
 *
 * It takes one step of the page's history, which is put back each time. Browsers heed such a step only after a touch: the first one
 * makes it.
 */

/** @param {() => void} close what lies on top, or say that nothing does */
export function onBack(close) {
  const stay = () => history.state?.stay || history.pushState({ stay: true }, '');
  addEventListener('click', stay, { capture: true });
  addEventListener('popstate', () => {
    if (history.state?.stay) return; // forward again
    stay();
    close();
  });
}
