import assert from 'node:assert/strict';
import test from 'node:test';
import { themeAt } from '../../tablet/theme.js';

const SEOUL = [['00:00', 'night'], ['06:59', 'night'], ['07:00', 'day'], ['12:00', 'day'], ['17:59', 'day'], ['18:00', 'night'], ['23:59', 'night']];

for (const [time, theme] of SEOUL) {
  test(`at ${time} in Seoul it is ${theme}, wherever the tablet thinks it is`, () => {
    assert.equal(themeAt(new Date(`2026-11-23T${time}:00+09:00`)), theme);
  });
}
