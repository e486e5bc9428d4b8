/**
 * Steering a camera that is watched: taken for a reason and a minute at a time, moved a little at a time, given back.
 *
 * Invariant: nothing is held that no page shows. What ends the picture calls `close`; the server ends the hold with the session, or
 * after the minute, and gives the preset back, whatever becomes of the page.
 *
 * Emits `change` when something to be shown is another: `hold`, `left_s`, `wrong`, `over`.
 */
const LOOK_MS = 1_000;
const ASK_EVERY = 2; // looks: what the camera said of the newest move, and whether the hold goes on
const MINUTE_S = 60; // the most the server gives at once
const GONE = new Set(['ptz_not_held', 'ptz_not_watching', 'incident_over']);

export class Steering extends EventTarget {
  /** @param {import('./caller.js').Caller} client @param {{ camera_id: string, incident_id: string }} which `steers_for` of the session */
  constructor(client, { camera_id, incident_id }) {
    super();
    this.#client = client;
    this.#path = `/v1/cameras/${encodeURIComponent(camera_id)}/ptz`;
    this.#incident_id = incident_id;
  }

  #client;
  #path;
  #incident_id;
  #reason = '';
  #timer = 0;
  #looks = 0;
  #closed = false;
  #moved_ms = 0;
  #turn = 0; // what was asked before it was let go says nothing after
  /** As the server tells it; null while we do not steer. @type {any} */
  hold = null;
  /** What went wrong last. @type {any} */
  wrong = null;
  /** How the last hold ended. @type {'released' | 'expired' | 'lost' | null} */
  over = null;

  /** How long it is ours still; 0 while it is not. */
  get left_s() {
    if (!this.hold) return 0;
    return Math.max(0, (Date.parse(this.hold.until) - (this.#client.clock.now() ?? Date.now())) / 1000);
  }

  /** How long the camera has said nothing of the newest move; 0 where it said something. */
  get silent_s() {
    return this.hold && this.hold.done < this.hold.moves ? (performance.now() - this.#moved_ms) / 1000 : 0;
  }

  /** Steer it from now on, or for another minute. @param {string} reason 1 to 200 characters, recorded */
  async take(reason) {
    this.#reason = reason;
    await this.#act('POST', '', { incident_id: this.#incident_id, reason, seconds: MINUTE_S });
  }

  renew() {
    return this.take(this.#reason);
  }

  /** @param {{ pan?: number, tilt?: number, zoom?: number, duration_ms?: number } | { preset: string }} wish */
  move(wish) {
    this.#moved_ms = performance.now();
    return this.#act('POST', '/moves', wish);
  }

  /** It goes back to its preset. */
  async release() {
    if (!this.hold) return;
    this.#end('released');
    await this.#letGo();
  }

  /** Nobody looks any more: no word after this. Repeating it changes nothing. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#turn += 1;
    clearInterval(this.#timer);
    if (this.hold) this.#letGo();
    this.hold = null;
  }

  async #act(method, more, body) {
    const turn = this.#turn;
    try {
      const hold = await this.#client.call(method, this.#path + more, body);
      if (turn !== this.#turn) return more || this.#letGo();
      this.#take(hold);
      this.wrong = null;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.wrong = error;
      if (this.hold && GONE.has(error.code)) this.#end('lost');
    }
    this.#tell();
  }

  /** Answers may overtake each other. */
  #take(hold) {
    if (!this.hold) this.#timer = setInterval(() => this.#look(), LOOK_MS);
    if (this.hold?.id === hold.id && (hold.moves < this.hold.moves || hold.done < this.hold.done)) return;
    this.hold = hold;
    this.over = null;
  }

  #look() {
    this.#looks += 1;
    if (this.left_s <= 0) this.#end('expired');
    else if (this.#looks % ASK_EVERY === 0) this.#ask();
    this.#tell();
  }

  async #ask() {
    const turn = this.#turn;
    try {
      const hold = await this.#client.call('GET', this.#path);
      if (turn !== this.#turn) return;
      this.#take(hold);
    } catch (error) {
      if (turn !== this.#turn || !GONE.has(error.code)) return; // without an answer the minute goes on
      this.#end('lost');
    }
    this.#tell();
  }

  #end(over) {
    this.#turn += 1;
    clearInterval(this.#timer);
    this.hold = null;
    this.over = over;
    this.#tell();
  }

  #letGo() {
    return this.#client.call('DELETE', this.#path).catch(() => {}); // it ends by itself
  }

  #tell() {
    if (!this.#closed) this.dispatchEvent(new Event('change'));
  }
}
