import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ServerClock } from '../src/age.js';
import { Still } from '../src/still.js';

const EVERY_MS = 4_000;

/** A page whose clock goes on as told, and a server that answers each asking after a while. */
function asks(t, took_ms) {
  let now_ms = 0;
  const asked = [];
  t.mock.method(performance, 'now', () => now_ms);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  t.mock.method(globalThis, 'fetch', async () => {
    asked.push(now_ms);
    now_ms += took_ms;
    return new Response(null, { status: 503 });
  });
  return {
    asked,
    async wait(ms) {
      for (let left = ms; left > 0; left -= 100) {
        const before_ms = now_ms;
        t.mock.timers.tick(100);
        await new Promise((resolve) => setImmediate(resolve));
        if (now_ms === before_ms) now_ms += 100;
      }
    },
  };
}

for (const [what, took_ms, every_ms] of [
  ['as often as is wanted, however long one takes', 1_100, EVERY_MS],
  ['with a pause where one takes longer than that', 4_200, 4_700],
]) {
  test(`pictures are asked for ${what}`, async (t) => {
    const page = asks(t, took_ms);
    const still = new Still({ width: 0, height: 0 }, new ServerClock());
    still.open('https://gate.test/still.jpg', 0, EVERY_MS);
    still.taken_at = new Date(0); // one is there: what is asked is whether there is a newer one
    await page.wait(12_000);
    const between = page.asked.slice(1).map((at, one) => at - page.asked[one]);
    assert.ok(between.length >= 2);
    for (const ms of between) assert.ok(Math.abs(ms - every_ms) <= 100, `${ms} ms`);
    still.close();
  });
}
