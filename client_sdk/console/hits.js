/**
 * Wanted vehicles and where they were read. A read is a machine's word until a person has looked at the picture of the plate.
 *
 * What somebody looks at stays, whatever comes, until that person goes on: a verdict must not fall on another picture.
 */
import { differing } from '/console/apart.js';
import { Crops, letters } from '/console/crop.js';
import { ask } from '/console/dialog.js';
import { basis } from '/console/give.js';
import { cards } from '/console/lists.js';
import { badge, button, h, put, table } from '/console/page.js';
import { numbers, Tracks } from '/console/track.js';
import { day, t, time } from '/console/words.js';

const DAYS = ['1', '7', '30'];
const LATEST = 10;
const SEEN = { confirmed: 'good', wrong: 'quiet' };
const waits = ({ verification }) => !(verification in SEEN);

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const list = h('ul', { class: 'cards wide-cards', 'aria-label': t('hits.unit') });
  put(place, h('p', { class: 'alarm' }, t('hits.warning')), h('p', { class: 'row' }, button(t('hits.enter'), enter, { class: 'primary' })), h('h2', {}, t('hits.unit')), list);

  const showCards = cards(list, card, t('hits.none'));
  const crops = new Crops(desk);
  const tracks = new Tracks(desk, () => read());
  const before_eyes = new Map(); // vehicle, hit

  async function read() {
    const wanted = await desk.read(async () => {
      const found = (await desk.all('/v1/wanted-vehicles')).filter(({ over }) => !over).sort((a, b) => a.priority - b.priority);
      const found_tracks = await Promise.all(found.map(({ id }) => desk.all(`/v1/wanted-vehicles/${id}/track`)));
      return found.map((one, number) => ({ ...one, track: found_tracks[number] }));
    });
    if (!wanted) return;
    tracks.settle(wanted);
    showCards(wanted);
  }

  function card(one) {
    const looked_at = sight(one);
    const steps = numbers(one.track);
    const rows = one.track.slice(-LATEST).reverse().map((hit) => ({ key: hit.id, cells: line(one, hit, steps) }));
    const question = { title: t('hits.end_title', { plate: one.plate }), note: t('hits.end_note'), does: t('hits.end'), danger: true };
    const end = () => ask(question, () => desk.call('DELETE', `/v1/wanted-vehicles/${one.id}`)).then((done) => done && read());
    return h(
      'li',
      { class: 'card' },
      h('p', { class: 'head' }, h('b', {}, one.plate), h('span', {}, t(`priority.${one.priority}`)), one.near && h('span', {}, t('hits.near_too')), h('span', { class: 'since' }, t('hits.until', { at: day(one.expires_at) }))),
      h('p', { class: 'summary' }, one.reason),
      looked_at,
      tracks.of(one),
      table(`${one.plate} · ${t('hits.reads')}`, [t('hits.order'), t('audit.at'), t('camera'), t('hits.plate'), t('state'), t('does')], rows, t('hits.no_reads')),
      h('p', { class: 'row' }, button(t('hits.end'), end, { 'data-key': `end-${one.id}`, 'aria-label': `${one.plate} ${t('hits.end')}` })),
    );
  }

  /** The hit that is looked at: the newest that waits, until somebody chooses another. */
  function sight(one) {
    const waiting = one.track.filter(waits);
    const hit = one.track.find(({ id }) => id === before_eyes.get(one.id)) ?? waiting.at(-1);
    if (!hit) return null;
    before_eyes.set(one.id, hit.id);
    const next = waiting.filter(({ id }) => id !== hit.id).at(-1);
    const verify = (confirmed) => (event) => desk.act(event, () => desk.call('PATCH', `/v1/plate-hits/${hit.id}`, { confirmed }).then(read), t('hits.done'));
    return h(
      'section',
      { class: 'sight', 'aria-label': t('hits.sight', { plate: one.plate }), 'data-key': `sight-${hit.id}` },
      crops.of(hit),
      h(
        'div',
        {},
        letters(t('hits.read'), hit.read.plate, differing(hit.read.plate, one.plate)),
        letters(t('hits.wanted'), one.plate, differing(one.plate, hit.read.plate)),
        h('p', { class: 'row' }, verdict(hit), h('span', {}, hit.reasons.map((code) => t(`hits.because.${code}`)).join(' · '))),
        h('p', { class: 'facts' }, `${hit.read.camera_name} · ${time(hit.read.read_at)} · ${t('hits.confidence', { n: Math.round(hit.read.confidence * 100) })}`),
        h(
          'p',
          { class: 'row' },
          waits(hit) && [button(t('hits.yes'), verify(true), { 'data-key': `yes-${hit.id}` }), button(t('hits.no'), verify(false), { 'data-key': `no-${hit.id}` })],
          !waits(hit) && next && button(t('hits.next', { n: waiting.length }), () => look(one, next), { class: 'primary', 'data-key': `next-${hit.id}` }),
        ),
      ),
    );
  }

  function look(one, hit) {
    before_eyes.set(one.id, hit.id);
    return read();
  }

  function line(one, hit, steps) {
    const here = before_eyes.get(one.id) === hit.id;
    return [
      steps.get(hit.id) ?? t('hits.no_step'),
      time(hit.read.read_at),
      hit.read.camera_name,
      h('b', {}, hit.read.plate),
      verdict(hit),
      h(
        'span',
        { class: 'row' },
        button(t('hits.look'), () => look(one, hit), { 'data-key': `look-${hit.id}`, 'aria-pressed': String(here), 'aria-label': `${hit.read.camera_name} ${time(hit.read.read_at)} ${t('hits.look')}` }),
        h('a', { class: 'button', href: `#/board/${hit.incident_id}` }, t('watching.incident')),
      ),
    ];
  }

  function enter() {
    const fields = [
      { name: 'plate', label: t('hits.plate'), most: 20 },
      { name: 'near', label: t('hits.which'), type: 'select', options: [['', t('hits.exact_only')], ['near', t('hits.near')]], optional: true, hint: t('hits.near_hint') },
      { name: 'priority', label: t('create.priority'), type: 'select', options: ['0', '1', '2', '3', '4'].map((one) => [one, t(`priority.${one}`)]), value: '1' },
      { name: 'days', label: t('hits.for'), type: 'select', options: DAYS.map((n) => [n, t(`hits.days.${n}`)]) },
      { name: 'reason', label: t('reason') },
      basis(),
    ];
    const act = ({ plate, near, priority, days, reason, legal_basis }) =>
      desk.call('POST', '/v1/wanted-vehicles', { plate, near: near === 'near', priority: Number(priority), reason, legal_basis, expires_at: desk.in_minutes(Number(days) * 1440 - 5) });
    return ask({ title: t('hits.enter'), fields, does: t('hits.enter') }, act).then((done) => done && read());
  }

  const leave = () => {
    crops.close();
    tracks.close();
  };
  return { read, leave };
}

const verdict = (hit) => badge(waits(hit) ? 'alarm' : SEEN[hit.verification], waits(hit) ? t('hits.check') : t(`hits.${hit.verification}`));
