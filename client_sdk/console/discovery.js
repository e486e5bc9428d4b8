/** What a camera says of itself by ONVIF beside what is registered. Nothing is changed by it: that is done in the registration. */
import { row } from '/console/dialog.js';
import { badge, button, h, put, table } from '/console/page.js';
import { renew } from '/console/renew.js';
import { called, day, mend, t, why } from '/console/words.js';

const AGAIN_MS = 1_500;

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const names = h('datalist', { id: 'cameras' });
  const answer = h('div', { class: 'answer' });
  const form = h('form', { class: 'filters' }, row({ name: 'camera', label: t('camera') }), h('button', { type: 'submit' }, t('discovery.look')));
  const field = form.elements.namedItem('camera');
  field.setAttribute('list', 'cameras');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    choose();
  });
  put(place, form, h('p', { class: 'facts' }, t('discovery.hint')), names, answer);
  let cameras = [];
  let id = '';
  let timer = 0;

  async function read() {
    if (!cameras.length) {
      cameras = (await desk.read(() => desk.all('/v1/cameras'))) ?? [];
      put(names, cameras.map((one) => h('option', { value: one.id }, one.name)));
    }
    await look();
  }

  function choose() {
    const said = field.value.trim();
    id = cameras.find((one) => one.name === said)?.id ?? said;
    put(answer);
    return look();
  }

  async function look() {
    clearTimeout(timer);
    if (!id) return;
    const known = await desk.read(() => desk.call('GET', `/v1/cameras/${encodeURIComponent(id)}/discovery`), 'discovery');
    if (known?.camera_id !== id) return;
    draw(known);
    if (known.waiting) timer = setTimeout(look, AGAIN_MS);
  }

  const ask = (event) => desk.act(event, () => desk.call('POST', `/v1/cameras/${encodeURIComponent(id)}/discovery`).then(look));

  function draw(known) {
    const name = cameras.find((one) => one.id === id)?.name ?? '';
    renew(
      answer,
      h('h2', {}, `${name} · ${id}`),
      h('p', { class: 'row' }, button(t('discovery.ask'), ask, { class: 'primary', 'data-key': 'ask' }), stands(known), known.found_at && h('span', { class: 'facts' }, t('discovery.at', { at: day(known.found_at) }))),
      known.outcome && known.outcome !== 'found' && h('p', {}, failed(known.outcome)),
      known.found && table(t('discovery.differences'), [t('discovery.field'), t('discovery.registered'), t('discovery.found')], known.differences.map((one) => [h('code', {}, one.field), said(one.registered), said(one.found)]), t('discovery.same')),
    );
  }

  return { read, leave: () => clearTimeout(timer) };
}

function stands({ waiting, outcome, differences }) {
  if (waiting) return badge('late', t('discovery.waiting'));
  if (outcome === null) return badge('quiet', t('discovery.never'));
  if (outcome !== 'found') return badge('alarm', t('discovery.failed'));
  return differences.length ? badge('late', t('discovery.differ', { n: differences.length })) : badge('good', t('discovery.same'));
}

/** What stood in the way, and what mends it: ONVIF's own faults, or those of any call to a camera. */
function failed(outcome) {
  const known = called('discovered', outcome);
  return known === outcome ? `${why(outcome)}. ${mend(outcome)}` : known;
}

/** @param {any} value of the registration */
function said(value) {
  if (value === null) return t('discovery.nothing');
  return typeof value === 'object' ? h('pre', {}, JSON.stringify(value, null, 1)) : String(value);
}
