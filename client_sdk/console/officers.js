/** The accounts an administrator looks after: a new one with its first password, another password, shutting one and opening it again. */
import { ask } from '/console/dialog.js';
import { rows } from '/console/lists.js';
import { badge, button, h, put } from '/console/page.js';
import { t } from '/console/words.js';

const ROLES = ['officer', 'dispatcher', 'supervisor', 'auditor', 'admin'];

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const once = h('p', { class: 'code', role: 'status' });
  const search = h('input', { type: 'search', id: 'search', autocomplete: 'off', oninput: () => draw() });
  const list = h('div', {});
  put(place, h('p', { class: 'row' }, button(t('officers.new'), make, { class: 'primary' }), h('label', { for: 'search' }, t('officers.search')), search), once, list);
  const headings = [t('officers.name'), t('signin.username'), t('officers.role'), t('officers.agency'), t('state'), t('does')];
  const showRows = rows(list, { caption: t('view.officers'), headings, empty: t('officers.none') }, line);
  let found = [];
  let agencies = new Map();

  async function read() {
    const both = await desk.read(() => Promise.all([desk.all('/v1/officers'), desk.all('/v1/agencies')]));
    if (!both) return;
    agencies = new Map(both[1].map(({ id, name }) => [id, name]));
    found = both[0].sort((a, b) => a.name.localeCompare(b.name, 'ko'));
    draw();
  }

  function draw() {
    const wanted = search.value.trim().toLowerCase();
    showRows(found.filter((one) => [one.name, one.username, agencies.get(one.agency_id) ?? ''].some((text) => text.toLowerCase().includes(wanted))));
  }

  function line(one) {
    const label = (text) => ({ 'aria-label': `${one.name}: ${text}` });
    return [
      h('b', {}, one.name),
      one.username,
      t(`role.${one.role}`),
      agencies.get(one.agency_id) ?? one.agency_id,
      badge(one.enabled ? 'good' : 'quiet', t(one.enabled ? 'officers.open' : 'officers.shut')),
      h(
        'span',
        { class: 'row' },
        button(t('officers.password'), () => reset(one), { 'data-key': `password-${one.id}`, ...label(t('officers.password')) }),
        one.id !== desk.me.id && button(t(one.enabled ? 'officers.close' : 'officers.reopen'), () => turn(one), { 'data-key': `turn-${one.id}`, class: one.enabled ? 'danger' : null, ...label(t(one.enabled ? 'officers.close' : 'officers.reopen')) }),
      ),
    ];
  }

  function make() {
    const fields = [
      { name: 'agency_id', label: t('officers.agency'), type: 'select', options: [...agencies], value: desk.me.agency_id },
      { name: 'name', label: t('officers.name'), most: 80 },
      { name: 'username', label: t('signin.username'), most: 64, hint: t('officers.username_hint') },
      { name: 'role', label: t('officers.role'), type: 'select', options: ROLES.map((role) => [role, t(`role.${role}`)]) },
    ];
    return after(ask({ title: t('officers.new'), note: t('officers.once'), fields, does: t('officers.new') }, async (given) => tell(await desk.call('POST', '/v1/officers', given))));
  }

  function reset(one) {
    const reasons = ['forgotten', 'exposed'].map((reason) => [reason, t(`officers.${reason}`)]);
    const question = { title: t('officers.password_title', { name: one.name }), note: t('officers.password_note'), fields: [{ name: 'reason', label: t('reason'), type: 'select', options: reasons }], does: t('officers.password'), danger: true };
    return after(ask(question, async (given) => tell(await desk.call('PUT', `/v1/officers/${one.id}/password`, given))));
  }

  function turn(one) {
    const does = t(one.enabled ? 'officers.close' : 'officers.reopen');
    const question = { title: `${one.name}: ${does}`, note: t(one.enabled ? 'officers.close_note' : 'officers.reopen_note'), does, danger: one.enabled };
    return after(ask(question, () => desk.call('PATCH', `/v1/officers/${one.id}`, { enabled: !one.enabled })));
  }

  const tell = ({ name, username, password }) => put(once, t('officers.password_said', { name, username }), h('b', {}, password));
  const after = (asked) => asked.then((done) => done && read());
  return { read, leave: () => put(once) };
}
