/**
 * What this device's user can mend: its clock and its storage. Each is a notice until it is mended, and everything else goes on.
 */
import { Device, NoKeys } from '/sdk/device.js';
import * as store from '/sdk/kept.js';
import { notice } from '/notices.js';
import * as words from '/words.js';

const CLOCK_OFF_MS = 60_000;
const unkept = new Set();

/** Keep something over a restart. Never fails: the notice says so. @param {string} name @param {any} value null for no longer */
export async function keep(name, value) {
  try {
    await (value === null ? store.drop(name) : store.keep(name, value));
    said(name, true);
  } catch {
    said(name, false);
    await store.drop(name).catch(() => {}); // what was kept before is worse than nothing: a used token ends the login
  }
}

/** The key of this browser; one in memory, where it cannot be kept. */
export async function device() {
  try {
    return await Device.here();
  } catch (error) {
    if (error instanceof NoKeys) throw error;
    said('key', false);
    return Device.make();
  }
}

/** Look whether the device's clock is right. @param {number | null} server_ms the server's time; null where it is not known */
export function checkClock(server_ms) {
  if (server_ms === null) return;
  const ahead_ms = Date.now() - server_ms;
  notice('clock', Math.abs(ahead_ms) < CLOCK_OFF_MS ? null : words.clockOff(ahead_ms));
}

/** A time of this device's clock by the server's. @param {Date} at @param {import('/sdk/age.js').ServerClock} clock */
export function byServer(at, clock) {
  const now_ms = clock.now();
  return now_ms === null ? at : new Date(at.getTime() - Date.now() + now_ms);
}

function said(name, kept) {
  if (kept) unkept.delete(name);
  else unkept.add(name);
  notice('storage', unkept.size ? words.texts('tablet.storage_full') : null);
}
