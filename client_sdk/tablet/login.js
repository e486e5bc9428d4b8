/** The login form. Calls `login(username, password, otp)`, says in words what went wrong, and asks for a code where one is needed. */
import * as words from '/words.js';

/** @param {HTMLElement} place @param {(username: string, password: string, otp: string) => Promise<void>} login */
export function loginForm(place, login) {
  const form = place.querySelector('form');
  const button = form.querySelector('button');
  const wrong = form.querySelector('.wrong');
  const [username, password, otp] = ['username', 'password', 'otp'].map((name) => form.elements.namedItem(name));

  function askForCode(asked) {
    for (const part of [otp, ...otp.labels]) part.hidden = !asked;
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    wrong.textContent = '';
    try {
      await login(username.value.trim(), password.value, otp.value.trim());
      form.reset();
      askForCode(false);
    } catch (error) {
      wrong.textContent = words.loginFailed(error);
      const codeIsMissing = words.CODE_WANTED.has(error.code);
      if (codeIsMissing) askForCode(true);
      else password.value = '';
      otp.value = '';
      (codeIsMissing ? otp : password).focus();
    } finally {
      button.disabled = false;
    }
  });
}
