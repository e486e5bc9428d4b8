/**
 * The order of a list that does not move under a finger: while somebody is at it, what is known stays where it is, what is new comes
 * last, and what is gone stays, shut, in its place. When nobody was at it for a while it takes its proper order, and a press in the
 * moment after that counts for nothing.
 */
const AT_IT_MS = 6_000;
const SWALLOW_MS = 400;

/**
 * @template T
 * @param {T[]} shown in the order of the screen @param {T[]} found in their proper order @param {(one: T) => string} key
 * @returns {{ one: T, over: boolean }[]} what to show while somebody is at the list
 */
export function inPlace(shown, found, key) {
  const now = new Map(found.map((one) => [key(one), one]));
  const before = new Set(shown.map(key));
  const kept = shown.map((one) => ({ one: now.get(key(one)) ?? one, over: !now.has(key(one)) }));
  return [...kept, ...found.filter((one) => !before.has(key(one))).map((one) => ({ one, over: false }))];
}

/** Whether something that stays would stand elsewhere. @param {string[]} before @param {string[]} after */
export function moves(before, after) {
  const stays = new Set(after);
  return before.some((one, at) => stays.has(one) && after[at] !== one);
}

export class Steady {
  /** @param {HTMLElement} place @param {(one: any) => string} [key] */
  constructor(place, key = ({ id }) => id) {
    this.#place = place;
    this.#key = key;
    const at_it = () => (this.#at_it_ms = performance.now());
    for (const kind of ['pointermove', 'pointerdown', 'pointerup', 'keydown', 'focusin']) place.addEventListener(kind, at_it);
  }

  #place;
  #key;
  #shown = [];
  #at_it_ms = -Infinity;

  /** @param {any[]} found in their proper order @returns {{ one: any, over: boolean }[]} what to show; `over`: gone since */
  order(found) {
    const busy = performance.now() - this.#at_it_ms < AT_IT_MS;
    const next = busy ? inPlace(this.#shown, found, this.#key) : found.map((one) => ({ one, over: false }));
    if (moves(this.#shown.map(this.#key), next.map(({ one }) => this.#key(one)))) this.#swallow();
    this.#shown = next.map(({ one }) => one);
    return next;
  }

  #swallow() {
    this.#place.classList.add('moved');
    setTimeout(() => this.#place.classList.remove('moved'), SWALLOW_MS);
  }
}
