/** Digits large enough for gloves, for a field of the same form. A keyboard works as before. */
import { text } from '/sdk/words.js';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '⌫', '0'];

/** @param {HTMLElement} place gets the keys @param {HTMLInputElement} field */
export function pad(place, field) {
  place.replaceChildren(
    ...KEYS.map((key) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = key;
      if (key === '⌫') button.setAttribute('aria-label', text('tablet.erase'));
      button.addEventListener('click', () => {
        field.value = key === '⌫' ? field.value.slice(0, -1) : (field.value + key).slice(0, field.maxLength);
      });
      return button;
    }),
  );
}
