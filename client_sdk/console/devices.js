/** The agency's tablets: a code that enrols one, and the switch that shuts a lost one. */
import { ask } from '/console/dialog.js';
import { rows } from '/console/lists.js';
import { badge, button, h, put } from '/console/page.js';
import { day, t } from '/console/words.js';

const KINDS = { enrolled: 'good', waiting: 'late', expired: 'quiet', lost: 'alarm' };

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const code = h('p', { class: 'code', role: 'status' });
  const list = h('div', {});
  put(place, h('p', { class: 'row' }, button(t('devices.new'), make, { class: 'primary' })), code, list);

  const headings = [t('devices.label'), t('unit'), t('state'), t('devices.made'), t('does')];
  const showRows = rows(list, { caption: t('view.devices'), headings, empty: t('devices.none') }, line);

  async function read() {
    const found = await desk.read(() => desk.all('/v1/devices'));
    if (found) showRows(found.sort((a, b) => b.made_at.localeCompare(a.made_at)));
  }

  function line(one) {
    const shut = one.standing === 'enrolled' && button(t('devices.lost'), () => lose(one), { class: 'danger', 'data-key': one.id, 'aria-label': `${one.label}: ${t('devices.lost')}` });
    return [one.label, one.unit_id ? desk.call_sign(one.unit_id) : '', badge(KINDS[one.standing], t(`standing_of.${one.standing}`)), day(one.made_at), shut];
  }

  function make() {
    const options = [['', t('devices.none_unit')], ...desk.units.map(({ id, call_sign }) => [id, call_sign])];
    const fields = [{ name: 'label', label: t('devices.label'), most: 80 }, { name: 'unit', label: t('unit'), type: 'select', options, optional: true }];
    return ask({ title: t('devices.new'), note: t('devices.code_note'), fields, does: t('devices.new') }, async ({ label, unit }) => {
      const made = await desk.call('POST', '/v1/devices', { label, ...(unit && { unit_id: unit }) });
      code.textContent = t('devices.code_said', { code: made.code });
    }).then((done) => done && read());
  }

  function lose(one) {
    const question = { title: t('devices.lost_title', { label: one.label }), note: t('devices.lost_note'), does: t('devices.lost'), danger: true };
    return ask(question, () => desk.call('POST', `/v1/devices/${one.id}/lost`)).then((done) => {
      if (done) desk.say(t('devices.lost_done'));
      return done && read();
    });
  }
  return { read };
}
