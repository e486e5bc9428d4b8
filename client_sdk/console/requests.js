/** Who asks for access: yes for an hour in one tap, or no. */
import { BASES, HOUR_MIN } from '/console/give.js';
import { cards } from '/console/lists.js';
import { badge, button, h, put } from '/console/page.js';
import { called, day, lasting, t, time } from '/console/words.js';

const LATEST = 20;
const KINDS = { granted: 'good', refused: 'quiet', expired: 'quiet', open: 'late' };

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const waiting = h('ul', { class: 'cards', 'aria-label': t('requests.open') });
  const over = h('ul', { class: 'cards', 'aria-label': t('requests.over') });
  put(place, h('h2', {}, t('requests.open')), waiting, h('h2', {}, t('requests.over')), over);

  const showWaiting = cards(waiting, (one) => card(one, true), t('requests.none_open'));
  const showOver = cards(over, (one) => card(one, false), t('requests.none'));

  async function read() {
    const found = await desk.read(() => desk.all('/v1/access-requests'));
    if (!found) return;
    const mine = found.filter(({ agency_id }) => agency_id === desk.me.agency_id).sort((a, b) => a.created_at.localeCompare(b.created_at));
    showWaiting(mine.filter(({ status }) => status === 'open')); // who has waited longest comes first
    showOver(mine.filter(({ status }) => status !== 'open').reverse().slice(0, LATEST));
  }

  function card(one, open) {
    const law = h('select', { 'aria-label': t('basis_of_law'), 'data-key': `law-${one.id}` }, BASES.map((basis) => h('option', { value: basis }, called('basis', basis))));
    const answer = (granted) => (event) => {
      const { value } = event.currentTarget.closest('li').querySelector('select'); // the one on the screen: it outlives this card
      const yes = { granted: true, legal_basis: value, until: desk.in_minutes(HOUR_MIN) };
      const body = granted ? yes : { granted: false };
      return desk.act(event, () => desk.call('POST', `/v1/access-requests/${one.id}/answer`, body).then(read), t(granted ? 'requests.yes_done' : 'requests.no_done'));
    };
    const left_s = (Date.parse(one.expires_at) - desk.now_ms) / 1000;
    return h(
      'li',
      { class: 'card' },
      h('p', { class: 'head' }, h('b', {}, one.officer_name ?? one.officer_id), badge(KINDS[one.status] ?? 'quiet', called('request', one.status)), h('span', { class: 'since' }, open ? t('requests.left', { left: lasting(left_s) }) : day(one.created_at))),
      h('p', { class: 'summary' }, one.reason),
      h('p', { class: 'facts' }, one.incident_id ? [h('a', { href: `#/board/${one.incident_id}` }, t('watching.incident')), ' · '] : '', one.camera_ids.length ? t('requests.cameras', { list: one.camera_ids.join(', ') }) : t('requests.all_cameras'), ` · ${time(one.created_at)}`),
      open && h('p', { class: 'row' }, law, button(t('requests.yes'), answer(true), { class: 'primary', 'data-key': `yes-${one.id}` }), button(t('requests.no'), answer(false), { 'data-key': `no-${one.id}` })),
    );
  }
  return { read };
}
