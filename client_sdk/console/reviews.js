/** The monthly review of each agency: read the report, then sign what was read. */
import { ask } from '/console/dialog.js';
import { save } from '/console/ledgers.js';
import { rows } from '/console/lists.js';
import { badge, button, h, put, table } from '/console/page.js';
import { day, t } from '/console/words.js';

const KINDS = { signed: 'good', overdue: 'alarm', due: 'late', open: 'quiet', running: 'quiet' };

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const list = h('div', {});
  const report = h('div', {});
  put(place, list, report);

  const headings = [t('reviews.month'), t('reviews.agency'), t('state'), t('reviews.due'), t('does')];
  const showRows = rows(list, { caption: t('view.reviews'), headings, empty: t('reviews.none') }, line);

  async function read() {
    const found = await desk.read(() => desk.all('/v1/reviews'));
    if (found) showRows(found.sort((a, b) => b.month.localeCompare(a.month) || a.agency_id.localeCompare(b.agency_id)));
  }

  function line(one) {
    const name = `${one.month} ${one.agency_id}`;
    return [
      one.month,
      one.agency_id,
      badge(KINDS[one.status] ?? 'late', t(`review_of.${one.status}`)),
      one.signed_at ? t('reviews.signed_by', { who: one.signed_by, at: day(one.signed_at) }) : day(one.due_at),
      h('span', { class: 'row' }, button(t('reviews.open'), (event) => desk.act(event, () => open(one)), { 'data-key': one.id, 'aria-label': `${name} ${t('reviews.open')}` }), button('CSV', (event) => desk.act(event, async () => save(await desk.client.file(`/v1/reviews/${one.id}?format=csv`))), { 'aria-label': `${name} CSV` })),
    ];
  }

  async function open(one) {
    const shown = await desk.call('GET', `/v1/reviews/${one.id}`);
    const { review, digest, ...facts } = shown;
    const sign = () => ask({ title: t('reviews.sign'), fields: [{ name: 'note', label: t('reviews.note'), type: 'textarea', most: 2000 }], does: t('reviews.sign') }, ({ note }) => desk.call('POST', `/v1/reviews/${one.id}/signature`, { digest: digest ?? review.digest, note })).then((done) => done && (desk.say(t('reviews.signed')), read()));
    const parts = Object.entries(facts).map(([name, value]) => [t(`report.${name}`) === `report.${name}` ? name : t(`report.${name}`), h('pre', {}, text(value))]);
    put(report, h('h2', {}, `${one.month} · ${one.agency_id}`), table(t('reviews.open'), [t('audit.what'), t('audit.detail')], parts, t('audit.none')), !one.signed_at && h('p', { class: 'row' }, button(t('reviews.sign'), sign, { class: 'primary' })));
    report.scrollIntoView();
  }
  return { read };
}

/** A value of a report in lines. @param {any} value */
function text(value) {
  if (value === null || typeof value !== 'object') return String(value ?? '');
  const lines = Object.entries(value).map(([name, one]) => (one && typeof one === 'object' ? `${name}: ${JSON.stringify(one)}` : `${name}: ${one}`));
  return lines.join('\n') || '–';
}
