/** What the law wants done after an incident, until when; a person says that it is done, and how. */
import { ask } from '/console/dialog.js';
import { rows } from '/console/lists.js';
import { badge, button, h, put } from '/console/page.js';
import { called, day, lasting, t } from '/console/words.js';

const MEANS = { destroy: ['erased', 'nothing_kept'] };
const NOTICE = ['sms', 'email', 'fax', 'phone', 'post'];
const SOON_S = 3 * 86_400;

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const list = h('div', {});
  put(place, list);

  const headings = [t('duties.what'), t('duties.due_head'), t('watching.incident'), t('duties.whom'), t('does')];
  const showRows = rows(list, { caption: t('view.duties'), headings, empty: t('duties.none') }, line);

  async function read() {
    const found = await desk.read(() => desk.all('/v1/duties'));
    if (found) showRows(found);
  }

  function line(one) {
    const left_s = (Date.parse(one.due_at) - desk.now_ms) / 1000;
    const kind = one.status === 'overdue' ? 'alarm' : left_s < SOON_S ? 'late' : 'good';
    return [
      called('duty', one.kind),
      badge(kind, one.status === 'overdue' ? `${t('duties.late')} · ${day(one.due_at)}` : t('duties.due', { at: day(one.due_at), left: lasting(left_s) })),
      `${called('service', one.service)} · ${one.incident_external_id}`,
      one.subject ?? '',
      button(t('duties.done'), () => complete(one), { 'data-key': one.id, 'aria-label': `${called('duty', one.kind)} ${one.incident_external_id}: ${t('duties.done')}` }),
    ];
  }

  function complete(one) {
    const means = MEANS[one.kind] ?? NOTICE;
    const fields = [
      { name: 'means', label: t('duties.how'), type: 'select', options: means.map((code) => [code, called('means', code)]) },
      { name: 'note', label: t('duties.note'), type: 'textarea', most: 500, optional: true },
    ];
    const act = ({ means: code, note }) => desk.call('POST', `/v1/duties/${one.id}/completion`, { means: code, ...(note && { note }) });
    return ask({ title: called('duty', one.kind), note: t('duties.once'), fields, does: t('duties.done') }, act).then((done) => done && read());
  }
  return { read };
}
