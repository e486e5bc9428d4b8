/**
 * Server-sent events read from text as it comes, in any cut. Source: WHATWG HTML 9.2.6 (interpreting an event stream).
 *
 * @typedef {{ id: string, event: string, data: string }} ServerEvent
 */

const LONGEST = 1_000_000; // characters of one unfinished event

export class EventReader {
  #rest = '';
  #data = [];
  #event = '';
  /** The id a reconnecting reader sends as Last-Event-ID. */
  id = '';

  /**
   * @param {string} text
   * @returns {ServerEvent[]} the events that are now complete
   */
  read(text) {
    const events = [];
    // A carriage return at the very end may be half of a line end.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    if (this.#rest.length > LONGEST) throw new Error('an event has no end');
    for (const line of lines) {
      const event = line ? this.#field(line) : this.#dispatch();
      if (event) events.push(event);
    }
    return events;
  }

  /** Forget an unfinished event when the connection ended; the id stays. */
  reset() {
    this.#rest = '';
    this.#data = [];
    this.#event = '';
  }

  #field(line) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.id = value;
    return null;
  }

  #dispatch() {
    const event = { id: this.id, event: this.#event || 'message', data: this.#data.join('\n') };
    const empty = !this.#data.length;
    this.#data = [];
    this.#event = '';
    return empty ? null : event;
  }
}
