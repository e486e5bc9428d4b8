/**
 * What the pages say, from the catalogues of client_sdk/words: Korean unless English was chosen on this device.
 *
 * A key names a text, a list of texts, or a part of the catalogue, by dots: `tablet.login`. `{name}` in a text is filled in; a text
 * that is `@key` is the text of `common.key`. Importing this module waits for the catalogue.
 */
import { keep, kept } from './kept.js';

const LANGUAGES = ['ko', 'en'];
const CHOSEN = 'language';

/** @type {'ko' | 'en'} */
export let language = await kept(CHOSEN).then((chosen) => (LANGUAGES.includes(chosen) ? chosen : 'ko'), () => 'ko');
let catalogue = await load();

/**
 * One text.
 * @param {string} key @param {Record<string, string | number>} [values]
 * @returns {string} the key itself where there is no such text
 */
export function text(key, values = {}) {
  const found = find(key);
  return typeof found === 'string' ? filled(found, values) : key;
}

/** A list of texts, such as what happened and what to do. @param {string} key @returns {string[]} */
export function texts(key) {
  const found = find(key);
  return Array.isArray(found) ? found.map((one) => (one.startsWith('@') ? text(`common.${one.slice(1)}`) : one)) : [key, ''];
}

/** Whether the catalogue has it. @param {string} key */
export function has(key) {
  return find(key) !== undefined;
}

/** Write the texts into a page: `data-text` names what an element says, `data-label` its label. @param {ParentNode} [root] */
export function fill(root = document) {
  if (root === document) {
    document.documentElement.lang = language;
    document.title = text('common.brand');
  }
  for (const element of root.querySelectorAll('[data-text]')) element.textContent = text(element.dataset.text);
  for (const element of root.querySelectorAll('[data-label]')) element.setAttribute('aria-label', text(element.dataset.label));
  for (const template of root.querySelectorAll('template')) fill(template.content);
}

/** Speak the other language from now on, also after a restart: the page is loaded anew. */
export async function change() {
  await keep(CHOSEN, language === 'ko' ? 'en' : 'ko');
  location.reload();
}

/** Speak that language from now on, in a page that shows itself anew. @param {'ko' | 'en'} chosen */
export async function speak(chosen) {
  language = chosen;
  catalogue = await load();
}

function load() {
  return fetch(`/words/${language}.json`, { credentials: 'same-origin' }).then((answer) => answer.json());
}

function find(key) {
  return key.split('.').reduce((part, name) => (part && Object.hasOwn(part, name) ? part[name] : undefined), catalogue);
}

function filled(found, values) {
  return found.replaceAll(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(values, name) ? String(values[name]) : place));
}
