/** The page's own parts: which view is on, the band over everything, what is read aloud. */
import { text } from '/sdk/words.js';

/** @param {string} id @returns {HTMLElement} */
export const $ = (id) => document.getElementById(id);

/** @param {'login' | 'locked' | 'waiting' | 'dispatch' | 'aside'} name */
export function view(name) {
  document.body.dataset.view = name;
  if (name !== 'waiting') told('', '');
  if (name !== 'login') signedOut();
  if (name === 'login') $('username').focus();
  if (name === 'locked') $('pin').focus();
  if (name === 'aside') $('take').focus();
}

/** Why the last dispatch ended, as long as nothing else is on the screen. @param {string} title @param {string} advice */
export function told(title, advice) {
  reason($('ended'), title, advice);
  if (title) say(`${title}. ${advice}`);
}

/** Why the login is over, beside the form for the next one. @param {string[]} [why] title and advice; none: nothing to say */
export function signedOut([title, advice] = ['', '']) {
  reason($('signed_out'), title, advice);
}

function reason(place, title, advice) {
  place.querySelector('strong').textContent = title;
  place.querySelector('span').textContent = advice;
  place.hidden = !title;
}

/** One line over every view; empty for none. @param {string} said */
export function band(said) {
  $('band').textContent = said;
  $('band').hidden = !said;
}

/** For those who hear the page. @param {string} said */
export function say(said) {
  $('said').textContent = said;
}

/** @param {'online' | 'offline' | 'refused'} state of the push line */
export function line(state) {
  $('line').textContent = text(state === 'online' ? 'tablet.online' : 'tablet.connecting');
  document.body.dataset.line = state;
}

let lit = null;

/** A dispatch on the screen keeps it lit; not everywhere possible, never needed. @param {boolean} wanted */
export function stayAwake(wanted) {
  lit?.then((lock) => lock?.release()).catch(() => {});
  lit = wanted ? (navigator.wakeLock?.request('screen').catch(() => null) ?? null) : null;
}

// The browser lets go of it with every change to another window.
document.addEventListener('visibilitychange', () => lit && document.visibilityState === 'visible' && stayAwake(true));
