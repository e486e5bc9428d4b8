import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backOff, Events } from '../src/events.js';
import { ApiError } from '../src/errors.js';
import { serving, until } from './server.js';

const proven = async (method, path, token) => ({ Authorization: `DPoP ${token}`, DPoP: `${method} ${path}` });
const known = (base, renew = async () => {}) => ({
  base,
  proven,
  token: async (instead_of) => {
    if (instead_of) await renew();
    return 'access';
  },
});

/** Run the events of a server until the test is over; collects what they say. */
async function listening(answer, use, renew) {
  await serving(answer, async (base, seen) => {
    const events = new Events(known(base, renew));
    const said = [];
    for (const kind of ['dispatch', 'revoked', 'state']) events.addEventListener(kind, ({ detail }) => said.push([kind, detail]));
    const run = events.run();
    try {
      await use(said, seen, events);
    } finally {
      events.stop();
      await run;
    }
  });
}
const opened = (response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' });

test('an event is told under its kind with its data', async () => {
  const answer = (request, response) => {
    assert.equal(request.headers.authorization, 'DPoP access');
    assert.equal(request.headers.dpop, 'GET /v1/events');
    opened(response).write('id: 1\nevent: dispatch\ndata: {"dispatch_id":"d"}\n\n');
  };
  await listening(answer, async (said) => {
    await until(() => said.length === 2);
    assert.deepEqual(said, [['state', 'online'], ['dispatch', { dispatch_id: 'd' }]]);
  });
});

test('coming back it says which event it heard last', async () => {
  const answer = (_, response) => opened(response).end('id: 41\nevent: dispatch\ndata: {}\n\n');
  await listening(answer, async (said, seen) => {
    await until(() => seen.length === 2);
    assert.equal(seen[0].headers['last-event-id'], undefined);
    assert.equal(seen[1].headers['last-event-id'], '41');
  });
});

test('a line that ends in order is taken up again without alarm', async () => {
  const answer = (_, response) => opened(response).end(': bye\n\n');
  await listening(answer, async (said, seen) => {
    await until(() => seen.length === 2);
    assert.deepEqual(said, [['state', 'online']]);
  });
});

test('a line that breaks is said to be offline, then online again', async () => {
  let times = 0;
  const answer = (request, response) => {
    times += 1;
    if (times === 1) return response.writeHead(503).end();
    return opened(response).write(': hello\n\n');
  };
  await listening(answer, async (said) => {
    await until(() => said.length === 1);
    assert.deepEqual(said, [['state', 'online']]);
    assert.equal(times, 2);
  });
});

test('an old token is renewed once; a login that is over ends the listening', async () => {
  let renewals = 0;
  const renew = async () => {
    renewals += 1;
    if (renewals > 1) throw new ApiError({ status: 401, code: 'logged_out' });
  };
  const answer = (_, response) => response.writeHead(401).end('{"code":"token_invalid"}');
  await listening(answer, async (said) => {
    await until(() => said.length === 1);
    assert.deepEqual(said, [['state', 'refused']]);
  }, renew);
});

test('what is not JSON is passed over', async () => {
  const answer = (_, response) => opened(response).write('event: dispatch\ndata: {\n\nevent: revoked\ndata: {"reason":"r"}\n\n');
  await listening(answer, async (said) => {
    await until(() => said.length === 2);
    assert.deepEqual(said[1], ['revoked', { reason: 'r' }]);
  });
});

test('stopping ends the request', async () => {
  const answer = (_, response) => opened(response).write(': hello\n\n');
  await listening(answer, async (said, seen, events) => {
    await until(() => said.length === 1);
    events.stop();
    await until(() => seen[0].socket.destroyed);
  });
});

test('the wait before the next try doubles, is spread, and has an end', () => {
  assert.deepEqual([1, 2, 3, 4].map((failures) => backOff(failures, 1)), [500, 1_000, 2_000, 4_000]);
  assert.equal(backOff(1, 0), 250);
  assert.equal(backOff(50, 1), 15_000);
});
