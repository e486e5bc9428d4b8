import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../src/client.js';
import { Device } from '../src/device.js';
import { body, serving } from './server.js';

const opened = (part) => JSON.parse(Buffer.from(part, 'base64url'));

async function read(proof) {
  const [header, claims, signature] = proof.split('.');
  const key = await crypto.subtle.importKey('jwk', opened(header).jwk, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']);
  const of = new TextEncoder().encode(`${header}.${claims}`);
  const good = await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, Buffer.from(signature, 'base64url'), of);
  return { header: opened(header), claims: opened(claims), good };
}

test('a proof is of one request, signed by a key that cannot be read', async () => {
  const device = await Device.make();
  const request = { method: 'POST', url: 'https://a.test/v1/x?y=1#z', token: 'an.access.token', at_ms: 1_700_000_000_999 };
  const { header, claims, good } = await read(await device.proof(request));
  assert.equal(good, true);
  assert.deepEqual(Object.keys(header.jwk).sort(), ['crv', 'kty', 'x', 'y']);
  assert.deepEqual([header.typ, header.alg], ['dpop+jwt', 'ES256']);
  const { jti, ath, ...rest } = claims;
  assert.deepEqual(rest, { htm: 'POST', htu: 'https://a.test/v1/x', iat: 1_700_000_000 });
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('an.access.token'));
  assert.equal(ath, Buffer.from(digest).toString('base64url'));
  assert.notEqual(jti, (await read(await device.proof(request))).claims.jti);
});

test('every request of a client has a proof of its own by the same key', async () => {
  const proofs = [];
  const answer = async (request, response) => {
    await body(request);
    proofs.push(request.headers.dpop);
    const tokens = { access_token: 'access', refresh_token: 'refresh', expires_in: 300 };
    response.end(JSON.stringify(request.url === '/v1/auth/token' ? tokens : {}));
  };
  await serving(answer, async (base) => {
    const client = new Client({ base });
    await client.login('hong', 'right');
    await Promise.all([client.call('GET', '/v1/a?b=c'), client.call('POST', '/v1/d', {})]);
    const all = await Promise.all(proofs.map(read));
    assert.deepEqual(all.map(({ claims }) => claims.htu.replace(base, '')).sort(), ['/v1/a', '/v1/auth/token', '/v1/d']);
    assert.equal(new Set(all.map(({ header }) => header.jwk.x)).size, 1);
    assert.equal(new Set(all.map(({ claims }) => claims.jti)).size, 3);
    assert.equal(all[0].claims.ath, undefined);
  });
});

test('a tablet whose clock is wrong takes the time from the refusal and tries once more', async () => {
  const ahead_ms = 3_600_000;
  const iats = [];
  const answer = async (request, response) => {
    await body(request);
    const { claims } = await read(request.headers.dpop);
    iats.push(claims.iat);
    response.setHeader('X-Time', ((Date.now() + ahead_ms) / 1000).toFixed(3));
    if (Math.abs(claims.iat * 1000 - Date.now() - ahead_ms) > 60_000) {
      return response.writeHead(401).end('{"code":"dpop_proof_invalid"}');
    }
    return response.end('{"access_token":"access","refresh_token":"refresh","expires_in":300}');
  };
  await serving(answer, async (base) => {
    await new Client({ base }).login('hong', 'right');
    assert.equal(iats.length, 2);
  });
});

test('a proof that stays refused is not tried for ever', async () => {
  const answer = (_, response) => response.writeHead(401).end('{"code":"dpop_proof_invalid"}');
  await serving(answer, async (base, seen) => {
    await assert.rejects(new Client({ base }).login('hong', 'right'), { code: 'dpop_proof_invalid' });
    assert.equal(seen.length, 2);
  });
});
