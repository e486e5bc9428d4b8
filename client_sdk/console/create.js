/** A new incident: typed in, or its place tapped on the map, for what comes by another way than the room's own system. */
import { Area } from '/console/area.js';
import { basis } from '/console/give.js';
import { row } from '/console/dialog.js';
import { h, put } from '/console/page.js';
import { renew } from '/console/renew.js';
import { Sketch } from '/console/sketch.js';
import { called, t, wrong } from '/console/words.js';

/** What a room reports by hand. The location centre's system reports for it; other agencies report nothing. */
export const SERVICES = { police_112: 'police_112', fire_119: 'fire_119', disaster: 'disaster' };
export const LAW = { police_112: 'POLICE112_9_1', fire_119: 'FIRE119_11_2_1', disaster: 'DISASTER_74_3' };
const TYPES = ['robbery', 'assault', 'theft', 'domestic_violence', 'sexual_violence', 'kidnapping', 'weapon', 'missing', 'suicide_attempt', 'traffic_accident', 'drunk_driving', 'fire', 'rescue', 'medical', 'gas_leak', 'flood', 'landslide'];
const DIGITS = 6; // of a degree: 0.1 m

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk @param {string} at `lat,lon` where it is known already */
export function show(place, desk, at) {
  const service = SERVICES[desk.me.agency_kind];
  const [form, said, submit] = paper(desk, LAW[service], at);
  const map = new Sketch('create', desk.map, { tap: (tapped) => (area?.drawing ? area.add(tapped) : move(tapped)) });
  let others = [];
  let cameras = null; // of the newest of them: something to find one's way by

  const here = () => {
    const [lat, lon] = ['lat', 'lon'].map((name) => form.elements.namedItem(name).value);
    return lat && lon ? { id: 'new', lat: Number(lat), lon: Number(lon), name: t('view.create') } : null;
  };

  const area = service === 'disaster' ? new Area(() => draw(), here) : null;
  const hint = h('p', { class: 'facts' });
  put(place, form, h('div', { class: 'aside' }, hint, area?.element, map.element));

  function move({ lat, lon }) {
    form.elements.namedItem('lat').value = lat.toFixed(DIGITS);
    form.elements.namedItem('lon').value = lon.toFixed(DIGITS);
    draw();
  }

  /** The place of the new one between those that are open. */
  function draw() {
    const units = [here(), ...others].filter((one) => one !== null);
    area?.look();
    map.element.hidden = !units.length;
    renew(hint, t(units.length ? 'create.tap' : 'create.no_map'));
    if (units.length) map.show({ cameras: cameras ?? [], units, area: area?.corners });
  }

  async function read() {
    const found = await desk.read(() => desk.all('/v1/incidents?status=open'));
    if (!found) return;
    others = found.map(({ id, location, type }) => ({ id, lat: location.lat, lon: location.lon, name: called('type', type) }));
    if (found.length) cameras ??= await around(desk, found.at(-1).id);
    draw();
  }

  form.addEventListener('change', draw);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    said.textContent = '';
    try {
      const { id } = await desk.call('POST', '/v1/incidents', { ...report(Object.fromEntries(new FormData(form)), service, desk), ...(area?.ring && { polygon: area.ring }) });
      location.hash = `#/board/${id}`;
    } catch (error) {
      said.textContent = wrong(error);
      submit.disabled = false;
    }
  });
  return { read, leave: () => map.close() };
}

async function around(desk, incident_id) {
  const found = await desk.call('GET', `/v1/incidents/${incident_id}/cameras`).catch(() => ({ cameras: [] }));
  return found.cameras.map((camera) => ({ ...camera, id: camera.camera_id }));
}

function paper(desk, law, at) {
  const [, lat = '', lon = ''] = /^(-?[\d.]+),(-?[\d.]+)$/.exec(at) ?? [];
  const said = h('p', { class: 'wrong', role: 'alert' });
  const submit = h('button', { type: 'submit', class: 'primary' }, t('create.do'));
  const form = h(
    'form',
    { class: 'card' },
    h(
      'div',
      { class: 'pair' },
      row({ name: 'type', label: t('create.type'), type: 'select', options: TYPES.map((one) => [one, called('type', one)]) }),
      row({ name: 'priority', label: t('create.priority'), type: 'select', options: ['0', '1', '2', '3', '4'].map((one) => [one, t(`priority.${one}`)]), value: '1' }),
    ),
    row({ name: 'address', label: t('create.address'), optional: true }),
    h('div', { class: 'pair' }, row({ name: 'lat', label: t('create.lat'), type: 'number', value: lat }), row({ name: 'lon', label: t('create.lon'), type: 'number', value: lon })),
    row({ name: 'summary', label: t('create.summary'), type: 'textarea', most: 2000 }),
    h(
      'div',
      { class: 'pair' },
      row({ name: 'unit', label: t('create.unit'), type: 'select', options: [['', t('create.later')], ...desk.units.map(({ id, call_sign }) => [id, call_sign])], optional: true }),
      row(basis(law)),
    ),
    said,
    h('p', { class: 'row end' }, submit),
  );
  return [form, said, submit];
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
