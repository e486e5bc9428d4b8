import assert from 'node:assert/strict';
import test from 'node:test';
import { Steering } from '../src/steering.js';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const held = (more = {}) => ({ id: 'h', until: new Date(NOW_MS + 60_000).toISOString(), moves: 0, done: 0, outcome: null, presets: [], ...more });

/** A client whose answers are given by hand, in any order. */
function asked() {
  const calls = [];
  const client = {
    clock: { at_ms: NOW_MS, now: () => client.clock.at_ms },
    call: (method, path, body) => new Promise((answer, refuse) => calls.push({ method, path, body, answer, refuse })),
  };
  return { client, calls, steering: new Steering(client, { camera_id: 'c/1', incident_id: 'i' }) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function taken() {
  const all = asked();
  all.steering.take('why');
  all.calls[0].answer(held());
  await settled();
  return all;
}

test('it is taken for a reason and for as long as may be, and let go when nobody looks', async () => {
  const { calls, steering } = await taken();
  assert.deepEqual(calls[0].body, { incident_id: 'i', reason: 'why', seconds: 60 });
  assert.equal(calls[0].path, '/v1/cameras/c%2F1/ptz');
  assert.equal(steering.left_s, 60);
  steering.close();
  steering.close();
  assert.deepEqual(calls.slice(1).map(({ method }) => method), ['DELETE']);
  assert.equal(steering.hold, null);
});

test('what is given after it was left is given back', async () => {
  const { calls, steering } = asked();
  steering.take('why');
  steering.close();
  calls[0].answer(held());
  await settled();
  assert.deepEqual(calls.map(({ method }) => method), ['POST', 'DELETE']);
  assert.equal(steering.hold, null);
});

test('another minute that comes after the end is given back too', async () => {
  const { calls, steering } = await taken();
  steering.renew();
  steering.release();
  calls[1].answer(held());
  await settled();
  assert.deepEqual(calls.map(({ method }) => method), ['POST', 'POST', 'DELETE', 'DELETE']);
  assert.deepEqual([steering.hold, steering.over], [null, 'released']);
});

test('an answer that was overtaken changes nothing', async () => {
  const { calls, steering } = await taken();
  steering.move({ pan: 1 });
  steering.move({ pan: -1 });
  calls[2].answer(held({ moves: 2 }));
  await settled();
  calls[1].answer(held({ moves: 1 }));
  await settled();
  assert.equal(steering.hold.moves, 2);
  steering.close();
});

for (const code of ['ptz_not_held', 'ptz_not_watching', 'incident_over']) {
  test(`${code}: it is not ours any more`, async () => {
    const { calls, steering } = await taken();
    steering.move({ pan: 1 });
    calls[1].refuse(Object.assign(new Error(), { code }));
    await settled();
    assert.deepEqual([steering.hold, steering.over, steering.left_s], [null, 'lost', 0]);
  });
}

test('a move that is refused for itself leaves it ours and says why', async () => {
  const { calls, steering } = await taken();
  steering.move({ preset: 'gone' });
  calls[1].refuse(Object.assign(new Error(), { code: 'ptz_preset_unknown' }));
  await settled();
  assert.equal(steering.hold.id, 'h');
  assert.equal(steering.wrong.code, 'ptz_preset_unknown');
  steering.close();
});

test('when the minute is over by the clock of the server it is over here', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { client, steering } = await taken();
  client.clock.at_ms += 60_000;
  t.mock.timers.tick(1_000);
  assert.deepEqual([steering.hold, steering.over], [null, 'expired']);
});
