import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ahead } from '../src/ahead.js';

/** Downloads that end when the test says so. */
function controlled() {
  const begun = [];
  const begin = (url) => {
    const transfer = { url, ended: false, failure: null, aborted: false };
    transfer.bytes = new Promise((resolve, reject) => {
      transfer.end = () => ((transfer.ended = true), resolve(new Uint8Array()));
      transfer.fail = () => ((transfer.ended = true), (transfer.failure = new Error('x')), reject(transfer.failure));
    });
    transfer.bytes.catch(() => {});
    transfer.abort = () => ((transfer.aborted = true), transfer.fail());
    begun.push(transfer);
    return transfer;
  };
  return { ahead: new Ahead(begin), begun };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));
const urls = (begun) => begun.map(({ url }) => url);

test('few are begun at once, in the order wanted, and the next when one ends', async () => {
  const { ahead, begun } = controlled();
  ahead.want(['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(urls(begun), ['a', 'b', 'c']);
  begun[1].end();
  await settled();
  assert.deepEqual(urls(begun), ['a', 'b', 'c', 'd']);
});

test('a held part is begun at once, beside the others', () => {
  const { ahead, begun } = controlled();
  ahead.want(['a', 'b', 'c']);
  ahead.hint('h');
  assert.deepEqual(urls(begun), ['a', 'b', 'c', 'h']);
});

test('nothing is fetched twice', () => {
  const { ahead, begun } = controlled();
  ahead.want(['a']);
  ahead.want(['a']);
  ahead.hint('a');
  assert.equal(begun.length, 1);
});

test('who takes a download has it alone', () => {
  const { ahead, begun } = controlled();
  ahead.want(['a']);
  assert.equal(ahead.take('a'), begun[0]);
  assert.equal(ahead.take('a'), null);
  ahead.clear();
  assert.equal(begun[0].aborted, false);
});

test('what is only queued is left to who asks for it', () => {
  const { ahead, begun } = controlled();
  ahead.want(['a', 'b', 'c', 'd']);
  assert.equal(ahead.take('d'), null);
  assert.equal(begun.length, 3);
});

test('a download that failed is as if it had never been begun', async () => {
  const { ahead, begun } = controlled();
  ahead.want(['a']);
  begun[0].fail();
  await settled();
  assert.equal(ahead.take('a'), null);
  assert.equal(ahead.size, 0);
});

test('clearing aborts everything nobody asked for', () => {
  const { ahead, begun } = controlled();
  ahead.want(['a', 'b', 'c', 'd']);
  ahead.hint('h');
  ahead.clear();
  assert.ok(begun.every(({ aborted }) => aborted));
  assert.equal(ahead.size, 0);
});

test('little is kept: the oldest goes first', () => {
  const { ahead, begun } = controlled();
  ahead.want(Array.from({ length: 40 }, (_, index) => String(index)));
  assert.equal(ahead.size, 16);
  assert.ok(begun.length <= 3 + 1);
});

test('while hints are not taken up no more are begun', () => {
  const { ahead, begun } = controlled();
  for (const hint of ['1', '2', '3', '4', '5', '6']) ahead.hint(hint);
  assert.deepEqual(urls(begun), ['1', '2', '3', '4']);
  ahead.take('1');
  ahead.hint('7');
  assert.equal(begun.at(-1).url, '7');
});

test('a player that skipped to the edge is given hints again and the stale ones are dropped', () => {
  const { ahead, begun } = controlled();
  for (const hint of ['1', '2', '3', '4', '5', '6']) ahead.hint(hint);
  assert.equal(ahead.take('6'), null);
  assert.ok(begun.every(({ aborted }) => aborted));
  ahead.hint('7');
  assert.equal(begun.at(-1).url, '7');
});
