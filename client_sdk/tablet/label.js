/** What is written over the picture: its state in a word, a colour and a shape, how old it is, and why. */
import * as words from '/words.js';

const OLD = new Set(['stale', 'last_good']); // may cover some of the picture to say what to do

/** @param {HTMLElement} place @param {import('/sdk/standing.js').Standing} standing */
export function label(place, { state, source, age_s, taken_at, reason }) {
  const [korean, english] = words.standing(state);
  write(place, '.badge b', korean);
  write(place, '.badge .english', english);
  write(place, '.badge .age', korean ? words.age(state, age_s, taken_at) : '');
  const [what, advice] = source ? words.why(reason) : ['', '']; // without a picture the cover says why
  write(place, '.why b', what);
  write(place, '.why span', OLD.has(state) ? advice : '');
}

/** Nothing is written over the picture any more. @param {HTMLElement} place */
export function unlabel(place) {
  for (const part of ['.badge b', '.badge .english', '.badge .age', '.why b', '.why span']) write(place, part, '');
}

/** @param {HTMLElement} place @param {string} part @param {string} text */
export function write(place, part, text) {
  const element = place.querySelector(part);
  if (element.textContent !== text) element.textContent = text;
}
