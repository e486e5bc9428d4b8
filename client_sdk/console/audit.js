/** The access log, searched by time, act and person; and whether it still is what was recorded. */
import { row } from '/console/dialog.js';
import { badge, button, h, put, table } from '/console/page.js';
import { day, t } from '/console/words.js';

const HOUR_MS = 3_600_000;
const PAGE = 100;

/** The value of a field of local time, and back. */
export const local = (ms) => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const list = h('div', {});
  const more = button(t('audit.more'), () => search(true), { hidden: true });
  const form = h(
    'form',
    { class: 'filters' },
    row({ name: 'from', label: t('audit.from'), type: 'datetime-local', value: local(desk.now_ms - HOUR_MS) }),
    row({ name: 'until', label: t('audit.until'), type: 'datetime-local', value: local(desk.now_ms + 60_000) }),
    row({ name: 'tag', label: t('audit.tag'), optional: true, most: 60 }),
    row({ name: 'actor', label: t('audit.actor'), optional: true, most: 64 }),
    h('button', { type: 'submit', class: 'primary' }, t('audit.search')),
    button(t('audit.verify'), verify),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    search(false);
  });
  const verdict = h('p', { class: 'verdict', role: 'status' });
  put(place, form, h('p', { class: 'facts' }, t('audit.note')), verdict, list, h('p', { class: 'row' }, more));
  let rows = [];
  let cursor = '';
  let begun = false;

  const span = ({ from, until }) => ({ from: new Date(from).toISOString(), until: new Date(until).toISOString() });

  function verify(event) {
    return desk.act(event, async () => {
      const found = await desk.call('GET', `/v1/audit/verification?${new URLSearchParams(span(Object.fromEntries(new FormData(form))))}`);
      put(verdict, judged(found));
    });
  }

  async function search(on) {
    const { from, until, tag, actor } = Object.fromEntries(new FormData(form));
    const asked = new URLSearchParams({ limit: String(PAGE), ...span({ from, until }) });
    if (tag) asked.set('tag', tag.trim());
    if (actor) asked.set('actor', actor.trim());
    if (on) asked.set('cursor', cursor);
    const page = await desk.read(() => desk.call('GET', `/v1/audit/events?${asked}`));
    if (!page) return;
    rows = on ? [...rows, ...page.items] : page.items;
    cursor = page.next_cursor ?? '';
    more.hidden = !cursor;
    put(list, table(t('view.audit'), ['#', t('audit.at'), t('audit.tag'), t('audit.actor'), t('audit.place'), t('audit.detail')], rows.map(line), t('audit.none')));
  }

  /** Reading is recorded, so only a person's search reads. */
  function read() {
    if (!begun) search(false);
    begun = true;
  }
  return { read };
}

/** What the check of the record found. */
function judged({ first_seq, last_seq, rows, checkpoints, wrong_seq, complete }) {
  if (wrong_seq !== null) return [badge('alarm', t('audit.broken', { seq: wrong_seq })), ' ', t('audit.broken_note')];
  if (!rows) return t('audit.none');
  return [badge('good', t('audit.whole', { first: first_seq, last: last_seq, n: rows, signed: checkpoints })), ' ', t(complete ? 'audit.whole_note' : 'audit.part_note')];
}

const line = (one) => [
  String(one.seq),
  day(one.at),
  one.tag,
  `${one.actor_kind}:${one.actor_id}`,
  one.remote_address ?? '',
  h('pre', {}, Object.entries(one.subject).map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`).join('\n')),
];
