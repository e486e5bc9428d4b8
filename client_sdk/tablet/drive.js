/**
 * Where the car is and how fast: told to the server, shown on the map, and what locks the screen for the driver.
 *
 * Road Traffic Act, article 49 (1) 11 and 11-2: above walking speed nobody at the wheel watches video or operates a screen. A passenger says
 * so once for a drive, which the server records. Without a position nothing is known of the speed: the page says so and does not lock.
 */

const LOCK_KMH = 8;
const FREE_KMH = 4; // lower, so that a car that creeps does not flicker
const FREE_AFTER_MS = 5_000;
const TELL_EVERY_MS = 5_000;
const DRIVE_OVER_MS = 120_000; // standing so long, the next drive has to be confirmed anew
const HEADING_KMH = 5; // slower, a receiver's heading is chance

export class Drive extends EventTarget {
  #watch = null;
  #slow_since_ms = 0;
  #told_ms = -Infinity;
  #passenger = false;
  /** @type {{ lat: number, lon: number, heading_deg: number | null, speed_kmh: number | null, at: Date } | null} */
  fix = null;
  /** Whether the driver may neither watch nor operate. */
  locked = false;

  /** @param {(fix: object) => Promise<void>} tell the server where the car is */
  constructor(tell) {
    super();
    this.#tell = tell;
  }

  #tell;

  /** Ask for positions from now on. Emits `fix`, `lock` with a boolean, and `refused`. */
  start() {
    if (this.#watch !== null || !navigator.geolocation) return;
    this.#ask();
    this.#allowed ??= navigator.permissions?.query({ name: 'geolocation' }).then((allowed) => {
      allowed.onchange = () => this.#watch !== null && this.#ask(); // a refusal is final until somebody takes it back
    });
  }

  #allowed;

  #ask() {
    navigator.geolocation.clearWatch(this.#watch);
    const options = { enableHighAccuracy: true, maximumAge: 1_000, timeout: 30_000 };
    this.#watch = navigator.geolocation.watchPosition(
      (position) => this.#take(position),
      (error) => error.code === error.PERMISSION_DENIED && this.dispatchEvent(new Event('refused')),
      options,
    );
  }

  stop() {
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = null;
    this.#passenger = false;
    this.#lock(false);
  }

  /** A passenger uses this device; until the car has stood for a while. */
  confirm() {
    this.#passenger = true;
    this.#lock(false);
  }

  #take({ coords, timestamp }) {
    const speed_kmh = coords.speed === null ? null : coords.speed * 3.6;
    const heading_deg = coords.heading === null || !(speed_kmh >= HEADING_KMH) ? (this.fix?.heading_deg ?? null) : coords.heading;
    this.fix = { lat: coords.latitude, lon: coords.longitude, heading_deg, speed_kmh, at: new Date(timestamp) };
    this.#decide(speed_kmh ?? 0, performance.now());
    this.dispatchEvent(new Event('fix'));
    if (performance.now() - this.#told_ms < TELL_EVERY_MS) return;
    this.#told_ms = performance.now();
    this.#tell(this.fix).catch(() => (this.#told_ms = -Infinity));
  }

  #decide(speed_kmh, now_ms) {
    if (speed_kmh > FREE_KMH) this.#slow_since_ms = now_ms;
    if (now_ms - this.#slow_since_ms > DRIVE_OVER_MS) this.#passenger = false;
    if (speed_kmh > LOCK_KMH && !this.#passenger) this.#lock(true);
    else if (now_ms - this.#slow_since_ms > FREE_AFTER_MS) this.#lock(false);
  }

  #lock(locked) {
    if (locked === this.locked) return;
    this.locked = locked;
    this.dispatchEvent(new CustomEvent('lock', { detail: locked }));
  }
}
