import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { MannerPlan, PlannedManner } from '../../src/migrate/index.ts';
import { mannerProblems, mannersOf, withManners } from '../../src/release/run/kept-manner.ts';
import {
  type Planned,
  planName,
  plansDirectory,
  readPlan,
  stillHolds,
  storePlan,
} from '../../src/release/run/stored-plan.ts';

const PLANNED: Planned = {
  formatVersion: 1,
  procedure: 'migrate',
  service: 'shop',
  environment: 'production',
  commit: 'c'.repeat(40),
  base: { version: '1.0.0', commit: 'b'.repeat(40) },
  schema: { state: '0001_a', digest: 'd'.repeat(64) },
  statements: [{ migration: '0002_b', number: 1, title: 'ALTER TABLE a', sha256: 'e'.repeat(64) }],
  planHash: 'f'.repeat(64),
};
const MADE = { who: 'mia', time: '2026-11-22T07:00:00.000Z' };
const store = mkdtempSync(join(tmpdir(), 'shiplock-plans-'));
afterAll(() => rmSync(store, { recursive: true, force: true }));

test('the same plan has one name, whoever made it and whenever, and is kept once', async () => {
  const name = await storePlan(store, PLANNED, MADE);
  expect(await storePlan(store, PLANNED, { who: 'ben', time: '2026-11-23T07:00:00.000Z' })).toBe(name);
  expect(name).toBe(planName(structuredClone(PLANNED)));
  expect(readdirSync(plansDirectory(store, 'production'))).toEqual([`${name}.json`]);
  expect(await readPlan(store, 'production', name.slice(0, 16))).toEqual({ name, planned: PLANNED });
});

test('how a statement was to be run is a part of the plan; estimates are not', () => {
  const [statement] = PLANNED.statements;
  if (statement === undefined) throw new Error('no statement');
  const direct = {
    kind: 'direct',
    sql: 'x',
    algorithm: 'INSTANT',
    lock: 'DEFAULT',
    rebuilds: false,
    source: 'shadow',
    why: '',
  } as const;
  const manners = (manner: PlannedManner['manner']): MannerPlan => ({
    ...{ family: 'mysql', target: '9.7.4', shadow: '9.7.4', warnings: [], after: null },
    server: { freeBytes: null, replicas: null, binlog: 'ROW', family: 'mysql', fullRows: true },
    statements: [
      { migration: '0002_b', number: 1, sql: 'x', where: 'a:1', manner, blocks: '', table: null, notes: [] },
    ],
  });
  const kept = (manner: PlannedManner['manner']) => withManners([statement], manners(manner));
  expect(kept({ ...direct, estimateMs: 1 })).toEqual(kept({ ...direct, estimateMs: 2 }));
  const then = { ...PLANNED, statements: kept({ ...direct, estimateMs: 1 }) };
  const now = { ...PLANNED, statements: kept({ ...direct, algorithm: 'COPY', estimateMs: 1 }) };
  expect(stillHolds('3'.repeat(64), then, now)).toMatchObject({
    problems: [{ code: 'release.plan-other-statements' }],
  });
  const places = then.statements.flatMap(({ migration, number, manner }) =>
    manner === undefined ? [] : [{ migration, number, manner }],
  );
  expect(mannersOf(places)('0002_b', 1)).toMatchObject({ ...direct, why: 'as it was planned' });
  expect(mannersOf(places)('0002_b', 2)).toBeUndefined();
  expect(withManners([statement], null)).toEqual([statement]);
  const problem = { code: 'migrate.plan-rows', where: '', found: '', expected: '', remedy: '' };
  expect(mannerProblems(manners({ kind: 'refused', problems: [problem] }))).toEqual([problem]);
});

test('a plan is found by enough digits of its name, in its own environment', async () => {
  const name = await storePlan(store, PLANNED, MADE);
  for (const [environment, digits] of [
    ['production', name.slice(0, 15)],
    ['staging', name],
    ['production', '0'.repeat(16)],
    ['../production', name],
  ] as const) {
    await expect(readPlan(store, environment, digits)).rejects.toMatchObject({
      problems: [{ code: 'release.no-plan' }],
    });
  }
});

test('a plan whose file says something else than its name is refused', async () => {
  const name = await storePlan(store, PLANNED, MADE);
  const file = join(plansDirectory(store, 'production'), `${name}.json`);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('ALTER TABLE a', 'DROP TABLE a'));
  await expect(readPlan(store, 'production', name)).rejects.toMatchObject({
    problems: [{ code: 'release.plan-swapped', found: expect.stringContaining('mia') }],
  });
  writeFileSync(file, '{');
  await expect(readPlan(store, 'production', name)).rejects.toMatchObject({
    problems: [{ code: 'release.record-unreadable' }],
  });
  writeFileSync(file, text);
});

test.each([
  ['release.plan-other-commit', { commit: 'a'.repeat(40) }],
  ['release.plan-other-base', { base: null }],
  ['release.plan-other-base', { base: { version: '1.0.0', commit: 'a'.repeat(40) } }],
  ['release.plan-other-schema', { schema: { state: '0002_b', digest: 'd'.repeat(64) } }],
  ['release.plan-other-schema', { schema: { state: '0001_a', digest: 'a'.repeat(64) } }],
  ['release.plan-other-statements', { statements: [] }],
  ['release.plan-other-hash', { planHash: 'a'.repeat(64) }],
  ['release.plan-other-hash', { service: 'other' }],
] as const)('%s', (code, change) => {
  expect(stillHolds('3'.repeat(64), PLANNED, structuredClone(PLANNED)).ok).toBe(true);
  expect(stillHolds('3'.repeat(64), PLANNED, { ...PLANNED, ...change })).toMatchObject({
    ok: false,
    problems: [{ code }],
  });
});
