/** One incident: where and what, its units and those that could be sent, its cameras, and who may be given access to them. */
import { ask } from '/console/dialog.js';
import { give, HOUR_MIN } from '/console/give.js';
import { reached, unit as standing } from '/console/board.js';
import { badge, button, h, put, section, table } from '/console/page.js';
import { sharing } from '/console/sharing.js';
import { called, day, distance, lasting, t } from '/console/words.js';

const WAY = ['sent', 'delivered', 'shown', 'acknowledged', 'en_route', 'on_scene'];

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function incident(place, desk) {
  let id = '';

  async function read(wanted = id) {
    id = wanted;
    if (!id) return put(place, h('p', { class: 'empty' }, t('incident.choose')));
    const found = await desk.quietly(() =>
      Promise.all([desk.call('GET', `/v1/incidents/${encodeURIComponent(id)}`), desk.call('GET', `/v1/incidents/${encodeURIComponent(id)}/units`)]),
    );
    if (!found || wanted !== id) return;
    const [one, { units }] = found;
    const open = one.status === 'open';
    put(
      place,
      head(one, desk),
      open && acts(one, desk, read),
      sent(one, desk, read),
      open && offered(one, units, desk, read),
      cameras(one),
      open && desk.is('dispatcher') && sharing(one, desk, read),
    );
  }
  return { read, leave: () => (id = '') };
}

function head(one, desk) {
  const age_s = (desk.now_ms - Date.parse(one.reported_at)) / 1000;
  return h(
    'header',
    { class: 'card', 'data-priority': one.priority },
    h('h2', {}, one.location.address ?? `${one.location.lat.toFixed(5)}, ${one.location.lon.toFixed(5)}`),
    h('p', { class: 'facts' }, `${called('service', one.service)} · ${called('type', one.type)} · ${t('incident.reported', { at: day(one.reported_at), ago: lasting(age_s) })}`),
    h('p', { class: 'summary' }, one.summary),
    h('p', { class: 'facts' }, `${called('basis', one.legal_basis)} · ${one.external_id}`),
    one.closed_at && h('p', { class: 'facts' }, t('incident.closed', { at: day(one.closed_at), why: one.closing_reason ?? '' })),
  );
}

function acts(one, desk, read) {
  const close = { title: t('incident.close'), note: t('incident.close_note'), does: t('incident.close'), danger: true };
  const fields = [{ name: 'why', label: t('incident.closing_reason') }];
  const closing = ({ why }) => desk.call('PATCH', `/v1/incidents/${one.id}`, { status: 'closed', closing_reason: why });
  return h(
    'p',
    { class: 'row' },
    desk.is('dispatcher') && h('a', { class: 'button primary', href: `#/wall/incident/${one.id}`, 'data-key': 'wall' }, t('incident.wall', { n: one.cameras.length })),
    desk.is('supervisor') && button(t('incident.give'), () => give(desk, one).then((done) => done && desk.say(t('grants.given'))), { class: 'primary', 'data-key': 'give' }),
    desk.is('dispatcher') && button(t('incident.close'), () => ask({ ...close, fields }, closing).then((done) => done && read()), { 'data-key': 'close' }),
  );
}

function sent(one, desk, read) {
  const withdraw = (dispatch) => (event) => desk.act(event, () => desk.call('DELETE', `/v1/dispatches/${dispatch.id}`).then(() => read()));
  const rows = one.dispatches.map((dispatch) => [
    standing(dispatch, desk),
    steps(dispatch),
    desk.is('dispatcher') && !['cleared', 'withdrawn'].includes(dispatch.status) && button(t('incident.withdraw'), withdraw(dispatch), { 'data-key': `withdraw-${dispatch.id}`, 'aria-label': `${desk.call_sign(dispatch.unit)} ${t('incident.withdraw')}` }),
  ]);
  return section(t('incident.sent'), table(t('incident.sent'), [t('unit'), t('incident.stands'), t('does')], rows, t('incident.nobody')));
}

/** What of the way from the order to the scene is done. */
function steps(dispatch) {
  const at = WAY.indexOf(reached(dispatch));
  if (at < 0) return called('dispatch', dispatch.status);
  return h('ol', { class: 'steps', 'aria-label': called('dispatch', reached(dispatch)) }, WAY.map((step, number) => h('li', { 'data-done': number <= at ? 'true' : 'false' }, called('dispatch', step))));
}

function offered(one, units, desk, read) {
  const going = new Set(one.dispatches.filter(({ status }) => !['cleared', 'withdrawn'].includes(status)).map(({ unit }) => unit));
  const near = units.filter(({ unit }) => !going.has(unit));
  const send = (unit) => (event) => desk.act(event, () => desk.call('POST', `/v1/incidents/${one.id}/dispatches`, { unit }).then(() => read()), t('incident.sent_to', { unit: desk.call_sign(unit) }));
  const grant = (unit) => (event) =>
    desk.act(
      event,
      () => desk.call('POST', '/v1/grants', { to: { unit }, incident_id: one.id, until: desk.in_minutes(HOUR_MIN), reason: t('grants.for_incident', { id: one.external_id }).slice(0, 200), legal_basis: one.legal_basis }),
      t('grants.given'),
    );
  const act = (unit, call_sign) =>
    desk.is('dispatcher')
      ? button(t('incident.send'), send(unit), { class: 'primary', 'data-key': `send-${unit}`, 'aria-label': `${call_sign} ${t('incident.send')}` })
      : button(t('incident.grant_hour'), grant(unit), { 'data-key': `grant-${unit}`, 'aria-label': `${call_sign} ${t('incident.grant_hour')}` });
  const rows = near.map(({ unit, call_sign, distance_m, position_age_s, busy }) => [
    h('b', {}, call_sign),
    distance(distance_m),
    t('ago', { ago: lasting(position_age_s) }),
    badge(busy ? 'late' : 'good', t(busy ? 'incident.busy' : 'incident.free')),
    act(unit, call_sign),
  ]);
  const others = desk.units.filter(({ id }) => !going.has(id) && !near.some(({ unit }) => unit === id));
  return section(
    t('incident.near'),
    table(t('incident.near'), [t('unit'), t('incident.far'), t('incident.seen'), t('incident.stands'), t('does')], rows, t('incident.none_near')),
    others.length > 0 && other(others, act),
  );
}

/** Units whose place is not known. */
function other(units, act) {
  const pick = h('select', { 'aria-label': t('incident.other'), 'data-key': 'other' }, units.map(({ id, call_sign }) => h('option', { value: id }, call_sign)));
  const place = h('span', {});
  const offer = () => put(place, act(pick.value, units.find(({ id }) => id === pick.value).call_sign));
  pick.addEventListener('change', offer);
  offer();
  return h('p', { class: 'row' }, h('span', {}, t('incident.other')), pick, place);
}

function cameras(one) {
  const rows = one.cameras.map((camera) => [
    String(camera.rank),
    camera.name,
    distance(camera.distance_m),
    camera.reasons.map((reason) => called('ranked', reason)).join(' · '),
    badge({ ok: 'good', degraded: 'late', down: 'alarm' }[camera.health] ?? 'quiet', called('health', camera.health)),
  ]);
  return section(t('incident.cameras'), table(t('incident.cameras'), [t('incident.rank'), t('camera'), t('incident.far'), t('incident.why'), t('state')], rows, t('incident.no_cameras')));
}
