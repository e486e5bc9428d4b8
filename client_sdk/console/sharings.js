/** What rooms ask of each other (이첩, 공조, 공동대응): what waits for this room's answer, what it asked itself, what holds and what is over. */
import { cards } from '/console/lists.js';
import { badge, button, h, put } from '/console/page.js';
import { called, day, lasting, t } from '/console/words.js';

const LATEST = 20;
const KINDS = { offered: 'late', accepted: 'good', refused: 'quiet', withdrawn: 'quiet', ended: 'quiet' };

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const parts = ['waiting', 'sent', 'held', 'over'].map((name) => [name, h('ul', { class: 'cards', 'aria-label': t(`sharings.${name}`) })]);
  put(place, parts.flatMap(([name, list]) => [h('h2', {}, t(`sharings.${name}`)), list]));

  const shows = parts.map(([name, list]) => [name, cards(list, card, t('sharings.none'))]);

  async function read() {
    const found = await desk.read(() => desk.all('/v1/sharings'));
    if (!found) return;
    found.sort((a, b) => b.created_at.localeCompare(a.created_at));
    for (const [name, showCards] of shows) showCards(found.filter((one) => part(one, desk.me.agency_id) === name).slice(0, LATEST));
  }

  function card(one) {
    const { incident } = one;
    const path = `/v1/sharings/${one.id}`;
    const tell = (method, address, done) => (event) => desk.act(event, () => desk.call(method, address).then(read), t(`sharings.${done}`));
    const offer = (name, given, ...how) => button(t(`sharings.${name}`), tell(...how), { ...given, 'data-key': `${name}-${one.id}` });
    const mine = part(one, desk.me.agency_id);
    const units = one.units.map((id) => desk.call_sign(id)).join(', ');
    return h(
      'li',
      { class: 'card', 'data-priority': incident?.priority },
      h('p', { class: 'head' }, h('b', {}, called('verb', one.verb)), badge(KINDS[one.status] ?? 'quiet', t(`sharing_status.${one.status}`)), h('span', { class: 'since' }, since(one))),
      h('p', {}, `${desk.room(one.from_agency_id)} → ${desk.room(one.to_agency_id)}`),
      h('p', { class: 'summary' }, one.reason),
      incident && h('p', {}, `${called('type', incident.type)} · ${incident.location.address ?? `${incident.location.lat.toFixed(5)}, ${incident.location.lon.toFixed(5)}`}`),
      incident && h('p', {}, incident.summary),
      h('p', { class: 'facts' }, [called('basis', one.legal_basis), units && t('sharings.units', { units })].filter(Boolean).join(' · ')),
      h(
        'p',
        { class: 'row' },
        mine === 'waiting' && desk.is('dispatcher') && [offer('yes', { class: 'primary' }, 'POST', `${path}/acceptance`, 'yes_done'), offer('no', {}, 'DELETE', path, 'no_done')],
        mine === 'sent' && desk.is('dispatcher') && offer('take_back', {}, 'DELETE', path, 'over_done'),
        mine === 'held' && one.verb === 'mutual_aid' && desk.is('dispatcher') && offer('end', { class: 'danger' }, 'DELETE', path, 'over_done'),
        mine === 'held' && incident && h('a', { class: 'button', href: `#/board/${incident.id}`, 'data-key': `open-${one.id}` }, t('watching.incident')),
      ),
    );
  }

  /** How long it waits while it does, and when it was answered. */
  function since(one) {
    const waits = one.status === 'offered';
    return waits ? t('ago', { ago: lasting((desk.now_ms - Date.parse(one.created_at)) / 1000) }) : day(one.ended_at ?? one.answered_at ?? one.created_at);
  }
  return { read };
}

/** Where it stands for a room. What others asked of each other about an incident of this room waits for them. */
function part({ status, verb, to_agency_id }, own_id) {
  if (status === 'offered') return to_agency_id === own_id ? 'waiting' : 'sent';
  const handed_on = verb === 'transfer' && to_agency_id !== own_id;
  return status === 'accepted' && !handed_on ? 'held' : 'over';
}
