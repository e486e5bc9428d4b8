/** What is known before anybody is there: whom it is about, the building, what is dangerous in it, where water is. The dangerous comes first. */
import { text } from '/sdk/words.js';

const ORDER = ['hazmat', 'building', 'hydrant', 'note', 'photo_ref'];

/** The hydrants whose place is known, as the map takes them. @param {object[]} attachments of the incident */
export function water(attachments) {
  return attachments.filter(({ kind, position }) => kind === 'hydrant' && position).map(({ id, label, position, hydrant }) => ({ id, name: label, in_service: hydrant.in_service, ...position }));
}

/** @param {HTMLElement} place @param {object[]} attachments of the incident @param {HTMLElement | null} [person] the card of whom it is about */
export function facts(place, attachments, person = null) {
  const sorted = [...attachments].sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind));
  name(document.getElementById('facts_tab'), person !== null, !sorted.length && !person);
  const told = JSON.stringify([person !== null, sorted]);
  if (place.dataset.told === told) return; // read every few seconds, and somebody may be scrolling
  place.dataset.told = told;
  place.replaceChildren(...(person ? [person] : []), ...sorted.map(card));
}

function name(tab, of_person, hidden) {
  tab.hidden = hidden;
  tab.dataset.text = of_person ? 'tablet.facts_person' : 'tablet.facts';
  tab.textContent = text(tab.dataset.text);
}

function card({ kind, label, ...more }) {
  const card = document.createElement('section');
  card.dataset.kind = kind;
  card.append(line('h3', `${text(`tablet.fact.${kind}`)} · ${label}`));
  for (const [name, value] of Object.entries(more[kind] ?? {})) if (value !== null && value !== '' && !(Array.isArray(value) && !value.length)) card.append(line('p', said(name, value)));
  return card;
}

function said(name, value) {
  if (name === 'in_service') return text(value ? 'tablet.fact.in_service' : 'tablet.fact.out_of_service');
  if (name === 'type') return text(`tablet.fact.${value}`);
  if (name === 'text' || name === 'ref') return value;
  return text(`tablet.fact.${name}`, { value: Array.isArray(value) ? value.join(', ') : value });
}

function line(tag, said) {
  const element = document.createElement(tag);
  element.textContent = said;
  return element;
}
