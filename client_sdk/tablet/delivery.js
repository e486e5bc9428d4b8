/** Tells the server, once each, that this device has an order and that it was on a lit screen: the room sees who does not know yet. */

export class Delivery {
  /** @param {(dispatch_id: string, what: 'delivered' | 'shown') => Promise<void>} tell */
  constructor(tell) {
    this.#tell = tell;
  }

  #tell;
  #told = new Set();

  /** @param {object[]} dispatches as the server gave them @param {boolean} open whether the screen may show them */
  read(dispatches, open) {
    for (const { id, delivered_at, shown_at } of dispatches) {
      if (shown_at) continue;
      if (!delivered_at) this.#once(id, 'delivered');
      if (open) requestAnimationFrame(() => this.#once(id, 'shown')); // not called while the screen is dark or another window is on it
    }
  }

  #once(id, what) {
    const key = `${what} ${id}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#tell(id, what).catch(() => this.#told.delete(key)); // said again with the next reading
  }
}
