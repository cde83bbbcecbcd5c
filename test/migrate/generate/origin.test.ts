import { expect, it } from 'vitest';
import { type Origin, originProblems } from '../../../src/migrate/server/origin.ts';

/** Whose rows may be released upon and migrated, in staging. */

it.each<[Origin | null, string]>([
  [null, ''],
  [{ environment: 'staging', rules: null, state: 'own' }, ''],
  [{ environment: 'production', rules: null, state: 'own' }, 'migrate.raw-data'],
  [{ environment: 'production', rules: 'digest', state: 'complete' }, ''],
  [{ environment: 'production', rules: 'digest', state: 'incomplete' }, 'migrate.half-copied'],
  [{ environment: 'staging', rules: 'digest', state: 'synthetic' }, ''],
  // Rows of nobody may be restored anywhere.
  [{ environment: 'testing', rules: 'digest', state: 'synthetic' }, ''],
  [{ environment: 'staging', rules: 'digest', state: 'generating' }, 'migrate.half-generated'],
])('%j', (origin, code) => {
  expect(originProblems(origin, 'staging', 'here').map((one) => one.code).join()).toBe(code);
});
