import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventReader } from '../src/sse.js';

const STREAM = ': hello\nretry: 500\n\nid: 7\nevent: dispatch\ndata: {"a":\ndata: 1}\n\nevent: empty\n\nid: 8\ndata:x\r\n\r\nid\ndata\n\n';
const EVENTS = [
  { id: '7', event: 'dispatch', data: '{"a":\n1}' },
  { id: '8', event: 'message', data: 'x' },
  { id: '', event: 'message', data: '' },
];

for (const size of [1, 2, 3, 7, 1000]) {
  test(`events are the same however they are cut (${size})`, () => {
    const reader = new EventReader();
    const events = [];
    for (let at = 0; at < STREAM.length; at += size) events.push(...reader.read(STREAM.slice(at, at + size)));
    assert.deepEqual(events, EVENTS);
  });
}

test('the id of the last event is kept for coming back', () => {
  const reader = new EventReader();
  reader.read('id: 41\ndata: x\n\nid: 42\n');
  reader.reset();
  assert.equal(reader.id, '42');
  assert.deepEqual(reader.read('data: y\n\n'), [{ id: '42', event: 'message', data: 'y' }]);
});

test('an unfinished event is forgotten with its line', () => {
  const reader = new EventReader();
  reader.read('event: revoked\ndata: half');
  reader.reset();
  assert.deepEqual(reader.read('data: whole\n\n'), [{ id: '', event: 'message', data: 'whole' }]);
});

test('an id with a zero in it is ignored', () => {
  const reader = new EventReader();
  reader.read('id: a\0b\ndata: x\n\n');
  assert.equal(reader.id, '');
});

test('a line without an end is not collected for ever', () => {
  const reader = new EventReader();
  assert.throws(() => {
    for (let time = 0; time < 300; time += 1) reader.read('x'.repeat(10_000));
  }, /no end/);
});
