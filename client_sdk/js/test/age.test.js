import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerClock, takenAt, verdict } from '../src/age.js';

const OFFSET_MS = Date.UTC(2026, 0, 1) + 123.4; // the server's clock less the page's

/** Answers at these page times, each a round trip of 80 ms, from a server whose clock is OFFSET_MS ahead. */
function heard(times_ms, { rtt_ms = 80, step_ms = 0 } = {}) {
  const clock = new ServerClock();
  times_ms.forEach((at_ms, index) => {
    const server_ms = at_ms + OFFSET_MS + (index > times_ms.length / 2 ? step_ms : 0);
    clock.observe((Math.floor(server_ms) / 1000).toFixed(3), at_ms - rtt_ms / 2, at_ms + rtt_ms / 2);
  });
  return clock;
}

test('before the first answer the time is not known', () => {
  assert.equal(new ServerClock().now(), null);
});

test('one answer tells the time within half its round trip', () => {
  const clock = heard([5_000]);
  assert.ok(clock.spread_ms <= 81);
  assert.ok(Math.abs(clock.now(5_000) - (5_000 + OFFSET_MS)) <= 41);
});

test('an answer that was held tells less than one that was not, in any order', () => {
  const clock = heard([5_000]);
  clock.observe(((6_000 + OFFSET_MS) / 1000).toFixed(3), 5_200, 6_040);
  assert.ok(Math.abs(clock.now(6_000) - (6_000 + OFFSET_MS)) <= 42, `${clock.now(6_000) - 6_000 - OFFSET_MS}`);
});

test('the time told follows when the server steps its clock', () => {
  const clock = heard(Array.from({ length: 60 }, (_, index) => 5_000 + index * 267), { step_ms: 3_600_000 });
  assert.ok(Math.abs(clock.now(21_000) - (21_000 + OFFSET_MS + 3_600_000)) < 600);
});

for (const time of [null, '', 'yesterday']) {
  test(`an answer with the time «${time}» says nothing`, () => {
    const clock = new ServerClock();
    clock.observe(time, 0, 1);
    assert.equal(clock.now(), null);
  });
}

for (const [age_s, idle_s, expected] of [
  [null, 0, 'starting'],
  [null, 2.1, 'stale'],
  [0.6, 0, 'live'],
  [3, 0, 'live'],
  [3.1, 0, 'delayed'],
  [8, 0, 'delayed'],
  [8.1, 0, 'stale'],
  [0.6, 2.1, 'stale'],
  [2, 2, 'live'],
  [2.6, 1, 'live'],
  [2.6, 1.1, 'stale'],
  [5, 1.5, 'delayed'],
]) {
  test(`a picture ${age_s} s old, shown for ${idle_s} s, is ${expected}`, () => assert.equal(verdict(age_s, idle_s), expected));
}

const SEGMENTS = [
  { start: 10, programDateTime: 1_000_000 },
  { start: 12, programDateTime: null },
  { start: 14, programDateTime: 1_004_000 },
];
for (const [at_s, expected] of [[10.5, 1_000_500], [13, 1_003_000], [14, 1_004_000], [20, 1_010_000], [8, 998_000]]) {
  test(`what is shown at ${at_s} was taken at ${expected}`, () => assert.equal(takenAt(SEGMENTS, at_s), expected));
}

test('without dates nobody knows when a picture was taken', () => {
  assert.equal(takenAt([{ start: 0, programDateTime: null }], 1), null);
  assert.equal(takenAt([], 1), null);
});
