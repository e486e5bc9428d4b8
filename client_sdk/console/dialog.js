/** A question on top of the page: some fields, one act. It closes when the act is done, and says in it what went wrong. */
import { button, h } from '/console/page.js';
import { t, wrong } from '/console/words.js';

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {'text' | 'textarea' | 'select' | 'number' | 'datetime-local' | 'password'} [type]
 * @property {[value: string, name: string][]} [options] of a select
 * @property {string} [value]
 * @property {boolean} [optional]
 * @property {number} [most] characters
 * @property {string} [hint]
 * @property {[name: string, value: string]} [only] asked only while another field has that value, and else not given
 */

/**
 * Ask and act.
 * @param {{ title: string, note?: string, fields?: Field[], does: string, danger?: boolean }} question `does` is what the button says
 * @param {(given: Record<string, string>) => Promise<any>} act
 * @returns {Promise<boolean>} whether it was done
 */
export function ask({ title, note = '', fields = [], does, danger = false }, act) {
  const said = h('p', { class: 'wrong', role: 'alert' });
  const submit = h('button', { type: 'submit', class: danger ? 'danger' : 'primary' }, does);
  const form = h(
    'form',
    { method: 'dialog' },
    h('h2', { id: 'question' }, title),
    note && h('p', {}, note),
    fields.map(row),
    said,
    h('div', { class: 'row end' }, button(t('cancel'), () => dialog.close()), submit),
  );
  const dialog = h('dialog', { 'aria-labelledby': 'question' }, form);
  const fit = () => fields.forEach((field) => field.only && askOnly(form, field));
  form.addEventListener('change', fit);
  fit();
  const opener = document.activeElement;
  let done = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await act(Object.fromEntries(new FormData(form)));
      done = true;
      dialog.close();
    } catch (error) {
      said.textContent = wrong(error);
    } finally {
      submit.disabled = false;
    }
  });
  document.body.append(dialog);
  dialog.addEventListener('cancel', (event) => submit.disabled && event.preventDefault()); // what is under way is waited for
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      const back = opener?.isConnected ? opener : document.querySelector('main');
      /** @type {HTMLElement} */ (back).focus();
      resolve(done);
    });
  });
}

function askOnly(form, { name, only: [other, value] }) {
  const field = form.elements[name];
  field.disabled = form.elements[other].value !== value;
  field.parentElement.hidden = field.disabled;
}

/** A field with its label. @param {Field} field */
export function row({ name, label, type = 'text', options = [], value = '', optional = false, most = 200, hint = '' }) {
  const given = { name, id: `field-${name}`, required: !optional, autocomplete: 'off' };
  const element = {
    select: () => h('select', given, options.map(([one, called]) => h('option', { value: one, selected: one === value }, called))),
    textarea: () => h('textarea', { ...given, maxlength: most, rows: 3 }, value),
  }[type]?.() ?? h('input', { ...given, type, maxlength: type === 'number' ? null : most, step: type === 'number' ? 'any' : null, value });
  return h('div', { class: 'field' }, h('label', { for: `field-${name}` }, label), element, hint && h('p', { class: 'hint' }, hint));
}
