/** A new incident, typed in: for what comes by another way than the room's own system. */
import { basis } from '/console/give.js';
import { row } from '/console/dialog.js';
import { h, put } from '/console/page.js';
import { called, t, wrong } from '/console/words.js';

const SERVICES = { police_112: 'police_112', fire_119: 'fire_119', disaster: 'disaster', moj_location: 'ankle_monitor' };
const LAW = { police_112: 'POLICE112_9_1', fire_119: 'FIRE119_11_2_1', disaster: 'DISASTER_74_3', ankle_monitor: 'ANKLE_16_3_2' };
const TYPES = ['robbery', 'assault', 'theft', 'domestic_violence', 'sexual_violence', 'kidnapping', 'weapon', 'missing', 'suicide_attempt', 'traffic_accident', 'drunk_driving', 'fire', 'rescue', 'medical', 'gas_leak', 'flood', 'landslide'];

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const service = SERVICES[desk.me.agency_kind] ?? 'police_112';
  const said = h('p', { class: 'wrong', role: 'alert' });
  const submit = h('button', { type: 'submit', class: 'primary' }, t('create.do'));
  const form = h(
    'form',
    { class: 'card' },
    row({ name: 'type', label: t('create.type'), type: 'select', options: TYPES.map((one) => [one, called('type', one)]) }),
    row({ name: 'priority', label: t('create.priority'), type: 'select', options: ['0', '1', '2', '3', '4'].map((one) => [one, t(`priority.${one}`)]), value: '1' }),
    row({ name: 'address', label: t('create.address'), optional: true }),
    h('div', { class: 'pair' }, row({ name: 'lat', label: t('create.lat'), type: 'number' }), row({ name: 'lon', label: t('create.lon'), type: 'number' })),
    row({ name: 'summary', label: t('create.summary'), type: 'textarea', most: 2000 }),
    row({ name: 'unit', label: t('create.unit'), type: 'select', options: [['', t('create.later')], ...desk.units.map(({ id, call_sign }) => [id, call_sign])], optional: true }),
    row(basis(LAW[service])),
    said,
    h('p', { class: 'row end' }, submit),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    said.textContent = '';
    try {
      const { id } = await desk.call('POST', '/v1/incidents', report(Object.fromEntries(new FormData(form)), service, desk));
      location.hash = `#/board/${id}`;
    } catch (error) {
      said.textContent = wrong(error);
      submit.disabled = false;
    }
  });
  put(place, form);
  return { read() {} };
}

/** @param {any} given */
function report({ type, priority, address, lat, lon, summary, unit, legal_basis }, service, desk) {
  const at = new Date(desk.now_ms).toISOString();
  return {
    service,
    external_id: `console-${at.replaceAll(/\D/g, '')}-${desk.me.id}`.slice(0, 80),
    type,
    priority: Number(priority),
    location: { lat: Number(lat), lon: Number(lon), ...(address && { address }) },
    summary,
    legal_basis,
    reported_at: at,
    units: unit ? [unit] : [],
  };
}
