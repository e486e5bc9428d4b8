/**
 * One alert about a vulnerable person: where it stands, its place on the map, and what a person may do about it.
 *
 * Invariant: who it is about is in the page only after somebody opened it, which the server records, and no longer than the alert is
 * shown and goes on.
 */
import { clear, draw } from '/sdk/photo.js';
import { ask } from '/console/dialog.js';
import { badge, button, h, put, section, table } from '/console/page.js';
import { renew } from '/console/renew.js';
import { Sketch } from '/console/sketch.js';
import { called, day, distance, lasting, t } from '/console/words.js';

export const ALERTS = '/v1/vulnerable-persons/alerts';
const ROOMS = { 112: 'police_112', 119: 'fire_119' };
const OUTCOMES = ['found', 'resolved', 'false_alarm'];

/** Where it stands. @param {any} alert @param {import('/console/desk.js').Desk} desk */
export function standing({ status, escalated_to, outcome }, desk) {
  if (status === 'ended') return badge('quiet', outcome ? called('alert_outcome', outcome) : t('alerts.ended'));
  return status === 'open' ? badge('alarm', t('alerts.open')) : badge('late', t('alerts.escalated', { room: desk.room(escalated_to) }));
}

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk @param {() => Promise<void>} again reads the list, which shows this one */
export function detail(place, desk, again) {
  let id = '';
  let map = null;
  /** Who it is about, since somebody opened it. @type {{ full: any, canvas: HTMLCanvasElement } | null} */
  let opened = null;

  /** @param {string} wanted its id @param {any} [alert] as the list has it, if it does */
  function show(wanted, alert) {
    if (wanted !== id || !alert) leave();
    id = wanted;
    if (!alert) return put(place, h('p', { class: 'empty' }, t(id ? 'alerts.gone' : 'alerts.choose')));
    if (alert.status === 'ended' && opened?.full.status !== 'ended') shut(); // read before it was pushed
    const { position } = alert;
    if (position) map ??= new Sketch(`alert-${id}`, desk.map);
    renew(place, head(alert, desk), acts(alert), opened && person(opened), map?.element, opened && around(opened.full, desk));
    if (position) map.show({ incident: { ...position, priority: alert.kind === 'panic' ? 0 : 1 }, cameras: opened?.full.cameras ?? [] });
  }

  function leave() {
    map?.close();
    map = null;
    shut();
  }

  /** In the same turn, before anything is read. */
  function shut() {
    if (opened) clear(opened.canvas);
    opened = null;
    place.querySelector('.person')?.closest('section').remove();
  }

  /** Its photo came, or it is over. */
  function hear(kind, { alert_id, status }) {
    if (kind !== 'alert' || !opened || alert_id !== opened.full.id) return;
    if (status === 'ended') shut();
    if (status === 'pictured') look(opened).catch(() => {}); // what was there stays
  }

  async function open() {
    const full = await desk.call('GET', `${ALERTS}/${id}`);
    if (full.id !== id) return;
    const canvas = h('canvas', { role: 'img', 'aria-label': t('alerts.photo'), 'data-keep': `photo-${id}`, width: 0, height: 0 });
    opened = { full, canvas };
    await again();
    if (full.photo) await look(opened);
  }

  async function look(one) {
    const { content } = await desk.client.file(`${ALERTS}/${one.full.id}/photo`);
    await draw(one.canvas, content, () => opened === one);
  }

  function acts(alert) {
    const over = alert.status === 'ended';
    const offers = alert.status === 'open' ? (alert.incident_id ? ['119'] : ['112', '119']) : [];
    const ends = !over && (!alert.incident_id || (desk.is('dispatcher') && desk.me.centre_id === null));
    const closing = () => {
      shut();
      return again();
    };
    return h(
      'p',
      { class: 'row' },
      offers.map((to) => button(t('alerts.escalate', { to }), () => escalate(alert, to), { class: 'primary', 'data-key': `to-${to}` })),
      opened ? button(t('alerts.close'), closing, { 'data-key': 'person' }) : button(t('alerts.person'), (event) => desk.act(event, open), { 'data-key': 'person' }),
      ends && button(t('alerts.end'), () => end(alert), { 'data-key': 'end' }),
      alert.incident_id && !over && desk.me.centre_id === null && h('a', { class: 'button', href: `#/board/${alert.incident_id}`, 'data-key': 'incident' }, t('watching.incident')),
    );
  }

  /** One act of a person: it says first what will happen. */
  async function escalate(alert, to) {
    const rooms = desk.rooms.filter(({ kind }) => kind === ROOMS[to]);
    const options = [['', t('alerts.by_area')], ...rooms.map(({ id: room, name }) => [room, name])];
    const fields = rooms.length > 1 ? [{ name: 'agency_id', label: t('sharing.room'), type: 'select', options, optional: true }] : [];
    const does = t('alerts.escalate', { to });
    const question = { title: `${called('type', alert.kind)}: ${does}`, note: t(alert.incident_id ? 'alerts.join_note' : 'alerts.escalate_note', { to }), fields, does };
    const done = await ask(question, ({ agency_id }) => desk.call('POST', `${ALERTS}/${alert.id}/escalation`, { to, ...(agency_id && { agency_id }) }));
    if (!done) return;
    desk.say(t('alerts.escalate_done', { to }));
    await again();
  }

  async function end(alert) {
    const fields = [{ name: 'outcome', label: t('alerts.outcome'), type: 'select', options: OUTCOMES.map((one) => [one, called('alert_outcome', one)]) }];
    const question = { title: t('alerts.end'), note: t(alert.incident_id ? 'alerts.end_incident_note' : 'alerts.end_note'), fields, does: t('alerts.end'), danger: true };
    const done = await ask(question, (given) => desk.call('PATCH', `${ALERTS}/${alert.id}`, given));
    if (!done) return;
    shut();
    desk.say(t('alerts.end_done'));
    await again();
  }
  return { show, hear, leave: () => show('') };
}

function head(alert, desk) {
  const { position } = alert;
  const ago = (at) => t('ago', { ago: lasting((desk.now_ms - Date.parse(at)) / 1000) });
  const where = position && [`${position.lat.toFixed(5)}, ${position.lon.toFixed(5)}`, position.accuracy_m !== null && t('alerts.within', { far: distance(position.accuracy_m) }), ago(position.at)];
  const parted = alert.incident_id && t('alerts.incident', { id: alert.incident_id });
  return h(
    'header',
    { class: 'card', 'data-priority': alert.status === 'ended' ? null : alert.kind === 'panic' ? '0' : '1' },
    h('h2', {}, called('type', alert.kind)),
    h('p', { class: 'row' }, standing(alert, desk), h('span', { class: 'facts' }, `${day(alert.at)} (${ago(alert.at)})`)),
    h('p', {}, where ? where.filter(Boolean).join(' · ') : t('alerts.no_place')),
    parted && h('p', { class: 'facts' }, alert.escalated_at ? `${parted} · ${day(alert.escalated_at)}` : parted),
    h('p', { class: 'facts' }, alert.status === 'ended' ? t('alerts.forgets') : t('alerts.recorded')),
  );
}

function person({ full, canvas }) {
  const { person: who, guardian } = full;
  const facts = [
    [t('alerts.name'), who?.name],
    [t('alerts.look'), who?.description],
    [t('alerts.guardian'), guardian && [guardian.name, ' · ', h('a', { href: `tel:${guardian.phone}`, 'data-key': 'call' }, guardian.phone)]],
  ].filter(([, value]) => value);
  return section(
    t('alerts.about'),
    h('div', { class: 'card person' }, full.photo ? canvas : h('p', { class: 'facts' }, t('alerts.no_photo')), facts.length ? h('dl', {}, facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])) : h('p', { class: 'facts' }, t('alerts.unknown'))),
  );
}

function around({ id: alert_id, cameras, incident_id }, desk) {
  const of_room = desk.me.centre_id === null;
  const wall = (camera) => (of_room ? `incident/${incident_id}/${camera}` : `centre/${camera}/alert/${alert_id}`);
  const may_watch = of_room ? desk.is('dispatcher') && incident_id : !incident_id; // then they are all the centre's own
  const link = ({ id, name }) => (may_watch ? h('a', { href: `#/wall/${wall(id)}`, 'data-key': id, 'aria-label': `${name}: ${t('view.wall')}` }, name) : name);
  const rows = cameras.map((camera) => [link(camera), distance(camera.distance_m), camera.reasons.map((reason) => called('ranked', reason)).join(' · '), called('health', camera.health)]);
  return section(t('incident.cameras'), table(t('incident.cameras'), [t('camera'), t('incident.far'), t('incident.why'), t('state')], rows, t('incident.no_cameras')));
}
