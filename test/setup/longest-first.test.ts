import { expect, test } from 'vitest';
import { namedFirst } from '../../scripts/testing/longest-first.ts';

const order = (files: readonly string[], names: readonly string[]): readonly string[] =>
  namedFirst(files, names, (file) => {
    const [project = '', name = ''] = file.split(' ');
    return { project, name };
  });

test('files that are named come first, in the order of the names', () => {
  expect(order(['e2e a', 'e2e b', 'e2e c', 'e2e d'], ['d', 'b'])).toEqual(['e2e d', 'e2e b', 'e2e a', 'e2e c']);
});

test('projects stay in their order and together', () => {
  expect(order(['unit a', 'unit b', 'e2e c', 'e2e d'], ['d', 'b'])).toEqual(['unit b', 'unit a', 'e2e d', 'e2e c']);
});

test('a name that is not there changes nothing', () => {
  expect(order(['e2e a', 'e2e b'], ['gone'])).toEqual(['e2e a', 'e2e b']);
});
