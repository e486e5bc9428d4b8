/**
 * The way back from an agency's own sign-in service, which knows one address of ours: `/`. From there the page that began goes on.
 *
 * Invariants: the address never says where to go, only what this browser kept when it left, and only to a page on the list; what
 * was not begun here goes nowhere; the code is out of the address and the history before it is used, and is used once.
 */
import { drop, keep, kept } from './kept.js';

const AWAY = 'sign_in';
const PAGES = ['/', '/console/'];

/** Leave for the service. @param {import('./client.js').Client} client @param {string} agency_id @param {string} page the one to come back to */
export async function leave(client, agency_id, page) {
  const { authorization_url, state } = await client.leaveFor(agency_id);
  await keep(AWAY, { state, page });
  location.assign(authorization_url);
}

/** At `/`: give what the service said to the page that began. @returns {Promise<boolean>} whether this page is being left */
export async function handOver() {
  const said = new URLSearchParams(location.search);
  if (!said.has('state')) return false;
  const away = await kept(AWAY).catch(() => null);
  const begun = away?.state === said.get('state') && PAGES.includes(away.page);
  if (begun && away.page === location.pathname) return false; // it is here: comeBack takes it
  if (begun) location.replace(away.page + location.search);
  else history.replaceState(null, '', location.pathname);
  return begun;
}

/**
 * At the page that began: sign in with what the address says.
 * @param {import('./client.js').Client} client
 * @returns {Promise<boolean | null>} null where nobody comes back, false where the service did not let the officer in
 * @throws {import('./errors.js').ApiError | import('./errors.js').Offline}
 */
export async function comeBack(client) {
  const said = new URLSearchParams(location.search);
  if (!said.has('state')) return null;
  history.replaceState(null, '', location.pathname + location.hash);
  const away = await kept(AWAY).catch(() => null);
  if (away?.state !== said.get('state')) return null;
  await drop(AWAY);
  const code = said.get('code');
  if (!code) return false;
  await client.comeBack({ code, state: away.state, iss: said.get('iss') ?? undefined });
  return true;
}
