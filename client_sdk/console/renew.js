/**
 * Showing a part of the page anew with as little change as possible.
 *
 * Invariant: what stays is the same element, so a press under way, the keyboard's place, a chosen option and a scrolled table survive
 * every refresh. Siblings are matched by `data-row` or `data-key`, the others by their order and name; `data-keep` is left alone.
 */
import { takeActs } from '/console/page.js';

/** @param {HTMLElement} place @param {...any} children what `h` takes */
export function renew(place, ...children) {
  const stood = place.contains(document.activeElement);
  const wanted = children.flat(2).filter((child) => child !== null && child !== undefined && child !== false);
  merge(place, wanted.map((child) => (child instanceof Node ? child : document.createTextNode(String(child)))));
  if (stood && !place.contains(document.activeElement)) /** @type {HTMLElement | null} */ (place.closest('main'))?.focus({ preventScroll: true });
}

/** @param {any} node */
const key = (node) => node.dataset?.row ?? node.dataset?.key ?? node.dataset?.keep ?? null;

function merge(parent, wanted) {
  const free = [...parent.childNodes];
  const next = wanted.map((fresh) => {
    const found = free.findIndex((old) => old.nodeName === fresh.nodeName && key(old) === key(fresh));
    return found < 0 ? fresh : update(free.splice(found, 1)[0], fresh);
  });
  free.forEach((old) => old.remove());
  next.forEach((node, at) => parent.childNodes[at] !== node && parent.insertBefore(node, parent.childNodes[at] ?? null));
}

function update(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return old;
  }
  takeActs(old, fresh);
  if (old.dataset.keep) return old;
  const chosen = old.nodeName === 'SELECT' ? old.value : null;
  if (!old.hasAttribute('data-busy')) dress(old, fresh);
  if (old.nodeName !== 'TEXTAREA') merge(old, [...fresh.childNodes]);
  if (chosen !== null && [...old.options].some(({ value }) => value === chosen)) old.value = chosen;
  return old;
}

function dress(old, fresh) {
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && name !== 'open') old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}
