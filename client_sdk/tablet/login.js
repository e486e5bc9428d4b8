/** The login form. Calls `login(given)`, says in words what went wrong, and asks for a code where one is needed. */
import * as words from '/words.js';

/**
 * @param {HTMLElement} place
 * @param {(given: { username: string, password: string, otp: string, code: string }) => Promise<void>} login `otp` of the second
 *   factor, `code` that enrols this device; both may be empty
 */
export function loginForm(place, login) {
  const form = place.querySelector('form');
  const button = form.querySelector('button');
  const wrong = form.querySelector('.wrong');
  const [username, password, otp, code] = ['username', 'password', 'otp', 'code'].map((name) => form.elements.namedItem(name));

  function ask(field, asked) {
    for (const part of [field, ...field.labels]) part.hidden = !asked;
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    wrong.textContent = '';
    const given = { username: username.value.trim(), password: password.value, otp: otp.value.trim(), code: code.value.trim() };
    try {
      await login(given);
      form.reset();
      for (const field of [otp, code]) ask(field, false);
    } catch (error) {
      wrong.textContent = words.loginFailed(error);
      const missing = (words.CODE_WANTED.has(error.code) && otp) || (words.WITHOUT_DEVICE.has(error.code) && code);
      if (missing) ask(missing, true);
      else password.value = '';
      otp.value = code.value = '';
      (missing || password).focus();
    } finally {
      button.disabled = false;
    }
  });
}
