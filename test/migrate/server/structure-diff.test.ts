import { expect, it } from 'vitest';
import { digestOfStructure, type Structure } from '../../../src/migrate/server/structure.ts';
import { changeText, structureChanges } from '../../../src/migrate/server/structure-diff.ts';

const column = (type: string, after: string) => ({ type, after });
const users: Structure = {
  'table users': { '': { engine: 'InnoDB' }, 'column a': column('int', ''), 'column b': column('int', 'a') },
};
const lines = (from: Structure, to: Structure): readonly string[] => structureChanges(from, to).map(changeText);

it('says what was added, taken away and changed', () => {
  expect(lines(users, users)).toEqual([]);
  const to: Structure = {
    'table users': {
      '': { engine: 'InnoDB' },
      'column a': column(`varchar(${'9'.repeat(200)})`, ''),
      'index i': { columns: 'a' },
    },
    'view v': { '': { definition: 'select 1' } },
  };
  expect(lines(users, to)).toEqual([
    `~ table users, column a: type is varchar(${'9'.repeat(112)}…, was int`,
    '- table users, column b: it is gone, and no migration dropped it',
    '+ table users, index i: no migration made it',
    '+ view v: no migration made it',
  ]);
  expect(lines({ 'view v': to['view v'] ?? {} }, {})).toEqual(['- view v: it is gone, and no migration dropped it']);
});

it('a column between two others moves none of them; one that is moved does', () => {
  const with3: Structure = {
    'table users': { ...users['table users'], 'column c': column('int', 'a'), 'column b': column('int', 'c') },
  };
  expect(lines(users, with3)).toEqual(['+ table users, column c: no migration made it']);
  expect(lines(with3, users)).toEqual(['- table users, column c: it is gone, and no migration dropped it']);
  const turned: Structure = {
    'table users': { '': { engine: 'InnoDB' }, 'column a': column('int', 'b'), 'column b': column('int', '') },
  };
  expect(lines(users, turned)).toEqual([
    '~ table users, column a: after is b, was empty',
    '~ table users, column b: after is empty, was a',
  ]);
});

it('the digest does not depend on the order in which it was read', () => {
  const turned: Structure = {
    'table users': {
      'column b': { after: 'a', type: 'int' },
      'column a': { after: '', type: 'int' },
      '': { engine: 'InnoDB' },
    },
  };
  expect(digestOfStructure(turned)).toBe(digestOfStructure(users));
  expect(digestOfStructure({})).not.toBe(digestOfStructure(users));
});
