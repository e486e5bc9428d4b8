/** What every view works with: the client, who signed in, names of units and rooms, and what is told of its reading and doing. */
import { wrong } from '/console/words.js';

const MOST_PAGES = 20;

export class Desk {
  /**
   * @param {import('/sdk/client.js').Client} client @param {(text: string) => void} say
   * @param {(part: string, error: any) => void} told how reading a part of the view went: no error, and it is fresh
   */
  constructor(client, say, told) {
    this.client = client;
    this.say = say;
    this.#told = told;
    /** @type {any} as GET /v1/me has it */
    this.me = null;
    /** @type {object | null} the agency's base map */
    this.map = null;
    /** Whether this is the listener of administrators and auditors, which shows no picture. */
    this.managing = false;
    /** Which showing of a view this is: what an earlier one asked for does not count for it. */
    this.turn = 0;
    this.#units = new Map();
    this.#rooms = new Map();
  }

  #units;
  #rooms;
  #told;

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
    this.#units.clear();
    this.#rooms.clear();
    const room = this.is('dispatcher', 'supervisor');
    const works = room || (this.is('officer') && this.me.centre_id !== null);
    this.map = works ? (await this.call('GET', '/v1/me/dispatches')).map : null;
    const units = room || this.is('admin') ? await this.all('/v1/units') : [];
    for (const unit of units) this.#units.set(unit.id, unit);
    for (const one of works ? await this.all('/v1/rooms') : []) this.#rooms.set(one.id, one);
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
    element.dataset.busy = '';
    try {
      await act();
      this.say(done);
    } catch (error) {
      this.say(wrong(error));
    } finally {
      element.disabled = false;
      delete element.dataset.busy;
    }
  }

  /** In so many minutes, as the server takes it. @param {number} minutes */
  in_minutes(minutes) {
    return new Date(this.now_ms + minutes * 60_000).toISOString();
  }

  /**
   * Read for a view that may be gone: how it went stands above the view. @template T
   * @param {() => Promise<T>} read @param {string} [part] of the view @returns {Promise<T | null>} null where it failed
   */
  async read(read, part = '') {
    const { turn } = this;
    const tell = (error) => turn === this.turn && this.#told(part, error);
    try {
      const found = await read();
      tell(null);
      return turn === this.turn ? found : null;
    } catch (error) {
      tell(error);
      return null;
    }
  }

  /** Read for something a person just asked for: what fails is said. @template T @param {() => Promise<T>} read @returns {Promise<T | null>} */
  async quietly(read) {
    try {
      return await read();
    } catch (error) {
      this.say(wrong(error));
      return null;
    }
  }
}
