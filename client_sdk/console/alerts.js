/** Alerts about vulnerable persons, the newest first: who pressed for help or left the safe zone. The chosen one is beside them. */
import { ALERTS, detail, standing } from '/console/alert.js';
import { cards } from '/console/lists.js';
import { h, put } from '/console/page.js';
import { called, lasting, t } from '/console/words.js';

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk @param {string} chosen an alert's id */
export function show(place, desk, chosen) {
  const list = h('ol', { class: 'incidents', 'aria-label': t('view.alerts') });
  const beside = h('div', { class: 'beside' });
  const past = h('input', { type: 'checkbox', id: 'past', onchange: () => read() });
  put(place, h('div', { class: 'column' }, h('p', { class: 'row' }, past, h('label', { for: 'past' }, t('alerts.past'))), list), beside);
  const one = detail(beside, desk, read);
  let here = chosen;
  const showCards = cards(list, (alert) => card(alert, desk, alert.id === here), t('alerts.none'));

  async function read() {
    const found = await desk.read(() => Promise.all([desk.all(ALERTS), desk.all(`${ALERTS}?over=true`)]));
    if (!found) return;
    const [open, over] = found.map((some) => some.sort((a, b) => b.at.localeCompare(a.at)));
    here ||= open[0]?.id ?? ''; // and stays, whatever comes: somebody is working on it
    showCards([...open, ...over.filter(({ id }) => past.checked || id === here)]);
    one.show(here, [...open, ...over].find(({ id }) => id === here));
  }
  return { read, hear: one.hear, leave: one.leave };
}

function card(alert, desk, here) {
  const { id, kind, position, at, status } = alert;
  return h(
    'li',
    {},
    h(
      'a',
      { href: `#/alerts/${id}`, class: 'incident', 'aria-current': here && 'true', 'data-priority': kind === 'panic' ? '0' : '1', 'data-status': status === 'ended' ? 'closed' : 'open', 'data-key': id },
      h('span', { class: 'head' }, h('b', {}, called('type', kind)), h('span', { class: 'since' }, t('ago', { ago: lasting((desk.now_ms - Date.parse(at)) / 1000) }))),
      position && h('span', {}, `${position.lat.toFixed(5)}, ${position.lon.toFixed(5)}`),
      h('span', { class: 'units' }, standing(alert, desk)),
    ),
  );
}
