import { expect, it } from 'vitest';
import { type Origin, originProblems } from '../../../src/migrate/server/origin.ts';

const rules = 'a'.repeat(64);

it.each<[string, Origin | null, readonly string[]]>([
  ['says nothing', null, []],
  ['holds its own rows', { environment: 'staging', rules: null, state: 'own' }, []],
  ['holds a harmless copy', { environment: 'production', rules, state: 'complete' }, []],
  ['holds half of a copy', { environment: 'production', rules, state: 'incomplete' }, ['migrate.half-copied']],
  [
    'holds the rows of another environment',
    { environment: 'production', rules: null, state: 'own' },
    ['migrate.raw-data'],
  ],
])('a database that %s', (_, origin, codes) => {
  expect(originProblems(origin, 'staging', 'mysql:h:1/d').map(({ code }) => code)).toEqual(codes);
});
