import assert from 'node:assert/strict';
import { test } from 'node:test';

import { headers } from '../src/cmcd.js';

const facts = { sid: '6e2fb550', bitrate_bps: 799_600, top_bps: 2_500_000, in_hand_s: 0.63, link_bps: 1_540_000, starved: false };

test('a part is told with its rung, what is in hand and what the link carries', () => {
  assert.deepEqual(headers('/live/s/c/360p/1a-7.2.m4s', facts), {
    'CMCD-Object': 'br=800,ot=v,tb=2500',
    'CMCD-Request': 'bl=600,mtp=1500',
    'CMCD-Session': 'sf=h,sid="6e2fb550",st=l',
  });
});

test('that the picture ran dry is a key without a value', () => {
  assert.equal(headers('/live/s/c/360p/1a-7.2.m4s', { ...facts, starved: true })['CMCD-Status'], 'bs');
});

test('a playlist and an initialisation are named as what they are', () => {
  assert.equal(headers('/live/s/c/360p/index.m3u8?_HLS_msn=7', facts)['CMCD-Object'], 'ot=m,tb=2500');
  assert.equal(headers('/live/s/c/360p/init-1a.mp4', facts)['CMCD-Object'], 'br=800,ot=i,tb=2500');
});

test('what is not known is not told', () => {
  const told = headers('/live/s/c/index.m3u8', { sid: 'a', in_hand_s: null, link_bps: NaN });
  assert.deepEqual(told, { 'CMCD-Object': 'ot=m', 'CMCD-Session': 'sf=h,sid="a",st=l' });
});

test('nothing in hand is a fact', () => {
  assert.equal(headers('/a.m4s', { sid: 'a', in_hand_s: 0 })['CMCD-Request'], 'bl=0');
});
