/** The ledgers that the law asks for, as files: of a time, as CSV for a spreadsheet or as JSON. */
import { local } from '/console/audit.js';
import { row } from '/console/dialog.js';
import { button, h, put } from '/console/page.js';
import { t } from '/console/words.js';

const NAMES = ['viewing', 'provision', 'destruction'];
const MONTH_MS = 30 * 86_400_000;

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const form = h(
    'form',
    { class: 'filters' },
    row({ name: 'from', label: t('audit.from'), type: 'datetime-local', value: local(desk.now_ms - MONTH_MS) }),
    row({ name: 'until', label: t('audit.until'), type: 'datetime-local', value: local(desk.now_ms + 60_000) }),
  );
  const take = (name, format) => (event) =>
    desk.act(event, async () => {
      const { from, until } = Object.fromEntries(new FormData(form));
      const asked = new URLSearchParams({ from: new Date(from).toISOString(), until: new Date(until).toISOString(), format });
      const file = await desk.client.file(`/v1/audit/ledgers/${name}?${asked}`);
      save(file);
      setTimeout(() => desk.say(t('ledgers.taken', { file: file.name })));
    });
  const ledger = (name) =>
    h('li', { class: 'card' }, h('h2', {}, t(`ledgers.${name}`)), h('p', { class: 'row' }, ['csv', 'json'].map((format) => button(t('ledgers.take', { form: format.toUpperCase() }), take(name, format), { 'aria-label': `${t(`ledgers.${name}`)} ${t('ledgers.take', { form: format.toUpperCase() })}` }))));
  put(place, form, h('p', { class: 'facts' }, t('ledgers.note')), h('ul', { class: 'cards' }, NAMES.map(ledger)));
  return { read() {} };
}

/** Hand a file to the browser. @param {{ name: string, content: Blob }} file */
export function save({ name, content }) {
  const address = URL.createObjectURL(content);
  h('a', { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
