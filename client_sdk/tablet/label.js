/** What is written over the picture: its state in a word, a colour and a shape, how old it is, and why. */
import * as words from '/words.js';

const PLAIN = new Set(['live', 'delayed', 'stills', 'stale', 'last_good']); // with a picture behind it; without one the cover says why

/** @param {HTMLElement} place @param {import('/sdk/standing.js').Standing} standing */
export function label(place, { state, age_s, taken_at, reason }) {
  const [korean, english] = words.standing(state);
  write(place, '.badge b', korean);
  write(place, '.badge .english', english);
  write(place, '.badge .age', korean ? words.age(state, age_s, taken_at) : '');
  write(place, '.why', PLAIN.has(state) ? words.why(reason)[0] : '');
}

/** Nothing is written over the picture any more. @param {HTMLElement} place */
export function unlabel(place) {
  for (const part of ['.badge b', '.badge .english', '.badge .age', '.why']) write(place, part, '');
}

/** @param {HTMLElement} place @param {string} part @param {string} text */
export function write(place, part, text) {
  const element = place.querySelector(part);
  if (element.textContent !== text) element.textContent = text;
}
