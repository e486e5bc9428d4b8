/** An order that came while the screen was locked: it is heard, and said without a word of what it is. */
import { ring, silence } from '/chime.js';
import { $ } from '/page.js';

/** @param {object[]} dispatches as the server gave them; none when the screen is open again */
export function called(dispatches) {
  const waits = dispatches.some(({ status }) => status === 'sent');
  const place = $('called');
  if (waits === !place.hidden) return;
  place.hidden = !waits;
  place.dataset.sounded = '0';
  if (waits) ring(() => (place.dataset.sounded = String(Number(place.dataset.sounded) + 1)));
  else silence();
}
