/** Lists that are read again and again: each card or row keeps its element and its place while somebody is at them. */
import { h, table } from '/console/page.js';
import { renew } from '/console/renew.js';
import { Steady } from '/console/steady.js';

const by_id = ({ id }) => id;

/**
 * Cards in a list. @param {HTMLElement} list @param {(one: any) => HTMLElement} card makes a list item
 * @param {string} empty said where there are none
 * @returns {(found: any[]) => void} shows what was found, in its proper order
 */
export function cards(list, card, empty) {
  const steady = new Steady(list);
  return (found) => {
    const order = steady.order(found);
    renew(list, order.length ? order.map(({ one, over }) => shut(card(one), by_id(one), over)) : h('li', { class: 'empty' }, empty));
  };
}

/**
 * Rows of a table.
 * @param {HTMLElement} place @param {{ caption: string, headings: string[], empty: string, key?: (one: any) => string }} about
 * @param {(one: any) => any[]} line the cells of one
 * @returns {(found: any[]) => void}
 */
export function rows(place, { caption, headings, empty, key = by_id }, line) {
  const steady = new Steady(place, key);
  return (found) => {
    const shown = steady.order(found).map(({ one, over }) => ({ key: key(one), over, cells: line(one) }));
    renew(place, table(caption, headings, shown, empty));
  };
}

function shut(item, key, over) {
  item.dataset.row = key;
  item.classList.toggle('over', over);
  item.inert = over;
  return item;
}
