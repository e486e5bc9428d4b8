/** The login form. Calls `login(given)`, says in words what went wrong, and asks for a code where one is needed. */
import { leave } from '/sdk/return.js';
import * as words from '/words.js';

/**
 * @param {HTMLElement} place
 * @param {import('/sdk/client.js').Client} client
 * @param {(given: { username: string, password: string, otp: string, code: string }) => Promise<void>} login `otp` of the second
 *   factor, `code` that enrols this device; both may be empty
 * @returns {() => Promise<void>} offer the sign-in services that agencies have by now
 */
export function loginForm(place, client, login) {
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
  button.disabled = false; // until here the browser itself would have sent the form, as an address
  return () => offer(place.querySelector('.services'), client, (error) => (wrong.textContent = words.loginFailed(error)));
}

/** The sign-in services of agencies that have one; none is no fault. */
async function offer(place, client, failed) {
  const { items } = await client.services().catch(() => ({ items: [] }));
  place.replaceChildren(
    ...items.map(({ agency_id, name }) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = words.text('tablet.sign_in_at', { name });
      button.addEventListener('click', () => leave(client, agency_id, '/').catch(failed));
      return button;
    }),
  );
}
