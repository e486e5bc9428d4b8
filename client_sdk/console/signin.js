/** Signing in: name and password, a code where the account has a second factor, a PIN after a restart, or the agency's own service. */
import { leave } from '/sdk/return.js';
import { button, h, put } from '/console/page.js';
import { row } from '/console/dialog.js';
import { t, wrong } from '/console/words.js';

const OTP = new Set(['otp_needed', 'otp_invalid']);
const DEVICE = new Set(['device_not_enrolled', 'device_lost']);

/**
 * @param {HTMLElement} place @param {import('/sdk/client.js').Client} client
 * @param {() => Promise<void>} begin @param {string} [why] it is asked for again
 */
export function signIn(place, client, begin, why = '') {
  const said = h('p', { class: 'wrong', role: 'alert' }, why);
  const otp = row({ name: 'otp', label: t('signin.otp'), optional: true, most: 40 });
  const code = row({ name: 'code', label: t('signin.code'), optional: true, most: 20, hint: t('signin.code_hint') });
  otp.hidden = code.hidden = true;
  const submit = h('button', { type: 'submit', class: 'primary' }, t('signin.do'));
  const fields = [
    row({ name: 'username', label: t('signin.username'), most: 64 }),
    row({ name: 'password', label: t('signin.password'), type: 'password', most: 256 }),
  ];
  fields[0].querySelector('input').autocomplete = 'username';
  fields[1].querySelector('input').autocomplete = 'current-password';
  const services = h('div', { class: 'row' });
  const form = h('form', {}, h('h1', {}, t('signin.title')), fields, otp, code, said, submit, services);

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    said.textContent = '';
    const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    try {
      if (given.code) await client.enrol(given.code.trim());
      await client.login(given.username.trim(), given.password, given.otp.trim());
      await begin();
    } catch (error) {
      said.textContent = wrong(error);
      const missing = (OTP.has(error.code) && otp) || (DEVICE.has(error.code) && code);
      if (missing) missing.hidden = false;
      const field = (missing || fields[1]).querySelector('input');
      field.value = '';
      field.focus();
    } finally {
      submit.disabled = false;
    }
  });
  put(place, h('div', { class: 'card narrow' }, form));
  form.elements.namedItem('username').focus();
  offer(services, client, said);
}

/** The services of agencies that have one of their own; none is no fault. */
async function offer(place, client, said) {
  const { items } = await client.services().catch(() => ({ items: [] }));
  put(
    place,
    items.map(({ agency_id, name }) =>
      button(t('signin.at', { name }), async () => {
        try {
          await leave(client, agency_id, '/console/');
        } catch (error) {
          said.textContent = wrong(error);
        }
      }),
    ),
  );
}

/** The PIN of this officer on this device, after a restart. @param {HTMLElement} place @param {any} client @param {() => Promise<void>} begin */
export function unlock(place, client, begin) {
  const said = h('p', { class: 'wrong', role: 'alert' });
  const pin = row({ name: 'pin', label: 'PIN', type: 'password', most: 8 });
  const form = h('form', {}, h('h1', {}, t('signin.locked')), pin, said, h('button', { type: 'submit', class: 'primary' }, t('signin.unlock')));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      await client.unlock(form.elements.namedItem('pin').value);
      await begin();
    } catch (error) {
      said.textContent = wrong(error);
      form.reset();
      if (!client.known || error.tries_left === 0) signIn(place, client, begin);
    }
  });
  put(place, h('div', { class: 'card narrow' }, form));
  form.elements.namedItem('pin').focus();
}
