/**
 * The marks over a map's ground. A mark that stays keeps its element: a finger on it, or the keyboard's focus, is not lost as the map moves.
 *
 * @typedef {object} Mark
 * @property {string} key the same for the same thing, unlike all others'
 * @property {string} kind of `camera cluster incident own unit step water`
 * @property {[number, number]} at pixels from the top left of the ground
 * @property {string} sign
 * @property {string} label said to who does not see it
 * @property {string} [note] written beneath
 * @property {Record<string, string>} [data] what its looks depend on
 * @property {number} [turned_deg] of the sign, clockwise
 * @property {boolean} [pressed]
 * @property {() => void} [act] makes it a button
 */
export class Marks {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
  }

  #place;
  /** @type {Map<string, { element: HTMLElement, act?: () => void }>} */
  #drawn = new Map();

  /** These and no others. @param {Mark[]} marks */
  lay(marks) {
    const before = this.#drawn;
    this.#drawn = new Map(marks.map((mark) => [mark.key, before.get(mark.key) ?? this.#made(mark)]));
    for (const [key, { element }] of before) if (!this.#drawn.has(key)) element.remove();
    for (const mark of marks) dress(this.#drawn.get(mark.key), mark);
  }

  #made(mark) {
    const element = document.createElement(mark.act ? 'button' : 'div');
    element.className = 'mark';
    element.append(part('sign'), part('under'));
    const drawn = { element };
    if (mark.act) {
      element.type = 'button';
      element.addEventListener('click', () => drawn.act());
    } else element.setAttribute('role', 'img');
    this.#place.append(element);
    return drawn;
  }
}

function dress(drawn, { kind, at, sign, label, note = '', data = {}, turned_deg, pressed, act }) {
  const { element } = drawn;
  drawn.act = act;
  Object.assign(element.dataset, { kind, ...data });
  element.style.translate = `${Math.round(at[0])}px ${Math.round(at[1])}px`;
  element.setAttribute('aria-label', label);
  if (act) element.setAttribute('aria-pressed', String(pressed));
  const [shape, under] = element.children;
  if (shape.textContent !== sign) shape.textContent = sign;
  shape.style.rotate = turned_deg === undefined ? '' : `${turned_deg}deg`;
  if (under.textContent !== note) under.textContent = note;
}

function part(name) {
  return Object.assign(document.createElement('span'), { className: name });
}
