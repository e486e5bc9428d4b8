/** Elements without markup: what the server told goes into the page as text only. */

const ACTS = new WeakMap(); // what an element does, by event: it can be given something else to do
const act = (event) => ACTS.get(event.currentTarget)[event.type](event);

function listen(element, name, does) {
  if (!ACTS.has(element)) ACTS.set(element, {});
  if (!ACTS.get(element)[name]) element.addEventListener(name, act);
  ACTS.get(element)[name] = does;
}

/** What the one does, the other does from now on. @param {Element} element @param {Element} from */
export function takeActs(element, from) {
  for (const [name, does] of Object.entries(ACTS.get(from) ?? {})) listen(element, name, does);
}

/**
 * One element.
 * @param {string} tag
 * @param {Record<string, any>} [given] attributes; `onclick` and the like are listeners; what is null, undefined or false is left out
 * @param {...any} children elements and texts
 * @returns {any}
 */
export function h(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') listen(element, name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * Show these in a place instead of what was there; who stood on a `data-key` with the keyboard stands on it again.
 * @param {HTMLElement} place @param {...any} children
 */
export function put(place, ...children) {
  const stood = place.contains(document.activeElement) ? document.activeElement?.closest('[data-key]') : null;
  place.replaceChildren(...children.flat(2).filter(Boolean));
  const key = stood?.getAttribute('data-key');
  if (key) [...place.querySelectorAll('[data-key]')].find((one) => one.getAttribute('data-key') === key)?.focus();
}

/**
 * A table; `empty` is said instead where there are no rows.
 * @param {string} caption @param {string[]} headings
 * @param {(any[] | { key: string, over?: boolean, cells: any[] })[]} rows cells of each row; `over`: gone, and shut
 * @param {string} empty
 */
export function table(caption, headings, rows, empty) {
  if (!rows.length) return h('p', { class: 'empty' }, empty);
  const line = (row) => {
    const { key, over = false, cells } = Array.isArray(row) ? { key: null, cells: row } : row;
    return h('tr', { 'data-row': key, class: over && 'over', inert: over }, cells.map((cell) => h('td', {}, cell)));
  };
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h(
      'table',
      {},
      h('caption', { class: 'hidden' }, caption),
      h('thead', {}, h('tr', {}, headings.map((heading) => h('th', { scope: 'col' }, heading)))),
      h('tbody', {}, rows.map(line)),
    ),
  );
}

/** A button. @param {string} name @param {(event: Event) => void} onclick @param {Record<string, any>} [given] */
export const button = (name, onclick, given = {}) => h('button', { type: 'button', onclick, ...given }, name);

/** A state in a word, a colour and a shape. @param {string} kind `good`, `late`, `alarm` or `quiet` @param {string} name */
export const badge = (kind, name) => h('span', { class: 'badge', 'data-kind': kind }, name);

/** A part of a view with a heading. @param {string} title @param {...any} children */
export const section = (title, ...children) => h('section', { 'aria-label': title }, h('h2', {}, title), ...children);
