/** 최초·수시·종결 보고 of an incident, the newest first, making one, and changing the code. */
import { ask } from '/console/dialog.js';
import { CODES } from '/console/close.js';
import { button, h, section, table } from '/console/page.js';
import { called, day, t } from '/console/words.js';

const KINDS = ['update', 'first', 'final'];
const MOST = 2_000;
const PRIORITIES = ['0', '1', '2', '3', '4'];

/** The reports, or null for who is not told of them. @param {import('/console/desk.js').Desk} desk @param {string} id of the incident */
export async function told(desk, id) {
  try {
    return await desk.all(`/v1/incidents/${encodeURIComponent(id)}/reports`);
  } catch (error) {
    if (error.status >= 400 && error.status < 500 && error.status !== 401) return null;
    throw error;
  }
}

/** @param {any} one the incident @param {any[]} found its reports @param {import('/console/desk.js').Desk} desk @param {() => void} read */
export function reports(one, found, desk, read) {
  const rows = [...found]
    .sort((a, b) => b.made_at.localeCompare(a.made_at))
    .map((said) => ({
      key: said.id,
      cells: [
        day(said.made_at),
        h('b', {}, said.unit_id ? desk.call_sign(said.unit_id) : desk.room(said.agency_id)),
        called('report_kind', said.kind),
        [said.outcome && called('closing', said.outcome), said.text].filter(Boolean).join(' · '),
      ],
    }));
  const headings = [t('reports.at'), t('reports.who'), t('reports.kind'), t('reports.text')];
  const acts = one.status === 'open' && desk.is('dispatcher');
  return section(
    t('reports.title'),
    h('div', { class: 'reports' }, table(t('reports.title'), headings, rows, t('reports.none'))),
    acts && h('p', { class: 'row' }, button(t('reports.do'), () => make(one, desk, read), { 'data-key': 'report' }), button(t('reports.code'), () => recode(one, desk, read), { 'data-key': 'recode' })),
  );
}

/** The outcome goes with the last one only. */
function make(one, desk, read) {
  const fields = [
    { name: 'kind', label: t('reports.kind'), type: 'select', options: KINDS.map((kind) => [kind, called('report_kind', kind)]) },
    { name: 'text', label: t('reports.text'), type: 'textarea', most: MOST },
    { name: 'outcome', label: t('close.code'), type: 'select', options: CODES.map((code) => [code, called('closing', code)]), only: ['kind', 'final'] },
  ];
  const act = (given) => desk.call('POST', `/v1/incidents/${one.id}/reports`, given);
  return ask({ title: t('reports.do'), note: t('reports.note'), fields, does: t('send') }, act).then((done) => done && said(desk, read, t('reports.sent')));
}

function recode(one, desk, read) {
  const fields = [{ name: 'priority', label: t('create.priority'), type: 'select', options: PRIORITIES.map((n) => [n, t(`priority.${n}`)]), value: String(one.priority) }];
  const act = ({ priority }) => desk.call('PUT', `/v1/incidents/${one.id}/priority`, { priority: Number(priority) });
  return ask({ title: t('reports.code'), note: t('reports.code_note'), fields, does: t('reports.code') }, act).then((done) => done && said(desk, read, t('reports.code_done')));
}

function said(desk, read, what) {
  desk.say(what);
  read();
}
