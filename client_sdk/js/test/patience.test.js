import assert from 'node:assert/strict';
import test from 'node:test';
import { Patience } from '../src/patience.js';

test('a server that fails is borne with for six seconds, and from the beginning once a playlist came', () => {
  const patience = new Patience();
  assert.deepEqual([0, 3, 6, 6.1].map((now_s) => patience.failed(now_s)), [false, false, false, true]);
  patience.answered();
  assert.equal(patience.failed(7), false);
});

test('a stream of which nothing is shown for six seconds is stuck, and one that stopped or is not looked at is not', () => {
  const patience = new Patience();
  const take = (parts, seen = true) => Array.from({ length: parts }, () => patience.tookIn(seen));
  take(6);
  assert.deepEqual([patience.stuck(6), patience.stuck(6.1)], [false, true]);
  take(1, false);
  assert.equal(patience.stuck(60), false);
  take(5);
  assert.equal(patience.stuck(60), false, 'it was in hand');
  take(1);
  patience.saw();
  assert.equal(patience.stuck(60), false);
  take(6);
  patience.begin();
  assert.equal(patience.stuck(60), false);
});
