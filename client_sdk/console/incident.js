/** One incident: where and what, its map, its units and those that could be sent, its cameras, and who may be given access to them. */
import { close, ending } from '/console/close.js';
import { give, HOUR_MIN } from '/console/give.js';
import { code, reached, unit as standing } from '/console/board.js';
import { badge, button, h, put, section, table } from '/console/page.js';
import { renew } from '/console/renew.js';
import { reports, told } from '/console/reports.js';
import { sharing } from '/console/sharing.js';
import { marks, Sketch } from '/console/sketch.js';
import { called, day, distance, lasting, t } from '/console/words.js';

const NEAR_M = 3_000; // of the units that could be sent; those farther off would make the map a speck
const NOBODY = { units: [], underway: [] }; // where units are is not told of an incident that is over

const WAY = ['sent', 'delivered', 'shown', 'acknowledged', 'en_route', 'on_scene'];

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function incident(place, desk) {
  let id = '';
  let map = null;
  const picked = { id: '' };

  async function read(wanted = id) {
    if (wanted !== id) map = other(map);
    id = wanted;
    if (!id) return put(place, h('p', { class: 'empty' }, t('incident.choose')));
    const path = `/v1/incidents/${encodeURIComponent(id)}`;
    const found = await desk.read(async () => {
      const [one, said] = await Promise.all([desk.call('GET', path), told(desk, id)]);
      return { one, said, ...(one.status === 'open' ? await desk.call('GET', `${path}/units`) : NOBODY) };
    }, 'incident');
    if (!found || wanted !== id) return;
    const { one, said, units, underway } = found;
    const open = one.status === 'open';
    map ??= new Sketch(id, desk.map, { choose: (camera) => desk.is('dispatcher') && (location.hash = `#/wall/incident/${one.id}/${camera}`) });
    renew(
      place,
      head(one, desk),
      open && acts(one, desk, read),
      sent(one, desk, read),
      said && reports(one, said, desk, read),
      map.element,
      open && offered(one, units, desk, read, picked),
      cameras(one),
      open && desk.is('dispatcher') && sharing(one, desk, read),
    );
    map.show(scene(one, units, underway));
  }
  return { read, leave: () => (map = other(map)) };
}

function other(map) {
  map?.close();
  return null;
}

/** What the map shows: where it is, what its cameras see, who comes and who is near. */
function scene(one, units, underway) {
  const going = new Set(underway.map(({ unit }) => unit));
  const stands = Object.fromEntries(one.dispatches.map((dispatch) => [dispatch.unit, called('dispatch', reached(dispatch))]));
  const near = units.filter(({ unit, distance_m }) => !going.has(unit) && distance_m < NEAR_M);
  return {
    incident: { lat: one.location.lat, lon: one.location.lon, priority: one.priority },
    cameras: one.cameras.map((camera) => ({ ...camera, id: camera.camera_id })),
    units: [...marks(underway, ({ unit }) => stands[unit] ?? ''), ...marks(near, ({ busy }) => t(busy ? 'incident.busy' : 'incident.free'))],
  };
}

function head(one, desk) {
  const [, alerted] = /^alert-([\w-]{22})$/.exec(one.external_id) ?? []; // so the server calls what an alert about a person became
  const age_s = (desk.now_ms - Date.parse(one.reported_at)) / 1000;
  return h(
    'header',
    { class: 'card', 'data-priority': one.priority },
    h('h2', {}, one.location.address ?? `${one.location.lat.toFixed(5)}, ${one.location.lon.toFixed(5)}`),
    h('p', { class: 'facts' }, `${what(one)} · ${called('type', one.type)} · ${t('incident.reported', { at: day(one.reported_at), ago: lasting(age_s) })}`),
    h('p', { class: 'summary' }, one.summary),
    h('p', { class: 'facts' }, `${called('basis', one.legal_basis)} · ${one.external_id}`),
    alerted && one.status === 'open' && h('p', {}, h('a', { href: `#/alerts/${alerted}`, 'data-key': 'alert' }, t('alerts.of_incident'))),
    one.closed_at && h('p', { class: 'facts' }, t('incident.closed', { at: day(one.closed_at), why: ending(one) })),
  );
}

/** Its service and its code, once each. */
function what(one) {
  const service = called('service', one.service);
  return code(one).includes(service) ? code(one) : `${service} · ${code(one)}`;
}

function acts(one, desk, read) {
  return h(
    'p',
    { class: 'row' },
    desk.is('dispatcher') && h('a', { class: 'button primary', href: `#/wall/incident/${one.id}`, 'data-key': 'wall' }, t('incident.wall', { n: one.cameras.length })),
    desk.is('supervisor') && button(t('incident.give'), () => give(desk, one).then((done) => done && desk.say(t('grants.given'))), { class: 'primary', 'data-key': 'give' }),
    desk.is('dispatcher') && button(t('close.do'), () => close(desk, one).then((done) => done && read()), { 'data-key': 'close' }),
  );
}

function sent(one, desk, read) {
  const withdraw = (dispatch) => (event) => desk.act(event, () => desk.call('DELETE', `/v1/dispatches/${dispatch.id}`).then(() => read()), t('incident.withdrawn', { unit: desk.call_sign(dispatch.unit) }));
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

function offered(one, units, desk, read, picked) {
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
    others.length > 0 && elsewhere(others, act, picked),
  );
}

/** Units whose place is not known; which one was picked stays picked. */
function elsewhere(units, act, picked) {
  const offer = () => {
    const { id, call_sign } = units.find((one) => one.id === picked.id) ?? units[0];
    return act(id, call_sign);
  };
  const onchange = ({ target }) => {
    picked.id = target.value;
    put(target.nextElementSibling, offer());
  };
  const options = units.map(({ id, call_sign }) => h('option', { value: id, selected: id === picked.id }, call_sign));
  return h('p', { class: 'row' }, h('span', {}, t('incident.other')), h('select', { 'aria-label': t('incident.other'), 'data-key': 'other', onchange }, options), h('span', {}, offer()));
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
