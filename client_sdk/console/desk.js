/** What every view works with: the client, who signed in, names of units and rooms, and a line that says what went wrong. */
import { t, wrong } from '/console/words.js';

const MOST_PAGES = 20;

export class Desk {
  /** @param {import('/sdk/client.js').Client} client @param {(text: string) => void} say */
  constructor(client, say) {
    this.client = client;
    this.say = say;
    /** @type {any} as GET /v1/me has it */
    this.me = null;
    /** Whether this is the listener of administrators and auditors, which shows no picture. */
    this.managing = false;
    this.#units = new Map();
    this.#rooms = new Map();
  }

  #units;
  #rooms;

  get now_ms() {
    return this.client.clock.now() ?? Date.now();
  }

  /** @param {...string} roles */
  is(...roles) {
    return roles.includes(this.me?.role);
  }

  /** Learn who signed in, and by which listener: only one of them knows what administrators may read. */
  async begin() {
    this.me = await this.client.call('GET', '/v1/me');
    if (this.is('dispatcher', 'supervisor')) {
      const [units, rooms] = await Promise.all([this.all('/v1/units'), this.all('/v1/rooms')]);
      for (const unit of units) this.#units.set(unit.id, unit);
      for (const room of rooms) this.#rooms.set(room.id, room);
    }
  }

  /** @returns {any[]} by call sign */
  get units() {
    return [...this.#units.values()].sort((a, b) => a.call_sign.localeCompare(b.call_sign, 'ko'));
  }

  /** @param {string} id */
  call_sign(id) {
    return this.#units.get(id)?.call_sign ?? id;
  }

  /** The other rooms. @returns {any[]} by name */
  get rooms() {
    const others = [...this.#rooms.values()].filter(({ id }) => id !== this.me.agency_id);
    return others.sort((a, b) => a.name.localeCompare(b.name, 'ko'));
  }

  /** What a room is called. @param {string} id */
  room(id) {
    return this.#rooms.get(id)?.name ?? id;
  }

  /** @param {string} method @param {string} path @param {object} [body] */
  call(method, path, body) {
    return this.client.call(method, path, body);
  }

  /** A whole list. @param {string} path */
  async all(path) {
    const items = [];
    let cursor = '';
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const more = `${path.includes('?') ? '&' : '?'}limit=200${cursor && `&cursor=${cursor}`}`;
      const page = await this.call('GET', path + more);
      items.push(...page.items);
      cursor = page.next_cursor ?? '';
      if (!cursor) break;
    }
    return items;
  }

  /** Do what a button stands for, once, and say what went wrong. @param {Event} event @param {() => Promise<any>} act @param {string} [done] */
  async act(event, act, done = '') {
    const element = /** @type {HTMLButtonElement} */ (event.currentTarget);
    if (element.disabled) return;
    element.disabled = true;
    try {
      await act();
      this.say(done);
    } catch (error) {
      this.say(wrong(error));
    } finally {
      element.disabled = false;
    }
  }

  /** In so many minutes, as the server takes it. @param {number} minutes */
  in_minutes(minutes) {
    return new Date(this.now_ms + minutes * 60_000).toISOString();
  }

  /** Read for a view that may be gone; what fails is said. @param {() => Promise<any>} read */
  async quietly(read) {
    try {
      return await read();
    } catch (error) {
      this.say(error.name === 'Offline' ? t('offline') : wrong(error));
      return null;
    }
  }
}
