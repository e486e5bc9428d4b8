/** What is known of the place before anybody is there: the building, what is dangerous in it, where water is. The dangerous comes first. */
import { text } from '/sdk/words.js';

const ORDER = ['hazmat', 'building', 'hydrant', 'note', 'photo_ref'];

/** @param {HTMLElement} place @param {object[]} attachments of the incident */
export function facts(place, attachments) {
  const sorted = [...attachments].sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind));
  document.getElementById('facts_tab').hidden = !sorted.length;
  const told = JSON.stringify(sorted);
  if (place.dataset.told === told) return; // read every few seconds, and somebody may be scrolling
  place.dataset.told = told;
  place.replaceChildren(...sorted.map(card));
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
