import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, Offline, Unreadable } from '../src/errors.js';
import { Room } from '../src/room.js';
import { body, serving } from './server.js';

const json = (response, status, value, headers = {}) => {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
};

/** A room at a server that gives tokens; `answers` are its answers to calls, the last one for ever. Waits are told, not waited. */
async function room(answers, use) {
  const calls = [];
  const answer = async (request, response) => {
    const sent = await body(request);
    if (request.url === '/v1/auth/token') return json(response, 200, { access_token: 't', token_type: 'Bearer', expires_in: 300 });
    calls.push({ key: request.headers['idempotency-key'], type: request.headers['content-type'], sent, url: request.url, method: request.method });
    return answers[Math.min(calls.length, answers.length) - 1](response);
  };
  const waits = [];
  await serving(answer, (base) => {
    const client = new Room({ base, client_id: 'cad112', client_secret: 's' });
    client.wire.pause = async (wait_ms) => waits.push(wait_ms);
    return use(client, { calls, waits });
  });
}
const busy = (status, after) => (response) => json(response, status, { code: 'too_many_requests' }, { 'Retry-After': after });
const fine = (value) => (response) => json(response, 200, value);
const broken = (response) => response.destroy();

for (const status of [429, 503]) {
  test(`who is asked to wait waits so long and some more, and it is one call: ${status}`, async () => {
    await room([busy(status, '2'), busy(status, '2'), fine({})], async (client, { calls, waits }) => {
      await client.grants.revoke('g');
      assert.equal(new Set(calls.map(({ key }) => key)).size, 1);
      assert.equal(calls.length, 3);
      assert.equal(waits.length, 2);
      assert.ok(waits.every((wait_ms) => wait_ms >= 2_000 && wait_ms <= 3_000));
    });
  });
}

test('who is asked to wait for long is told so instead', async () => {
  await room([busy(429, '40')], async (client, { calls }) => {
    await assert.rejects(client.grants.revoke('g'), { code: 'too_many_requests', retry_after_s: 40 });
    assert.equal(calls.length, 1);
  });
});

test('a broken line is tried three times, with one key', async () => {
  await room([broken], async (client, { calls }) => {
    await assert.rejects(client.grants.revoke('g'), Offline);
    assert.deepEqual([calls.length, new Set(calls.map(({ key }) => key)).size], [3, 1]);
  });
});

test('a look-up is never made a second time by itself', async () => {
  await room([broken], async (client, { calls }) => {
    await assert.rejects(client.plateLookups.ask({ kind: 'exact', asked: '12가3456' }), Offline);
    assert.equal(calls.length, 1);
  });
});

test('a refusal is not asked for again, and names the field to mend', async () => {
  const refused = (response) => json(response, 422, { code: 'invalid_request', field: 'priority', errors: [{ field: 'priority' }] });
  await room([refused], async (client, { calls }) => {
    const error = await client.incidents.report({}).catch((found) => found);
    assert.ok(error instanceof ApiError);
    assert.deepEqual([error.field, error.errors.length, calls.length], ['priority', 1, 1]);
  });
});

test('a sign-in page of the network is not taken for the server', async () => {
  await room([(response) => response.end('<html>Welcome</html>')], async (client) => {
    await assert.rejects(client.incidents.read('i'), Unreadable);
  });
});

test('a list is read page after page', async () => {
  await room([fine({ items: [1, 2], next_cursor: 'c' }), fine({ items: [3] })], async (client, { calls }) => {
    const found = [];
    for await (const one of client.incidents.list({ status: 'open' })) found.push(one);
    assert.deepEqual(found, [1, 2, 3]);
    assert.deepEqual(calls.map(({ url }) => url), ['/v1/incidents?status=open', '/v1/incidents?status=open&cursor=c']);
  });
});

test('ids are segments, what is fixed is sent along, a member is the answer', async () => {
  await room([fine({ cameras: [7] })], async (client, { calls }) => {
    await client.incidents.close('a/b', { closing_reason: '끝' });
    assert.deepEqual([calls[0].url, JSON.parse(calls[0].sent)], ['/v1/incidents/a%2Fb', { closing_reason: '끝', status: 'closed' }]);
    assert.deepEqual(await client.incidents.cameras('i', { limit: 5 }), [7]);
    assert.throws(() => client.incidents.read(), /incidents.read: incident_id is not given/);
  });
});

test('a document goes as it is, and a file comes with its name', async () => {
  const file = (response) => {
    response.writeHead(200, { 'Content-Disposition': 'attachment; filename="viewing.csv"' });
    response.end('a,b');
  };
  await room([fine({}), file], async (client, { calls }) => {
    await client.cap.send('<alert/>');
    assert.deepEqual([calls[0].type, calls[0].sent], ['application/cap+xml', '<alert/>']);
    const { name, content } = await client.audit.viewing({ from: new Date(0), until: new Date(1), format: 'csv' });
    assert.deepEqual([name, await content.text()], ['viewing.csv', 'a,b']);
    assert.match(calls[1].url, /from=1970-01-01T00%3A00%3A00.000Z/);
  });
});
