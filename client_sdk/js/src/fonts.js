/**
 * The pages' letters: Noto Sans KR, served by us from its package and kept by the browser for a year.
 *
 * It is cut into pieces by what is written with them, and only those that a page needs are fetched, after the page and
 * never before: until they are there, and where data is saved or the link is thin, the device's own letters do.
 */
const SHEET = '/vendor/noto-sans-kr/5.3.1/index.css'; // with the package's version: what is kept for a year has a name of its own
const LATEST_MS = 2_000;

const THIN = ['slow-2g', '2g']; // where a picture needs all of the link

/** Fetch them when nothing else is to be done. */
export function letters() {
  const { saveData, effectiveType } = navigator.connection ?? {};
  if (saveData || THIN.includes(effectiveType)) return;
  const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: SHEET });
  const add = () => document.head.append(sheet);
  if (globalThis.requestIdleCallback) requestIdleCallback(add, { timeout: LATEST_MS });
  else setTimeout(add, LATEST_MS);
}
