/** What the analytics of a centre say they see, and what ails its cameras: a machine's word, of which a person may make an incident. */
import { LAW, SERVICES } from '/console/create.js';
import { ask } from '/console/dialog.js';
import { rows } from '/console/lists.js';
import { badge, button, h } from '/console/page.js';
import { called, t, time } from '/console/words.js';

const NEWEST = 20;
/** What is told of while another view is open. */
export const URGENT = new Set(['intrusion', 'fight', 'fall', 'fire']);

/** @param {import('/console/desk.js').Desk} desk */
export function sensors(desk) {
  const [scene, camera] = [h('div', { class: 'sensed' }), h('div', { class: 'sensed' })];
  const headings = [t('audit.at'), t('sensors.what'), t('camera'), t('sensors.count'), t('state'), t('does')];
  const showScene = rows(scene, { caption: t('sensors.scene'), headings, empty: t('sensors.none') }, line);
  const showCamera = rows(camera, { caption: t('sensors.camera'), headings, empty: t('sensors.none_camera') }, line);

  async function read() {
    const newest = (about) => desk.call('GET', `/v1/sensor-events?about=${about}&newest_first=true&limit=${NEWEST}`);
    const found = await desk.read(() => Promise.all([newest('scene'), newest('camera')]), 'sensors');
    found?.forEach(({ items }, at) => [showScene, showCamera][at](items.sort((a, b) => b.last_at.localeCompare(a.last_at))));
  }

  function line(one) {
    const sure = one.confidence === null ? '' : ` ${Math.round(one.confidence * 100)} %`;
    const name = `${one.camera_name}: ${called('type', one.kind)}`;
    return [
      time(one.last_at),
      h('span', {}, h('b', {}, called('type', one.kind)), one.label && ` · ${t('sensors.by_machine')}${sure}`),
      one.camera_name,
      t('sensors.times', { n: one.count }),
      stands(one),
      h('span', { class: 'row' }, look(one), one.incident_id ? t('alerts.incident', { id: one.incident_id }) : button(t('sensors.report'), () => report(one, name), { 'data-key': one.id, 'aria-label': `${name}: ${t('sensors.report')}` })),
    ];
  }

  async function report(one, title) {
    const rooms = desk.rooms.filter(({ kind }) => LAW[SERVICES[kind]]);
    const first = rooms.find(({ kind }) => kind === (one.kind === 'fire' ? 'fire_119' : 'police_112'));
    const fields = [
      { name: 'agency_id', label: t('sharing.room'), type: 'select', options: rooms.map(({ id, name, kind }) => [id, `${name} · ${called('basis', LAW[SERVICES[kind]])}`]), value: first?.id },
      { name: 'priority', label: t('create.priority'), type: 'select', options: ['0', '1', '2', '3', '4'].map((n) => [n, t(`priority.${n}`)]), value: '1' },
      { name: 'summary', label: t('sensors.seen'), type: 'textarea', most: 900, optional: true },
    ];
    const act = ({ agency_id, priority, summary }) => {
      const service = SERVICES[rooms.find(({ id }) => id === agency_id).kind];
      return desk.call('POST', `/v1/sensor-events/${one.id}/incident`, { agency_id, service, priority: Number(priority), legal_basis: LAW[service], ...(summary && { summary }) });
    };
    if (!(await ask({ title, note: t('sensors.report_note'), fields, does: t('sensors.report') }, act))) return;
    desk.say(t('sensors.reported'));
    await read();
  }
  return { scene, camera, read };
}

/** With one's own eyes. */
const look = ({ id, camera_id, camera_name }) => h('a', { class: 'button', href: `#/wall/centre/${camera_id}/sensor/${id}`, 'data-key': `look-${id}`, 'aria-label': `${camera_name}: ${t('sensors.look')}` }, t('sensors.look'));

function stands(one) {
  if (one.incident_id) return badge('good', t('sensors.is_incident'));
  if (one.notice) return badge(one.ended_at ? 'late' : 'alarm', t('sensors.check'));
  return one.ended_at ? badge('quiet', t('ended')) : badge('late', t('sensors.lasts'));
}
