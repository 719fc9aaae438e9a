import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCircles } from './find-circles.ts';

test('files that import each other are a circle, whatever leads to them', () => {
  const imports = new Map([
    ['main', ['a']],
    ['a', ['b', 'leaf']],
    ['b', ['c']],
    ['c', ['a']],
    ['leaf', []],
  ]);
  assert.deepEqual(findCircles(imports), [['a', 'b', 'c', 'a']]);
});

test('a file that imports itself is a circle', () => {
  assert.deepEqual(findCircles(new Map([['a', ['a']]])), [['a', 'a']]);
});

test('a file that several files import is no circle', () => {
  const imports = new Map([
    ['main', ['left', 'right']],
    ['left', ['leaf']],
    ['right', ['leaf']],
  ]);
  assert.deepEqual(findCircles(imports), []);
});
