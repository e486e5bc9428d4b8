/** Wanted vehicles and where they were read. A read is a machine's word until a person has looked at the picture of the plate. */
import { ask } from '/console/dialog.js';
import { basis } from '/console/give.js';
import { cards } from '/console/lists.js';
import { badge, button, h, put, table } from '/console/page.js';
import { day, t, time } from '/console/words.js';

const DAYS = ['1', '7', '30'];
const LATEST = 10;
const SEEN = { confirmed: 'good', wrong: 'quiet' };

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const list = h('ul', { class: 'cards wide-cards', 'aria-label': t('hits.unit') });
  put(place, h('p', { class: 'alarm' }, t('hits.warning')), h('p', { class: 'row' }, button(t('hits.enter'), enter, { class: 'primary' })), h('h2', {}, t('hits.unit')), list);

  const showCards = cards(list, card, t('hits.none'));

  async function read() {
    const wanted = await desk.read(async () => {
      const found = (await desk.all('/v1/wanted-vehicles')).filter(({ over }) => !over).sort((a, b) => a.priority - b.priority);
      const tracks = await Promise.all(found.map(({ id }) => desk.all(`/v1/wanted-vehicles/${id}/track`)));
      return found.map((one, number) => ({ ...one, track: tracks[number] }));
    });
    if (wanted) showCards(wanted);
  }

  function card(one) {
    const rows = one.track.slice(-LATEST).reverse().map((hit) => ({ key: hit.id, cells: line(hit) }));
    const question = { title: t('hits.end_title', { plate: one.plate }), note: t('hits.end_note'), does: t('hits.end'), danger: true };
    const end = () => ask(question, () => desk.call('DELETE', `/v1/wanted-vehicles/${one.id}`)).then((done) => done && read());
    return h(
      'li',
      { class: 'card' },
      h('p', { class: 'head' }, h('b', {}, one.plate), h('span', {}, t(`priority.${one.priority}`)), h('span', { class: 'since' }, t('hits.until', { at: day(one.expires_at) }))),
      h('p', { class: 'summary' }, one.reason),
      table(`${one.plate} · ${t('hits.reads')}`, [t('audit.at'), t('camera'), t('hits.plate'), t('state'), t('does')], rows, t('hits.no_reads')),
      h('p', { class: 'row' }, button(t('hits.end'), end, { 'data-key': `end-${one.id}`, 'aria-label': `${one.plate} ${t('hits.end')}` })),
    );
  }

  function line(hit) {
    const verify = (confirmed) => (event) => desk.act(event, () => desk.call('PATCH', `/v1/plate-hits/${hit.id}`, { confirmed }).then(read), t('hits.done'));
    const open = !(hit.verification in SEEN);
    return [
      time(hit.at),
      hit.read.camera_name,
      h('span', {}, h('b', {}, hit.read.plate), ` ${Math.round(hit.read.confidence * 100)} %`),
      badge(open ? 'alarm' : SEEN[hit.verification], open ? t('hits.check') : t(`hits.${hit.verification}`)),
      h(
        'span',
        { class: 'row' },
        open && [button(t('hits.yes'), verify(true), { 'data-key': `yes-${hit.id}` }), button(t('hits.no'), verify(false), { 'data-key': `no-${hit.id}` })],
        h('a', { class: 'button', href: `#/board/${hit.incident_id}` }, t('watching.incident')),
      ),
    ];
  }

  function enter() {
    const fields = [
      { name: 'plate', label: t('hits.plate'), most: 20 },
      { name: 'priority', label: t('create.priority'), type: 'select', options: ['0', '1', '2', '3', '4'].map((one) => [one, t(`priority.${one}`)]), value: '1' },
      { name: 'days', label: t('hits.for'), type: 'select', options: DAYS.map((n) => [n, t(`hits.days.${n}`)]) },
      { name: 'reason', label: t('reason') },
      basis(),
    ];
    const act = ({ plate, priority, days, reason, legal_basis }) =>
      desk.call('POST', '/v1/wanted-vehicles', { plate, priority: Number(priority), reason, legal_basis, expires_at: desk.in_minutes(Number(days) * 1440 - 5) });
    return ask({ title: t('hits.enter'), fields, does: t('hits.enter') }, act).then((done) => done && read());
  }
  return { read };
}
