import assert from 'node:assert/strict';
import test from 'node:test';
import { wayOf } from '../src/way.js';

const TABLE = [
  [{ feeds: true, plays: '' }, 'hls.js'],
  [{ feeds: true, plays: 'maybe' }, 'hls.js'],
  [{ feeds: true, plays: 'probably' }, 'hls.js'],
  [{ feeds: false, plays: 'maybe' }, 'native'],
  [{ feeds: false, plays: 'probably' }, 'native'],
  [{ feeds: false, plays: '' }, 'stills'],
];

for (const [browser, way] of TABLE) {
  test(`${JSON.stringify(browser)} plays by ${way}`, () => assert.equal(wayOf(browser), way));
}
