/** The calls of `calls.js` as methods of one caller: its nouns, named as those of the Python SDK. For programs; the tablet goes without. */
import { asked } from './caller.js';
import { CALLS } from './calls.js';

/** @param {import('./caller.js').Caller} caller @returns {import('./nouns.js').Nouns} */
export function nouns(caller) {
  const of = (entries, make) => Object.fromEntries(Object.entries(entries).map(([name, one]) => [name, make(one, name)]));
  return of(CALLS, (calls, noun) => of(calls, (said, name) => method(caller, `${noun}.${name}`, said)));
}

function method(caller, name, said) {
  const [line, fixed] = [said].flat();
  const [verb, template, how = ''] = line.split(' ');
  const ids = template.match(/(?<=\{)\w+(?=\})/g) ?? [];
  return (...given) => {
    const path = ids.reduce((path, id, index) => path.replace(`{${id}}`, segment(given[index], `${name}: ${id}`)), template);
    const told = given[ids.length];
    if (verb === 'LIST') return caller.pages(path, told);
    if (verb === 'FILE') return caller.file(path, told);
    if (verb === 'GET') return member(caller.call('GET', path + asked(told ?? {})), how);
    if (how.includes('/')) return caller.call(verb, path, new Blob([told], { type: how }));
    const body = told || fixed ? { ...told, ...fixed } : undefined;
    return member(caller.call(verb, path, body, { once: how === 'once' }), how);
  };
}

/** An id as one segment of a path; without it the call would be another one. */
function segment(id, what) {
  if (typeof id !== 'string' || !id) throw new TypeError(`${what} is not given`);
  return encodeURIComponent(id);
}

async function member(answer, how) {
  return how.startsWith('.') ? (await answer)[how.slice(1)] : answer;
}
