/** The login form. Calls `login(username, password)` and says in words what went wrong. */
import * as words from '/words.js';

/** @param {HTMLElement} place @param {(username: string, password: string) => Promise<void>} login */
export function loginForm(place, login) {
  const form = place.querySelector('form');
  const button = form.querySelector('button');
  const wrong = form.querySelector('.wrong');
  const password = form.elements.namedItem('password');

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    wrong.textContent = '';
    try {
      await login(form.elements.namedItem('username').value.trim(), password.value);
      form.reset();
    } catch (error) {
      wrong.textContent = words.loginFailed(error);
      password.value = '';
      password.focus();
    } finally {
      button.disabled = false;
    }
  });
}
