/**
 * The controls of a camera that turns, for a page to put beside its picture: why, arrows, zoom, places, how long still, give back.
 *
 * One tap or one key is one short move: nothing has to be held down. What is refused, and what the camera did not do, is said in words.
 */
const REASONS = ['flight', 'closer_look', 'person', 'vehicle', 'smoke'];
const REASON_MOST = 200;
const SPEED = 0.5; // of what the camera can
const STEP_MS = 400;
const MOVES = {
  up: { tilt: SPEED },
  left_way: { pan: -SPEED },
  right_way: { pan: SPEED },
  down: { tilt: -SPEED },
  closer: { zoom: SPEED },
  farther: { zoom: -SPEED },
};
const SIGNS = { up: '▲', left_way: '◀', right_way: '▶', down: '▼', closer: '＋', farther: '－' };
const KEYS = { ArrowUp: 'up', ArrowLeft: 'left_way', ArrowRight: 'right_way', ArrowDown: 'down', '+': 'closer', '=': 'closer', '-': 'farther' };
const SILENT_S = 6; // a camera that can be reached answers within five
const TAKEN = 'asked'; // what the server notes of a move that the camera took

export class SteeringPanel {
  /**
   * @param {HTMLElement} place
   * @param {object} page
   * @param {(key: string, values?: Record<string, string | number>) => string} page.text of the catalogue
   * @param {(error: any) => string} page.wrong what went wrong and what to do, in one line
   * @param {() => number} page.now_ms the server's time
   */
  constructor(place, { text, wrong, now_ms }) {
    this.#place = place;
    this.#text = text;
    this.#wrong = wrong;
    this.#now_ms = now_ms;
    place.addEventListener('keydown', (event) => this.#key(event));
  }

  #place;
  #text;
  #wrong;
  #now_ms;
  /** @type {import('./steering.js').Steering | null} */
  #steering = null;
  #asks = false;
  #shown = '';
  #said = null;
  #left = null;

  get offers() {
    return this.#steering !== null;
  }

  /** What is watched may be steered; null: it may not, and what was taken is given back. @param {import('./steering.js').Steering | null} steering */
  watch(steering) {
    this.#steering?.close();
    this.#steering = steering;
    this.#asks = false;
    this.#shown = '';
    steering?.addEventListener('change', () => steering === this.#steering && this.#show());
    this.#show();
  }

  /** Ask why, without asking whether. */
  ask() {
    this.#asks = true;
    this.#steering.wrong = this.#steering.over = null;
    this.#show();
    this.#place.querySelector('button')?.focus();
  }

  /** What was taken is given back; it may be taken again. */
  letGo() {
    this.#asks = false;
    if (this.#steering) this.#steering.wrong = null;
    this.#steering?.release();
    this.#show();
  }

  #show() {
    const steering = this.#steering;
    if (steering?.hold) this.#asks = false;
    const wanted = !steering ? '' : steering.hold ? 'held' : this.#asks ? 'asks' : 'offers';
    if (wanted !== this.#shown) this.#build(wanted);
    if (!steering) return;
    this.#say(this.#saying(steering));
    if (steering.hold) this.#left.textContent = this.#text('common.steer.left', { n: Math.ceil(steering.left_s) });
  }

  #build(wanted) {
    const stood = this.#place.contains(document.activeElement);
    this.#shown = wanted;
    this.#place.dataset.steer = wanted;
    this.#said = element('p', { class: 'told', role: 'status' });
    this.#left = element('p', { class: 'left' });
    const parts = { offers: () => this.#offer(), asks: () => this.#question(), held: () => this.#controls() };
    this.#place.replaceChildren(...(wanted ? [...parts[wanted](), this.#said] : []));
    if (stood) this.#place.querySelector('button')?.focus();
  }

  #offer() {
    return [this.#button('take', () => this.ask(), { class: 'take' })];
  }

  /** A reason of the list takes it with one tap; another is written. */
  #question() {
    const take = (reason) => this.#steering.take(reason);
    const own = element('input', { maxlength: REASON_MOST, required: true, autocomplete: 'off', 'aria-label': this.#text('common.steer.own') });
    own.placeholder = this.#text('common.steer.own');
    const form = element('form', { class: 'own' }, own, element('button', { type: 'submit' }, this.#text('common.steer.own_do')));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (own.value.trim()) take(own.value.trim());
    });
    const known = REASONS.map((name) => this.#button(`reason.${name}`, () => take(this.#text(`common.steer.reason.${name}`))));
    const cancel = this.#button('cancel', () => this.letGo());
    return [element('p', { class: 'question' }, this.#text('common.steer.question')), element('div', { class: 'reasons' }, ...known), form, cancel];
  }

  #controls() {
    const steering = this.#steering;
    const pad = Object.keys(MOVES).map((name) => {
      const arrow = this.#button(name, () => this.#move(name), { class: name, 'aria-label': this.#text(`common.steer.${name}`) });
      arrow.textContent = SIGNS[name];
      return arrow;
    });
    const places = steering.hold.presets.map(({ token, name }) => {
      const to = element('button', { type: 'button', class: 'preset' }, name);
      to.addEventListener('click', () => steering.move({ preset: token }));
      return to;
    });
    const renew = this.#button('renew', () => steering.renew(), { class: 'renew' });
    const release = this.#button('release', () => this.letGo(), { class: 'release' });
    const group = (name, buttons) => element('div', { class: name, role: 'group', 'aria-label': this.#text(`common.steer.${name}`) }, ...buttons);
    return [group('arrows', pad), element('div', { class: 'minute' }, this.#left, renew, release), places.length ? group('places', places) : ''];
  }

  /** What went wrong, what the camera did not do, or how it ended. */
  #saying({ hold, wrong, over, silent_s }) {
    if (wrong) return this.#refusal(wrong);
    if (silent_s > SILENT_S) return this.#not('timeout');
    if (hold) return hold.done === hold.moves && hold.outcome && hold.outcome !== TAKEN ? this.#not(hold.outcome) : '';
    return over ? this.#text(`common.steer.${over}`) : '';
  }

  #refusal(error) {
    if (error.code !== 'ptz_held' || !error.until) return this.#wrong(error);
    const n = Math.max(1, Math.ceil((Date.parse(error.until) - this.#now_ms()) / 1000));
    return this.#text(error.by ? 'common.steer.held_by' : 'common.steer.held_by_another', { by: error.by ?? '', n });
  }

  #not(outcome) {
    const key = { unauthorized: 'not_allowed_there', unreachable: 'unreachable', timeout: 'unreachable', late: 'late' }[outcome];
    return this.#text(`common.steer.${key ?? 'not_done'}`);
  }

  #say(said) {
    if (this.#said.textContent !== said) this.#said.textContent = said;
  }

  #key(event) {
    const name = KEYS[event.key];
    if (!name || !this.#steering?.hold || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (!event.repeat) this.#move(name);
  }

  #move(name) {
    this.#steering.move({ ...MOVES[name], duration_ms: STEP_MS });
  }

  #button(key, act, given = {}) {
    const button = element('button', { type: 'button', ...given }, this.#text(`common.steer.${key}`));
    button.addEventListener('click', act);
    return button;
  }
}

function element(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) made.setAttribute(name, value === true ? '' : value);
  made.append(...children);
  return made;
}
