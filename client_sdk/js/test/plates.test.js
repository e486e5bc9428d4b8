import assert from 'node:assert/strict';
import test from 'node:test';
import { confused, differing, plain, stops } from '../../console/apart.js';

test('a plate is compared without what stands between its characters', () => {
  assert.equal(plain(' 12 가-3456 '), '12가3456');
  assert.equal(plain('１２가３４５６'), '12가3456');
});

for (const [read, wanted, places] of [
  ['12거3456', '12가3456', [2]],
  ['12가3456', '12가3456', []],
  ['12바3456', '전남12바3456', []],
  ['전남12바3456', '12바3456', [0, 1]],
  ['12가3458', '12가3456', [6]],
]) {
  test(`${read} differs from ${wanted} at ${places}`, () => assert.deepEqual([...differing(read, wanted)], places));
}

for (const [text, asked, places] of [
  ['12거3456', '12가3456', [2]],
  ['12가3456', '12가3456', []],
  ['12가3458', '*3456', [6]],
  ['전남12바3456', '*바3?5*', []],
  ['전남12사3456', '*바3?5*', [4]],
  ['12가3456', '(+[', []],
]) {
  test(`of ${text}, asked for as ${asked}, ${places.length ? `the character at ${places} is another` : 'none is another'}`, () => assert.deepEqual([...confused(text, asked)], places));
}

const hit = (id, camera_id, second, verification = 'needed') => ({
  id,
  verification,
  read: { camera_id, camera_name: camera_id, lat: 34, lon: 126, read_at: new Date(second * 1000).toISOString() },
});

test('the way goes by the clocks of the readers, one step for each camera in turn, and none for a misread', () => {
  const way = stops([hit('d', 'a', 40), hit('a', 'a', 10), hit('b', 'a', 20), hit('x', 'far', 25, 'wrong'), hit('c', 'b', 30, 'confirmed')]);
  assert.deepEqual(way.map(({ n, camera_id, hits }) => [n, camera_id, hits]), [[1, 'a', ['a', 'b']], [2, 'b', ['c']], [3, 'a', ['d']]]);
  assert.deepEqual([way[0].from, way[0].to], [10, 20].map((second) => new Date(second * 1000).toISOString()));
});
