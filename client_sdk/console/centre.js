/** A control centre: what its analytics see, how each of its cameras is and what mends it, who watches, how loaded it is, and the switch that stops it all. */
import { ask } from '/console/dialog.js';
import { rows } from '/console/lists.js';
import { badge, button, h, put } from '/console/page.js';
import { renew } from '/console/renew.js';
import { sensors } from '/console/sensors.js';
import { called, lasting, mend, t, why } from '/console/words.js';

const KINDS = { ok: 'good', starting: 'late', degraded: 'late', waiting: 'late', off: 'quiet' };

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const centre = desk.me.centre_id;
  const load = h('dl', { class: 'figures' });
  const list = h('div', {});
  if (!centre) {
    put(place, h('p', { class: 'empty' }, t('centre.none')));
    return { read() {} };
  }
  const all = (on) => () => order(`/v1/centres/${centre}/blackout`, t(on ? 'centre.off' : 'centre.on'), on);
  const switches = desk.is('supervisor') && h('p', { class: 'row' }, button(t('centre.off'), all(true), { class: 'danger' }), button(t('centre.on'), all(false)), h('span', { class: 'facts' }, t('centre.off_note')));
  const sensed = desk.is('supervisor', 'officer') ? sensors(desk) : null; // a dispatcher's role does not read them
  const events = sensed && [h('h2', {}, t('sensors.scene')), sensed.scene, h('h2', {}, t('sensors.camera')), sensed.camera];
  put(place, switches, events, h('h2', {}, t('centre.load')), load, h('h2', {}, t('centre.cameras')), list);

  const headings = [t('camera'), t('state'), t('centre.cause'), t('centre.mend'), t('centre.watched'), t('does')];
  const showRows = rows(list, { caption: t('centre.cameras'), headings, empty: t('centre.no_cameras'), key: ({ camera_id }) => camera_id }, line);

  async function read() {
    sensed?.read();
    const [first, cameras] = (await desk.read(() => Promise.all([desk.call('GET', `/v1/centres/${centre}/cameras?limit=1`), desk.all(`/v1/centres/${centre}/cameras`)]))) ?? [];
    if (!first) return;
    renew(load, figures(first.load));
    cameras.sort((a, b) => Number(a.health === 'ok') - Number(b.health === 'ok') || b.watchers.length - a.watchers.length);
    showRows(cameras);
  }

  function figures({ cameras, wanted, pulls, max_pulls, kbps, uplink_kbps, waiting, sessions }) {
    const facts = { cameras, wanted, pulls: of(pulls, max_pulls), kbps: of(kbps, uplink_kbps), waiting, sessions };
    return Object.entries(facts).map(([name, value]) => h('div', { class: 'card' }, h('dt', {}, t(`load.${name}`)), h('dd', {}, h('b', {}, String(value)))));
  }

  function line(one) {
    const watchers = one.watchers.map((who) => [who.agency, called('kind', who.basis_kind), lasting((desk.now_ms - Date.parse(who.since)) / 1000)].filter(Boolean).join(' · '));
    const path = `/v1/cameras/${one.camera_id}/blackout`;
    const off = one.cause === 'blacked_out';
    const name = t(off ? 'centre.one_on' : 'centre.one_off');
    return [
      one.name,
      badge(KINDS[one.health] ?? 'alarm', called('health', one.health)),
      why(one.cause),
      one.cause && mend(one.cause),
      watchers.length ? h('ul', {}, watchers.map((who) => h('li', {}, who))) : '',
      desk.is('supervisor') && button(name, () => order(path, `${one.name}: ${name}`, !off), { 'data-key': one.camera_id, 'aria-label': `${one.name}: ${name}` }),
    ];
  }

  function order(path, title, on) {
    const question = { title, note: t(on ? 'centre.off_note' : 'centre.on_note'), fields: [{ name: 'reason', label: t('reason') }], does: title, danger: on };
    return ask(question, ({ reason }) => desk.call('PUT', path, { on, reason })).then((done) => {
      if (done) desk.say(t('centre.done'));
      return done && read();
    });
  }
  return { read };
}

/** @param {number} now @param {number | null} most */
const of = (now, most) => (most === null ? String(now) : `${now} / ${most}`);
