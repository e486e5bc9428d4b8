/** What the driver sees of the lock: a cover over video and controls, and the passenger's word, which is recorded. */
import { $ } from '/page.js';
import { notice } from '/notices.js';
import { text, texts } from '/sdk/words.js';

/**
 * @param {import('/drive.js').Drive} drive @param {(speed_kmh: number) => Promise<void>} record the server writes down who confirmed
 * @param {() => void} locked the driver steers no camera either
 */
export function driverLock(drive, record, locked) {
  const cover = $('wheel');
  const wrong = cover.querySelector('.wrong');
  const button = cover.querySelector('button');

  drive.addEventListener('lock', ({ detail }) => {
    wrong.textContent = '';
    if (detail) locked();
    cover.hidden = !detail;
    document.body.toggleAttribute('data-driving', detail);
  });
  drive.addEventListener('refused', () => notice('gps', texts('tablet.no_gps')));
  drive.addEventListener('fix', () => notice('gps', null));
  button.addEventListener('click', async () => {
    button.disabled = true;
    wrong.textContent = '';
    try {
      await record(drive.fix?.speed_kmh ?? 0);
      drive.confirm();
    } catch {
      wrong.textContent = text('tablet.not_confirmed');
    } finally {
      button.disabled = false;
    }
  });
}
