/** The board: the open incidents of the room, the most urgent first, and the chosen one beside them. */
import { incident } from '/console/incident.js';
import { cards } from '/console/lists.js';
import { badge, h, put } from '/console/page.js';
import { called, lasting, t } from '/console/words.js';

const LATEST = 50;
const LATE_S = 60; // an order that nobody has acknowledged for so long wants the radio
const KINDS = { acknowledged: 'good', en_route: 'good', on_scene: 'good', cleared: 'quiet', withdrawn: 'quiet' };

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk @param {string} chosen an incident's id */
export function show(place, desk, chosen) {
  const list = h('ol', { class: 'incidents', 'aria-label': t('board.open') });
  const beside = h('div', { class: 'beside' });
  const closed = h('input', { type: 'checkbox', id: 'closed', onchange: () => read() });
  const why = desk.me.agency_kind === 'moj_location' && h('p', { class: 'facts' }, t('board.by_machine'));
  put(place, h('div', { class: 'column' }, h('p', { class: 'row' }, closed, h('label', { for: 'closed' }, t('board.closed'))), why, list), beside);
  const detail = incident(beside, desk);
  let here = chosen;
  const showCards = cards(list, (one) => card(one, desk, one.id === here), t('board.none'));

  async function read() {
    const found = await desk.read(() => desk.all(`/v1/incidents${closed.checked ? '' : '?status=open'}`));
    if (!found) return;
    const open = found.filter(({ status }) => status === 'open').sort((a, b) => a.priority - b.priority || b.reported_at.localeCompare(a.reported_at));
    const over = found.filter(({ status }) => status !== 'open').sort((a, b) => b.closed_at.localeCompare(a.closed_at));
    here ||= open[0]?.id ?? ''; // and stays, whatever comes: somebody is working on it
    showCards([...open, ...over.slice(0, LATEST)]);
    await detail.read(here);
  }
  return { read, leave: detail.leave };
}

function card(one, desk, here) {
  const age_s = (desk.now_ms - Date.parse(one.reported_at)) / 1000;
  return h(
    'li',
    {},
    h(
      'a',
      { href: `#/board/${one.id}`, class: 'incident', 'aria-current': here && 'true', 'data-priority': one.priority, 'data-status': one.status, 'data-key': one.id },
      h('span', { class: 'head' }, h('b', {}, code(one)), h('span', {}, called('type', one.type)), h('span', { class: 'since' }, one.status === 'open' ? lasting(age_s) : t('board.over'))),
      h('span', { class: 'address' }, one.location.address ?? `${one.location.lat.toFixed(5)}, ${one.location.lon.toFixed(5)}`),
      h('span', { class: 'units' }, one.dispatches.length ? one.dispatches.map((sent) => unit(sent, desk)) : badge('late', t('board.unsent'))),
    ),
  );
}

/** The code of the police, the priority of others. */
export function code(one) {
  return t(one.service === 'police_112' ? 'board.code' : 'board.urgency', { service: called('service', one.service), n: one.priority });
}

/** How a dispatch stands. @param {any} sent */
export function unit(sent, desk) {
  const late = sent.status === 'sent' && desk.now_ms - Date.parse(sent.sent_at) > LATE_S * 1000;
  const kind = late ? 'alarm' : (KINDS[sent.status] ?? 'late');
  return badge(kind, `${desk.call_sign(sent.unit)} ${called('dispatch', reached(sent))}${late ? ` · ${t('dispatch.unanswered')}` : ''}`);
}

/** The farthest that is known of an order: sent, delivered to the device, shown there, and what the unit says. */
export function reached(sent) {
  if (sent.status !== 'sent') return sent.status;
  return sent.shown_at ? 'shown' : sent.delivered_at ? 'delivered' : 'sent';
}
