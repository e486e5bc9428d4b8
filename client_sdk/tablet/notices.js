/** What is not as it should be with this device, each a line under the header until it is mended: a shape, a word, a colour, what to do. */
import { $ } from '/page.js';

const TOLD_MS = 4_000;

/**
 * @param {string} name of what it is about; one line each
 * @param {string[] | null} said title and advice; null takes it away
 * @param {'wrong' | 'told'} [kind] to be mended, or only to be known
 */
export function notice(name, said, kind = 'wrong') {
  const found = $('notices').querySelector(`[data-notice='${name}']`);
  if (!said) return found?.remove();
  const line = found ?? document.createElement('p');
  const [title, advice] = ['b', 'span'].map((tag, i) => Object.assign(document.createElement(tag), { textContent: said[i] ?? '' }));
  if (line.textContent === title.textContent + advice.textContent) return; // read aloud once
  line.dataset.notice = name;
  line.dataset.kind = kind;
  line.replaceChildren(title, advice);
  if (!found) $('notices').append(line);
}

/** The same for a moment. @param {string} name @param {string[]} said @param {'wrong' | 'told'} [kind] */
export function tell(name, said, kind = 'told') {
  notice(name, said, kind);
  setTimeout(() => notice(name, null), TOLD_MS);
}
