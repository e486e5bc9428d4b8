import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as pace from '../src/pace.js';

const PART_S = 0.25;
const LOOK_S = 0.1;

/**
 * Play a live stream for some seconds over a link that delivers each part `delay(index)` seconds after its end, looking ten times
 * a second. Media time and clock time are both 0 when the first part begins; playing joins `behind_s` late.
 */
function play({ for_s, behind_s = 1, delay = () => 0.1 }) {
  const from_s = 20;
  let state = { ...pace.start(from_s), settled: true };
  let playhead_s = from_s - behind_s;
  let stalls = 0;
  let dry = false;
  let rate = 1;
  let going = true;
  const arrivals = Array.from({ length: Math.ceil((from_s + for_s) / PART_S) }, (_, index) => (index + 1) * PART_S + delay(index));
  const seen = [];
  for (let now_s = from_s; now_s < from_s + for_s; now_s += LOOK_S) {
    let parts = 0;
    while (parts < arrivals.length && arrivals[parts] <= now_s) parts += 1;
    const buffered_s = parts * PART_S;
    const moved_s = going ? rate * LOOK_S : 0;
    dry = playhead_s + moved_s > buffered_s;
    playhead_s = Math.min(buffered_s, playhead_s + moved_s);
    if (dry && !state.filling) {
      stalls += 1;
      state = pace.stalled(state, now_s);
    }
    const edge_s = Math.floor(now_s / PART_S) * PART_S;
    const looked = pace.step(state, { now_s, playhead_s, buffered_s, edge_s, part_s: PART_S });
    ({ pace: state, rate, play: going } = looked);
    if (looked.seek_s !== null) playhead_s = looked.seek_s;
    seen.push({ now_s, latency_s: now_s - playhead_s, rate, margin_s: state.margin_s, seek_s: looked.seek_s });
  }
  return { seen, stalls, last: seen.at(-1), margin_s: state.margin_s };
}

test('on a steady link the picture comes as near as a part, the delay and the margin', () => {
  const { last, stalls } = play({ for_s: 30, behind_s: 2.5 });
  assert.equal(stalls, 0);
  assert.ok(Math.abs(last.latency_s - (PART_S + 0.1 + pace.MARGIN_LEAST_S)) < 0.15, `${last.latency_s}`);
});

test('no hurry is made before parts were seen to come', () => {
  const { seen } = play({ for_s: 0.9, behind_s: 2.5 });
  assert.ok(seen.every(({ rate }) => rate <= 1));
});

test('the rate stays between slow motion nobody sees and half as fast again', () => {
  const { seen } = play({ for_s: 60, behind_s: 3.5, delay: (index) => 0.1 + (index % 40 === 0 ? 1.2 : 0) });
  assert.ok(seen.every(({ rate }) => rate >= 0.9 && rate <= 1.5));
});

test('parts that come late now and then are waited for with a wider margin, not with a stall each', () => {
  const late = (index) => 0.1 + (index % 12 === 0 ? 0.5 : 0);
  const { stalls, last } = play({ for_s: 120, delay: late });
  assert.ok(stalls <= 1, `${stalls} stalls`);
  assert.ok(last.latency_s < 1.6, `${last.latency_s}`);
});

test('after one bad moment the margin is given back slowly', () => {
  const once = (index) => 0.1 + (index === 100 ? 2 : 0);
  const { seen, stalls, last } = play({ for_s: 150, delay: once });
  assert.equal(stalls, 1);
  const widest_s = Math.max(...seen.map(({ margin_s }) => margin_s));
  assert.ok(widest_s > pace.MARGIN_LEAST_S + 0.15);
  assert.ok(last.margin_s < widest_s);
  assert.ok(last.latency_s < 1);
});

test('a stall is filled up once and not played in pieces', () => {
  const state = pace.stalled(pace.start(0), 5);
  const at = { now_s: 5.1, playhead_s: 10, edge_s: 11, part_s: PART_S };
  assert.equal(pace.step(state, { ...at, buffered_s: 10.1 }).play, false);
  assert.equal(pace.step(state, { ...at, buffered_s: 10.1 + state.margin_s }).play, true);
});

test('however often it stalls the margin has an end', () => {
  let state = pace.start(0);
  for (let time = 1; time < 40; time += 1) state = pace.stalled(state, time);
  assert.equal(state.margin_s, pace.MARGIN_MOST_S);
});

test('far behind, as after a tunnel, it goes to the edge instead of hurrying', () => {
  const state = { ...pace.start(0), settled: true };
  const { seek_s, pace: next } = pace.step(state, { now_s: 50, playhead_s: 30, buffered_s: 31, edge_s: 50, part_s: PART_S });
  assert.ok(seek_s > 48 && seek_s < 50);
  assert.equal(next.leads.length, 0);
});

test('a stream that fell silent is not searched for where nothing is', () => {
  const state = { ...pace.start(0), settled: true };
  const silent = { now_s: 60, playhead_s: 30.9, buffered_s: 31, edge_s: 31, part_s: PART_S };
  assert.equal(pace.step(state, silent).seek_s, null);
});

test('the first picture is followed by a step to now as soon as everything up to the edge is there', () => {
  const at = { now_s: 1, playhead_s: 10, edge_s: 12, part_s: PART_S };
  const loading = pace.step(pace.start(0), { ...at, buffered_s: 11 });
  assert.deepEqual([loading.seek_s, loading.rate, loading.pace.settled], [null, 1, false]);
  const there = pace.step(loading.pace, { ...at, buffered_s: 12 });
  assert.ok(Math.abs(there.seek_s - (12 - pace.MARGIN_LEAST_S - 3 * PART_S)) < 0.001, `${there.seek_s}`);
  assert.equal(there.pace.settled, true);
});

test('near the edge already, nothing is skipped', () => {
  const { seek_s } = pace.step(pace.start(0), { now_s: 1, playhead_s: 11.3, buffered_s: 12, edge_s: 12, part_s: PART_S });
  assert.equal(seek_s, null);
});
