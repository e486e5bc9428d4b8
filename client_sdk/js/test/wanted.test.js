import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginning, first, following, hinted, initialisation, open } from '../src/wanted.js';
import { details, names, text } from './playlist.js';

test('the hinted part is told by its full address', () => {
  assert.equal(hinted(details(text(35))), 'http://host/live/sid/camera/240p/e-4.3.m4s');
});

for (const hint of ['', '#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="x.mp4"', '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="x.m4s",BYTERANGE-START=9']) {
  test(`a playlist with the hint «${hint}» gives no part to ask for`, () => {
    const without = text(35).replace(/#EXT-X-PRELOAD-HINT.*/, hint);
    assert.equal(hinted(details(without)), null);
  });
}

test('the newest initialisation segment is the one of the open segment', () => {
  const restarted = text(35).replace('#EXT-X-PART:DURATION=0.25,URI="e-4.0', '#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="init-f.mp4"\n$&');
  assert.equal(names([initialisation(details(restarted))])[0], 'init-f.mp4');
  assert.equal(names([initialisation(details(text(35)))])[0], 'init-e.mp4');
});

test('playing begins at the newest picture that stands alone and has enough after it', () => {
  assert.equal(beginning(details(text(35)), 0.5), 0.75);
  assert.equal(beginning(details(text(33)), 0.5), 2.25);
});

test('a stream that has just begun is played from its beginning', () => {
  assert.equal(beginning(details(text(9)), 10), 2.25);
});

test('what is loaded first are the parts from the last one that stands alone', () => {
  assert.deepEqual(names(first(details(text(35)), 0.75)), ['e-4.0.m4s', 'e-4.1.m4s', 'e-4.2.m4s']);
});

test('farther back the parts of two segments follow each other', () => {
  const urls = names(first(details(text(33)), 2.25));
  assert.deepEqual([urls[0], urls[7], urls[8], urls.length], ['e-3.0.m4s', 'e-3.7.m4s', 'e-4.0.m4s', 9]);
});

test('where no parts are listed any more the whole segment is loaded', () => {
  assert.deepEqual(names(first(details(text(35)), 6)).slice(0, 2), ['e-1.m4s', 'e-2.m4s']);
});

test('no more than twelve are ever begun', () => {
  assert.ok(first(details(text(39, { window: 40 })), 60).length <= 12);
});

test('who changes to this rendition loads the open segment from its start', () => {
  assert.deepEqual(names(open(details(text(35)))), ['e-4.0.m4s', 'e-4.1.m4s', 'e-4.2.m4s']);
  assert.deepEqual(open(details(text(32))), []);
});

test('after a part come those listed next, across segments, and none after the last', () => {
  const playlist = details(text(35));
  const parts = playlist.partList.map(({ url }) => url);
  assert.deepEqual(names(following(playlist, parts[6])), ['e-3.7.m4s', 'e-4.0.m4s', 'e-4.1.m4s']);
  assert.deepEqual(following(playlist, parts.at(-1)), []);
  assert.deepEqual(following(playlist, 'http://host/another.m4s'), []);
});
