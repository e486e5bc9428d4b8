import assert from 'node:assert/strict';
import { test } from 'node:test';
import { standing } from '../src/standing.js';

const NOW_MS = Date.UTC(2026, 10, 2, 9, 30);
const ago = (seconds) => new Date(NOW_MS - seconds * 1000);
/** A video whose picture is so old and has stood for so long. */
const video = (verdict, age_s = 0.6, idle_s = 0.05) => ({ shows: true, verdict, age_s, idle_s, taken_at: ago(age_s) });
const told = (state, more = {}) => ({ state, reason: null, step: 'full', frozen: false, ...more });
const LIVE = video('live');
const DRY = video('stale', 4, 2.1);

/** what · the video · age of the still · what the server told · state, source, reason */
const ROWS = [
  ['nothing yet', null, null, null, ['starting', null, null]],
  ['nothing yet, and the server says so', null, null, told('down', { reason: 'starting' }), ['starting', null, 'starting']],
  ['no picture, and why', null, null, told('down', { reason: 'camera_unreachable' }), ['down', null, 'camera_unreachable']],
  ['a last picture that this page does not have', null, null, told('last_good', { reason: 'r' }), ['down', null, 'r']],
  ['a still before the video', null, 1, told('live'), ['stills', 'still', 'opening']],
  ['a still before the video and before a word', null, 1, null, ['stills', 'still', 'opening']],
  ['an old still', null, 16, told('live'), ['stale', 'still', 'link']],
  ['all is well', LIVE, null, told('live'), ['live', 'video', null]],
  ['nobody told anything', LIVE, null, null, ['live', 'video', null]],
  ['the video is newer than the still', LIVE, 2, told('live'), ['live', 'video', null]],
  ['without dates', { ...LIVE, verdict: 'starting', age_s: null, taken_at: null }, null, told('live'), ['undated', 'video', null]],
  ['the worse of both: the page', video('delayed', 4), null, told('live'), ['delayed', 'video', null]],
  ['the worse of both: the server', LIVE, null, told('delayed'), ['delayed', 'video', null]],
  ['it moves, and is frozen', LIVE, null, told('stale', { reason: 'picture_frozen', frozen: true }), ['stale', 'video', 'picture_frozen']],
  ['stale wins over a still', null, 1, told('stale', { reason: 'picture_late' }), ['stale', 'still', 'picture_late']],
  ['a bad word that is late', LIVE, null, told('down', { reason: 'starting' }), ['live', 'video', null]],
  ['a bad word that is later than a still', null, 2, told('down', { reason: 'starting' }), ['stills', 'still', 'opening']],
  ['a still that is as old as the bad word', null, 4, told('last_good', { reason: 'r' }), ['last_good', 'still', 'r']],
  ['the camera has gone', video('live', 2, 1.5), null, told('last_good', { reason: 'r' }), ['last_good', 'video', 'r']],
  ['its host has gone, this page has a picture', DRY, null, told('down', { reason: 'no_host' }), ['last_good', 'video', 'no_host']],
  ['stills by the host', video('live', 1.5, 1.2), null, told('stills', { step: 'key_frames' }), ['stills', 'video', 'key_frames']],
  ['stills by the host, one came', DRY, 2, told('stills', { step: 'key_frames' }), ['stills', 'still', 'key_frames']],
  ['the link is thin, and a still came', DRY, 2, told('live'), ['stills', 'still', 'link']],
  ['it stopped just now, and so may the camera have', DRY, 3, told('live'), ['stale', 'still', 'link']],
  ['the video stands for long, and stills go on', video('stale', 20, 19), 6, told('live'), ['stills', 'still', 'link']],
  ['the link is gone', DRY, null, told('live'), ['stale', 'video', 'link']],
  ['the link is gone for long', video('stale', 40, 39), 30, told('live'), ['stale', 'still', 'link']],
  ['a moment without a picture', video('live', 2, 1.5), null, told('live'), ['live', 'video', null]],
  ['dear quality', LIVE, null, told('live', { step: 'no_top' }), ['live', 'video', 'no_top']],
];
for (const [what, seen, still_s, said, expected] of ROWS) {
  test(what, () => {
    const found = standing({ video: seen, still_at: still_s === null ? null : ago(still_s), told: said, now_ms: NOW_MS });
    assert.deepEqual([found.state, found.source, found.reason], expected);
  });
}

test('the age is that of what is shown', () => {
  assert.equal(standing({ video: DRY, still_at: ago(2), told: null, now_ms: NOW_MS }).age_s, 2);
  assert.equal(standing({ video: LIVE, still_at: ago(2), told: null, now_ms: NOW_MS }).age_s, 0.6);
  assert.equal(standing({ video: null, still_at: ago(2), told: null, now_ms: null }).age_s, null);
  assert.equal(standing({ video: null, still_at: ago(-2), told: null, now_ms: NOW_MS }).age_s, 0);
});

test('of a picture that is sent again and again nobody knows when it was taken', () => {
  const said = told('stale', { reason: 'picture_frozen', frozen: true });
  const { age_s, taken_at } = standing({ video: LIVE, still_at: null, told: said, now_ms: NOW_MS });
  assert.deepEqual([age_s, taken_at], [null, null]);
});

test('whatever is told, a picture that does not move is not called live for longer than two seconds', () => {
  for (const state of ['live', 'delayed', 'stale', 'stills', 'last_good', 'down', null]) {
    const { state: found } = standing({ video: DRY, still_at: null, told: state && told(state), now_ms: NOW_MS });
    assert.ok(!['live', 'delayed', 'undated', 'starting'].includes(found), `${state}: ${found}`);
  }
});

test('stills of a browser that plays no video are told as such, and not as a video that is about to open', () => {
  const facts = { video: null, still_at: ago(1), told: told('live'), now_ms: NOW_MS };
  assert.deepEqual([standing(facts).reason, standing({ ...facts, plays: false }).reason], ['opening', 'unplayable']);
});

test('stills are asked for where they are of use, and seldom where none will come', () => {
  const every = (seen, said) => standing({ video: seen, still_at: null, told: said, now_ms: NOW_MS }).stills_every_ms;
  assert.equal(every(LIVE, told('live')), null);
  assert.equal(every(LIVE, told('stale', { frozen: true })), null);
  assert.equal(every(null, null), 2_000);
  assert.equal(every(DRY, told('live')), 2_000);
  assert.equal(every(DRY, told('last_good')), 5_000);
  assert.equal(every(null, told('down', { reason: 'r' })), 5_000);
});
