import assert from 'node:assert/strict';
import test from 'node:test';
import { away, clusters, course_deg, distance_m, frame, highest, metres, readable, shapes, steps, wedge } from '../src/map_shapes.js';

const HERE = { lat: 34.79, lon: 126.38 };
const camera = (more) => ({ id: 'c', name: 'c', ...HERE, health: 'ok', range_m: 100, ...more });

test('a place so many metres away is that far, in that direction', () => {
  for (const bearing of [0, 45, 90, 200, 300]) {
    const there = away(HERE, 500, bearing);
    assert.ok(Math.abs(distance_m(HERE, there) - 500) < 0.5);
    assert.ok(Math.abs(course_deg(HERE, there) - bearing) < 0.1);
  }
});

test('what a camera sees is a sector of its range, closed at the camera', () => {
  const ring = wedge(camera({ looks_deg: 350, fov_deg: 40 }));
  assert.deepEqual(ring[0], [HERE.lon, HERE.lat]);
  assert.deepEqual(ring.at(-1), ring[0]);
  for (const [lon, lat] of ring.slice(1, -1)) {
    assert.ok(Math.abs(distance_m(HERE, { lat, lon }) - 100) < 0.5);
    const off = Math.abs(((course_deg(HERE, { lat, lon }) - 350 + 540) % 360) - 180);
    assert.ok(off <= 20.1);
  }
});

test('a camera that turns sees all round', () => {
  assert.equal(wedge(camera({ looks_deg: null, fov_deg: null })).length, wedge(camera({ looks_deg: 0, fov_deg: 360 })).length);
});

test('the way is drawn where both ends are known', () => {
  const kinds = (scene) => shapes(scene).features.map(({ properties }) => properties.kind);
  assert.ok(!kinds({ incident: HERE }).includes('corridor'));
  assert.ok(kinds({ incident: HERE, own: away(HERE, 900, 10) }).includes('corridor'));
  assert.deepEqual(kinds({ cameras: [camera({ id: 'a' }), camera({ id: 'b' })], selected: 'b' }), ['view', 'watched']);
});

test('a way is one line through its steps in their order, and what was passed twice is one mark that says both', () => {
  const step = (metres, sign) => ({ ...away(HERE, metres, 0), sign, label: `${sign}.`, note: sign });
  const track = [step(0, '1'), step(500, '2'), step(0, '3')];
  const [line] = shapes({ track }).features;
  assert.deepEqual([line.properties.kind, line.geometry.type], ['track', 'LineString']);
  assert.deepEqual(line.geometry.coordinates, track.map(({ lat, lon }) => [lon, lat]));
  assert.deepEqual(shapes({ track: track.slice(1, 2) }).features, []);
  assert.deepEqual(steps(track).map(({ sign, label, last }) => [sign, label, last]), [['1·3', '1., 3.', true], ['2', '2.', false]]);
});

test('marks that cover each other are one, of the highest state', () => {
  const marks = [{ x: 0, y: 0, state: 'ok' }, { x: 10, y: 0, state: 'down' }, { x: 200, y: 0, state: 'degraded' }];
  assert.deepEqual(clusters(marks, 64).map(({ state, of }) => [state, of.length]), [['down', 2], ['degraded', 1]]);
  assert.equal(highest([]), 'ok');
});

test('all places are in the picture, left of the tools, as large as may be', () => {
  const size = { width_px: 500, height_px: 400, tools_px: 100 };
  const places = [HERE, away(HERE, 800, 90), away(HERE, 300, 0)];
  const { centre, px_per_m } = frame(places, size);
  const across = places.map((one) => 250 + metres(centre, one)[0] * px_per_m);
  const down = places.map((one) => 200 - metres(centre, one)[1] * px_per_m);
  assert.ok(Math.min(...across) > 20 && Math.max(...across) < 400);
  assert.ok(Math.max(...across) - Math.min(...across) > 330);
  assert.ok(Math.min(...down) > 20 && Math.max(...down) < 380);
});

test('one place is looked at from not too near', () => {
  assert.equal(Math.round(frame([HERE], { width_px: 400, height_px: 400 }).px_per_m * 100), 112);
});

test('notes do not cover each other: the second goes above, the third is left out', () => {
  const at = (x, y) => ({ x, y, note: '순12 · 4초 전' });
  assert.deepEqual(readable([at(100, 100), at(120, 105), at(110, 100), at(400, 100)]), ['under', 'over', 'none', 'under']);
});
