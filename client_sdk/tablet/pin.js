/** The PIN: chosen in quiet after the login, asked for after a restart. Calls `use(pin)` and says in words what went wrong. */
import { pad } from '/pad.js';
import * as words from '/words.js';

/** @param {HTMLFormElement} form @param {(pin: string) => Promise<void>} use */
export function pinForm(form, use) {
  const button = form.querySelector('button');
  const wrong = form.querySelector('.wrong');
  const pin = form.elements.namedItem('pin');

  const keys = form.querySelector('.pad');
  if (keys) pad(keys, pin);

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    wrong.textContent = '';
    try {
      await use(pin.value);
    } catch (error) {
      wrong.textContent = words.pinFailed(error);
      pin.focus();
    } finally {
      pin.value = '';
      button.disabled = false;
    }
  });
}
