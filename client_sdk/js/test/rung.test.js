import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsSegment, failed, next, start } from '../src/rung.js';
import { details, text } from './playlist.js';

const CAPS_BPS = [200_000, 450_000, 900_000];
const WIDE_BPS = 20_000_000;

const rows = [
  ['stays inside a segment', { wished: 2, current: 0, boundary: false }, 0],
  ['goes up one rung at a time', { wished: 2, current: 0, boundary: true }, 1],
  ['goes down as far as wished', { wished: 0, current: 2, boundary: true }, 0],
  ['starts where it is told', { wished: 0, current: -1, boundary: false }, 0],
  ['stays where it is wished', { wished: 1, current: 1, boundary: true }, 1],
];
for (const [what, at, expected] of rows) {
  test(`a rung ${what}`, () => assert.equal(next(start(), { now_s: 100, ...at }, CAPS_BPS, WIDE_BPS), expected));
}

for (const [link_bps, expected] of [[600_000, 0], [690_000, 0], [700_000, 1], [5_000_000, 1]]) {
  test(`a link of ${link_bps} bit/s allows rung ${expected}`, () => {
    const at = { wished: 2, current: 0, boundary: true, now_s: 100 };
    assert.equal(next(start(), at, CAPS_BPS, link_bps), expected);
  });
}

test('a rung that failed is barred for a while and then tried again', () => {
  const barred = failed(start(), 1, 100);
  const at = { wished: 1, current: 0, boundary: true };
  assert.equal(next(barred, { ...at, now_s: 110 }, CAPS_BPS, WIDE_BPS), 0);
  assert.equal(next(barred, { ...at, now_s: 116 }, CAPS_BPS, WIDE_BPS), 1);
  assert.equal(next(barred, { ...at, current: 1, now_s: 101 }, CAPS_BPS, WIDE_BPS), 0);
});

test('each failure bars longer, up to four minutes', () => {
  let rung = start();
  const waits = [];
  for (let time = 0; time < 8; time += 1) {
    rung = failed(rung, 1, 0);
    waits.push(rung.until_s);
  }
  assert.deepEqual(waits, [15, 30, 60, 120, 240, 240, 240, 240]);
});

test('the lowest rung cannot be barred', () => {
  assert.deepEqual(failed(start(), 0, 100), start());
});

test('a segment ends with its last part once the playlist lists it whole', () => {
  const playlist = details(text(35));
  const parts = playlist.partList;
  const last = parts.findLast(({ fragment }) => fragment.sn === 3);
  assert.equal(endsSegment(playlist, last.fragment, last), true);
  assert.equal(endsSegment(playlist, last.fragment, parts.find(({ fragment }) => fragment.sn === 3)), false);
  assert.equal(endsSegment(playlist, playlist.fragmentHint, parts.at(-1)), false);
  assert.equal(endsSegment(playlist, playlist.fragments[0], null), true);
  assert.equal(endsSegment(undefined, last.fragment, last), false);
});
