import assert from 'node:assert/strict';
import { test } from 'node:test';
import { M3U8Parser } from 'hls.js';
import { Ahead } from '../src/ahead.js';
import { loaderFor, shortened } from '../src/loader.js';
import { text } from './playlist.js';
import { serving, until } from './server.js';

const POLICY = { loadPolicy: { maxTimeToFirstByteMs: 5_000, maxLoadTimeMs: 5_000 } };
const PLAYLIST = '/240p/index.m3u8';

/** Load one URL as hls.js does; resolves with what was called back. */
function load(Loader, url, responseType, { policy = POLICY, during = () => {} } = {}) {
  return new Promise((resolve) => {
    const loader = new Loader({});
    const ended = (kind) => (...values) => resolve({ kind, values, loader });
    loader.load({ url, responseType, type: 'level' }, policy, {
      onSuccess: ended('success'),
      onError: ended('error'),
      onTimeout: ended('timeout'),
      onAbort: ended('abort'),
    });
    during(loader);
  });
}

test('a part named by a hint is asked for with the playlist and handed over without a second request', async () => {
  const held = [];
  const answer = (request, response) => {
    if (request.url === PLAYLIST) response.end(text(35));
    else held.push(() => response.end(`bytes of ${request.url}`));
  };
  await serving(answer, async (base, seen) => {
    const ahead = new Ahead();
    const Loader = loaderFor(ahead, M3U8Parser, { onJoin: () => 0 });
    await load(Loader, base + PLAYLIST, 'text');
    await until(() => seen.some(({ url }) => url === '/240p/e-4.3.m4s'));
    const part = load(Loader, `${base}/240p/e-4.3.m4s`, 'arraybuffer');
    held.forEach((release) => release());
    const { kind, values } = await part;
    assert.equal(kind, 'success');
    assert.equal(new TextDecoder().decode(values[0].data), 'bytes of /240p/e-4.3.m4s');
    assert.equal(seen.filter(({ url }) => url === '/240p/e-4.3.m4s').length, 1);
    ahead.clear();
  });
});

test('joining begins the initialisation segment and the first parts at once', async () => {
  const answer = (request, response) => response.end(request.url === PLAYLIST ? text(35) : 'x');
  await serving(answer, async (base, seen) => {
    const ahead = new Ahead();
    await load(loaderFor(ahead, M3U8Parser, { onJoin: () => 0.7 }), base + PLAYLIST, 'text');
    await until(() => seen.length === 6);
    const asked = seen.map(({ url }) => url.split('/').at(-1));
    assert.deepEqual(asked.slice(1).sort(), ['e-4.0.m4s', 'e-4.1.m4s', 'e-4.2.m4s', 'e-4.3.m4s', 'init-e.mp4']);
    ahead.clear();
  });
});

test('a playlist of another rendition begins its initialisation segment and its open segment', async () => {
  const answer = (request, response) => response.end(request.url.endsWith('m3u8') ? text(35, { epoch: request.url.slice(1, 2) }) : 'x');
  await serving(answer, async (base, seen) => {
    const ahead = new Ahead();
    const Loader = loaderFor(ahead, M3U8Parser);
    await load(Loader, `${base}/240p/index.m3u8`, 'text');
    await load(Loader, `${base}/540p/index.m3u8`, 'text');
    await until(() => seen.some(({ url }) => url === '/540p/init-5.mp4') && seen.some(({ url }) => url === '/540p/5-4.0.m4s'));
    ahead.clear();
  });
});

test('the wait for a held part is not taken for a slow link', async () => {
  let release;
  const answer = (request, response) => {
    release = () => {
      response.writeHead(200, { 'Content-Length': 60_000 });
      response.write(Buffer.alloc(20_000));
      setTimeout(() => response.end(Buffer.alloc(40_000)), 60);
    };
  };
  await serving(answer, async (base, seen) => {
    const ahead = new Ahead();
    ahead.hint(`${base}/part`);
    await until(() => seen.length === 1);
    const asked = performance.now();
    const part = load(loaderFor(ahead, M3U8Parser), `${base}/part`, 'arraybuffer');
    setTimeout(release, 120);
    const { values } = await part;
    const { loading, loaded, total } = values[1];
    assert.deepEqual([loaded, total], [60_000, 60_000]);
    assert.ok(loading.end - asked > 170, 'it did wait');
    const took = loading.end - loading.start;
    assert.ok(took > 45 && took < 130, `told as ${took} ms: the time from first byte to last, first bytes included`);
    assert.equal(loading.start, loading.first);
  });
});

test('a part that came before it was asked for is told as if it had just come', async () => {
  await serving((_, response) => response.end(Buffer.alloc(5_000)), async (base) => {
    const ahead = new Ahead();
    ahead.want([`${base}/part`]);
    const Loader = loaderFor(ahead, M3U8Parser);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const asked = performance.now();
    const { values } = await load(Loader, `${base}/part`, 'arraybuffer');
    const { loading } = values[1];
    assert.ok(loading.end >= asked && loading.end - loading.start < 40);
  });
});

for (const status of [401, 403, 404, 410, 500, 503]) {
  test(`an answer of ${status} is reported with its status and not asked for again`, async () => {
    const answer = (_, response) => response.writeHead(status).end();
    await serving(answer, async (base, seen) => {
      const { kind, values } = await load(loaderFor(new Ahead(), M3U8Parser), base + PLAYLIST, 'text');
      assert.equal(kind, 'error');
      assert.equal(values[0].code, status);
      assert.equal(seen.length, 1);
    });
  });
}

test('no answer at all is an error with status 0', async () => {
  await serving((request) => request.socket.destroy(), async (base) => {
    const { kind, values } = await load(loaderFor(new Ahead(), M3U8Parser), `${base}/x`, 'arraybuffer');
    assert.deepEqual([kind, values[0].code], ['error', 0]);
  });
});

test('a first byte that does not come in time is a timeout, and the request ends', async () => {
  await serving(() => {}, async (base, seen) => {
    const policy = { loadPolicy: { maxTimeToFirstByteMs: 40, maxLoadTimeMs: 1_000 } };
    const { kind } = await load(loaderFor(new Ahead(), M3U8Parser), `${base}/x`, 'arraybuffer', { policy });
    assert.equal(kind, 'timeout');
    await until(() => seen[0].socket.destroyed);
  });
});

test('a body that does not end in time is a timeout', async () => {
  const answer = (_, response) => response.write('begun');
  await serving(answer, async (base) => {
    const policy = { loadPolicy: { maxTimeToFirstByteMs: 20, maxLoadTimeMs: 80 } };
    const { kind } = await load(loaderFor(new Ahead(), M3U8Parser), `${base}/x`, 'arraybuffer', { policy });
    assert.equal(kind, 'timeout');
  });
});

test('aborting says so once and ends the request', async () => {
  await serving(() => {}, async (base, seen) => {
    const during = (loader) => until(() => seen.length === 1).then(() => loader.abort());
    const { kind, values } = await load(loaderFor(new Ahead(), M3U8Parser), `${base}/x`, 'arraybuffer', { during });
    assert.equal(kind, 'abort');
    assert.equal(values[0].aborted, true);
    await until(() => seen[0].socket.destroyed);
  });
});

test('a destroyed loader calls nobody back', async () => {
  await serving((_, response) => response.end('x'), async (base, seen) => {
    let called = false;
    const during = (loader) => loader.destroy();
    load(loaderFor(new Ahead(), M3U8Parser), `${base}/x`, 'text', { during }).then(() => (called = true));
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(called, false);
    assert.ok(seen.length <= 1);
  });
});

test('headers of the answer can be read', async () => {
  const answer = (_, response) => response.writeHead(200, { Date: 'Thu, 01 Jan 2026 00:00:00 GMT' }).end(text(35));
  await serving(answer, async (base) => {
    const ahead = new Ahead();
    const { loader } = await load(loaderFor(ahead, M3U8Parser), base + PLAYLIST, 'text');
    assert.equal(loader.getResponseHeader('date'), 'Thu, 01 Jan 2026 00:00:00 GMT');
    assert.equal(loader.getCacheAge(), null);
    ahead.clear();
  });
});

test('durations are told a little shorter than rounding could have made them longer', () => {
  const told = shortened('#EXTINF:1.86667,\nx\n#EXT-X-PART:URI="a",DURATION=0.26667\n#EXT-X-PART:DURATION=0.26667,URI="b"\n#EXT-X-TARGETDURATION:2');
  const [segment, ...parts] = [...told.matchAll(/(?:EXTINF:|DURATION=)([0-9.]+)/g)].map((match) => Number(match[1]));
  assert.ok(segment < 28 / 15 && segment > 28 / 15 - 0.0002);
  assert.ok(parts.length === 2 && parts.every((part) => part < 4 / 15 && part > 4 / 15 - 0.0001));
  assert.ok(told.endsWith('#EXT-X-TARGETDURATION:2'));
});

test('a part that came in a single record is told at the rate already thought of', async () => {
  await serving((_, response) => response.end(Buffer.alloc(2_000)), async (base) => {
    const Loader = loaderFor(new Ahead(), M3U8Parser, { thought_bps: () => 160_000 });
    const { values } = await load(Loader, `${base}/part`, 'arraybuffer');
    const { loading } = values[1];
    assert.ok(Math.abs(loading.end - loading.start - 100) < 0.001);
  });
});
