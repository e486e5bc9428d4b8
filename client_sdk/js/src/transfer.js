/**
 * One download: its bytes, and when each thing about them happened. Each is fetched once and can be aborted at any time.
 *
 * Times are milliseconds of performance.now(); 0 means not yet.
 */

/** A download that did not end well. `status` is the HTTP status, 0 when there was no answer. */
export class TransferFailed extends Error {
  /** @param {number} status @param {string} text */
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

export class Transfer {
  /**
   * @param {string} url
   * @param {{ priority?: 'high' | 'low' | 'auto', headers?: Record<string, string> }} [options]
   */
  constructor(url, { priority = 'auto', headers = {} } = {}) {
    this.url = url;
    this.started_ms = performance.now();
    this.first_ms = 0;
    this.ended_ms = 0;
    this.loaded = 0;
    /** Bytes that came with the head, in no time that could be measured. */
    this.opening = 0;
    this.total = 0;
    this.failure = null;
    /** @type {Headers | null} */
    this.headers = null;
    this.status = 0;
    this.onchange = null;
    this.#controller = new AbortController();
    /** Resolves with the whole body; rejects with TransferFailed. */
    this.bytes = this.#run(priority, headers);
    this.bytes.catch((failure) => (this.failure = failure));
  }

  #controller;

  get ended() {
    return this.ended_ms > 0 || this.failure !== null;
  }

  abort() {
    if (!this.ended) this.#controller.abort();
  }

  async #run(priority, headers) {
    try {
      const response = await fetch(this.url, {
        signal: this.#controller.signal,
        headers,
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        priority,
      });
      this.status = response.status;
      this.headers = response.headers;
      if (!response.ok) {
        response.body?.cancel().catch(() => {});
        throw new TransferFailed(response.status, response.statusText || 'refused');
      }
      this.first_ms = performance.now();
      this.total = Number(response.headers.get('Content-Encoding') ? 0 : response.headers.get('Content-Length')) || 0;
      return await this.#collect(response.body.getReader());
    } catch (error) {
      throw error instanceof TransferFailed ? error : new TransferFailed(0, String(error?.message ?? error));
    }
  }

  async #collect(reader) {
    const chunks = [];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      this.opening ||= value.byteLength;
      this.loaded += value.byteLength;
      this.onchange?.();
    }
    this.total = this.loaded;
    this.ended_ms = Math.max(performance.now(), this.first_ms);
    const whole = new Uint8Array(this.loaded);
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.byteLength;
    }
    return whole;
  }
}

const SPARE_CONNECTIONS = 3;

/**
 * Open the connections a player is about to need, while its session is still being asked for. HTTP/2 needs only one.
 * @param {string} url something small on the same server
 */
export function warm(url) {
  if (performance.getEntriesByType('navigation')[0]?.nextHopProtocol !== 'http/1.1') return;
  for (let spare = 0; spare < SPARE_CONNECTIONS; spare += 1) {
    fetch(url, { method: 'HEAD', cache: 'no-store', credentials: 'omit' }).catch(() => {});
  }
}
