import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../src/client.js';
import { ApiError, Offline } from '../src/errors.js';
import { body, serving } from './server.js';

/** A server that knows one password; `answers` are its answers to calls that bring a good token. */
function api(answers = {}, { expires_in = 300 } = {}) {
  const state = { number: 0, refresh: '', valid: new Set(), forms: [], keys: [] };
  const json = (response, status, value) => {
    response.writeHead(status, { 'Content-Type': 'application/json', 'X-Time': (Date.now() / 1000).toFixed(3) });
    response.end(JSON.stringify(value));
  };
  const answer = async (request, response) => {
    const sent = await body(request);
    if (request.url === '/v1/auth/revoke') return response.end();
    if (request.url === '/v1/auth/token') {
      const form = Object.fromEntries(new URLSearchParams(sent));
      state.forms.push(form);
      const good = form.grant_type === 'password' ? form.password === 'right' : form.refresh_token === state.refresh;
      if (!good) return json(response, 400, { code: 'invalid_grant', detail: 'no' });
      state.number += 1;
      state.refresh = `refresh-${state.number}`;
      state.valid.add(`access-${state.number}`);
      return json(response, 200, { access_token: `access-${state.number}`, refresh_token: state.refresh, expires_in });
    }
    state.keys.push(request.headers['idempotency-key']);
    const token = request.headers.authorization?.replace('DPoP ', '');
    if (!state.valid.has(token)) return json(response, 401, { code: 'token_invalid' });
    const [status, value] = answers[request.url] ?? [200, { sent: sent && JSON.parse(sent) }];
    return value === null ? response.writeHead(status).end() : json(response, status, value);
  };
  return { state, answer };
}

test('a login is a form with a password grant, and its refresh token is handed out to keep', async () => {
  const { state, answer } = api();
  await serving(answer, async (base) => {
    const kept = [];
    const client = new Client({ base, keep: (token) => kept.push(token) });
    await client.login('hong', 'right');
    assert.deepEqual(state.forms, [{ grant_type: 'password', username: 'hong', password: 'right' }]);
    assert.deepEqual(kept, ['refresh-1']);
    assert.equal(client.known, true);
  });
});

test('a wrong password is told by its code', async () => {
  await serving(api().answer, async (base) => {
    await assert.rejects(new Client({ base }).login('hong', 'wrong'), { name: 'ApiError', status: 400, code: 'invalid_grant' });
  });
});

test('a token about to end is renewed before the call', async () => {
  const { state, answer } = api({}, { expires_in: 0 });
  await serving(answer, async (base) => {
    const client = new Client({ base });
    await client.login('hong', 'right');
    await client.call('GET', '/v1/x');
    assert.deepEqual(state.forms.map(({ grant_type }) => grant_type), ['password', 'refresh_token']);
  });
});

test('calls at the same time renew once', async () => {
  const { state, answer } = api();
  await serving(answer, async (base) => {
    const client = new Client({ base });
    await client.login('hong', 'right');
    state.valid.clear();
    await Promise.all([client.call('GET', '/v1/a'), client.call('GET', '/v1/b'), client.call('GET', '/v1/c')]);
    assert.equal(state.forms.length, 2);
  });
});

test('a call that is repeated after renewing keeps its idempotency key', async () => {
  const { state, answer } = api();
  await serving(answer, async (base) => {
    const client = new Client({ base });
    await client.login('hong', 'right');
    state.valid.clear();
    await client.play({ camera_id: 'c', incident_id: 'i' });
    assert.equal(state.keys.length, 2);
    assert.match(state.keys[0], /^[0-9a-f]{32}$/);
    assert.equal(state.keys[0], state.keys[1]);
  });
});

test('a login that is over is forgotten and not tried again', async () => {
  const { state, answer } = api();
  await serving(answer, async (base) => {
    const kept = [];
    const client = new Client({ base, keep: (token) => kept.push(token) });
    await client.login('hong', 'right');
    state.valid.clear();
    state.refresh = 'ended elsewhere';
    await assert.rejects(client.call('GET', '/v1/x'), { code: 'invalid_grant' });
    assert.equal(kept.at(-1), null);
    await assert.rejects(client.call('GET', '/v1/x'), { status: 401, code: 'logged_out' });
  });
});

test('logging out forgets at once and tells the server', async () => {
  await serving(api().answer, async (base, seen) => {
    const client = new Client({ base });
    await client.login('hong', 'right');
    await client.logout();
    assert.equal(client.known, false);
    assert.equal(seen.at(-1).url, '/v1/auth/revoke');
  });
});

test('a refusal carries the server code, an unknown body the status', async () => {
  const answers = { '/v1/a': [403, { code: 'not_dispatched', detail: 'd', request_id: 'r' }], '/v1/b': [502, 'oops'] };
  await serving(api(answers).answer, async (base) => {
    const client = new Client({ base });
    await client.login('hong', 'right');
    const refused = await client.call('GET', '/v1/a').catch((error) => error);
    assert.ok(refused instanceof ApiError);
    assert.deepEqual([refused.status, refused.code, refused.message, refused.request_id], [403, 'not_dispatched', 'd', 'r']);
    assert.equal(refused.words('ko')[0], '배차되지 않음');
    assert.equal(new ApiError({ status: 403, code: 'constructor' }).words('en'), undefined);
    await assert.rejects(client.call('GET', '/v1/b'), { status: 502, code: 'unknown' });
  });
});

test('no answer is Offline and keeps the login', async () => {
  const { answer } = api();
  await serving(answer, async (base, seen) => {
    const client = new Client({ base });
    await client.login('hong', 'right');
    client.wire.base = 'http://127.0.0.1:9';
    await assert.rejects(client.call('GET', '/v1/x'), Offline);
    assert.equal(client.known, true);
    assert.equal(seen.length, 1);
  });
});

test('an answer without a body is null', async () => {
  await serving(api({ '/v1/playback/s%2F1': [204, null] }).answer, async (base) => {
    const client = new Client({ base });
    await client.login('hong', 'right');
    assert.equal(await client.stop('s/1'), null);
  });
});

test('every answer tells the server time', async () => {
  await serving(api().answer, async (base) => {
    const client = new Client({ base });
    await client.login('hong', 'right');
    assert.ok(Math.abs(client.clock.now() - Date.now()) < 200);
  });
});
