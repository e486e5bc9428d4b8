/** The unit's other orders: each one tap away. */
import * as words from '/words.js';

/** @param {HTMLElement} place @param {object[]} dispatches @param {(dispatch: object) => void} choose */
export function others(place, dispatches, choose) {
  const buttons = dispatches.map((dispatch) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = words.text('tablet.other', { code: words.code(dispatch.incident), where: dispatch.incident.location.address ?? words.kind(dispatch.incident) });
    button.addEventListener('click', () => choose(dispatch));
    return button;
  });
  place.hidden = !buttons.length;
  place.replaceChildren(...buttons);
}
