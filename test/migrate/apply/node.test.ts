import { describe, expect, it } from 'vitest';
import { quoted, sessionSettings } from '../../../src/migrate/apply/bookkeeping.ts';
import { applyConfig, applyLimits } from '../../../src/migrate/apply/config.ts';
import { migrateNodes } from '../../../src/migrate/apply/node.ts';
import { judge, type StatementFacts } from '../../../src/migrate/apply/statement.ts';
import { parseMigrations } from '../../../src/migrate/files/files.ts';
import type { AppliedMigration } from '../../../src/migrate/files/pending.ts';
import { type DatabaseLook, familyOf } from '../../../src/migrate/server/database.ts';
import { kindOf } from '../../../src/migrate/sql/statement.ts';

const run = { mode: 'run' as const, run: 'r1' };
const facts: StatementFacts = {
  applied: false,
  mark: 'none',
  markRun: null,
  presence: null,
  rewrite: null,
  ...{ shape: null, markShape: null, partly: false, size: null, key: null, own: false, guards: null },
};
const adds = kindOf('CREATE TABLE t (id INT)');
const rows = kindOf('INSERT INTO t VALUES (1)');
const other = kindOf('ALTER TABLE t MODIFY a BIGINT');

describe('judge', () => {
  it.each([
    ['applied before', { applied: true }, adds, 'done'],
    ['done in this migration', { mark: 'done', markRun: 'r0' }, other, 'done'],
    ['never started', {}, other, 'run'],
    ['never started and not there', { presence: 'absent' }, adds, 'run'],
    ['never started, but there', { presence: 'present' }, adds, 'exists'],
    ['rows that were cut', { mark: 'started', markRun: 'r0' }, rows, 'run'],
    ['a table that was cut and is there', { mark: 'started', markRun: 'r0', presence: 'present' }, adds, 'mark-only'],
    ['a table that was cut and is not there', { mark: 'started', markRun: 'r0', presence: 'absent' }, adds, 'run'],
    ['half of it is there', { mark: 'started', markRun: 'r0', presence: 'partly' }, adds, 'cannot-tell'],
    ['nobody can tell', { mark: 'started', markRun: 'r0' }, other, 'cannot-tell'],
    ['looks as before', { mark: 'started', markRun: 'r0', shape: 's', markShape: 's' }, other, 'run'],
    ['looks otherwise than before', { mark: 'started', markRun: 'r0', shape: 't', markShape: 's' }, other, 'mark-only'],
    [
      'some of its tables are gone',
      { mark: 'started', markRun: 'r0', shape: 't', markShape: 's', partly: true },
      other,
      'cannot-tell',
    ],
    ['the server refused it a moment ago', { mark: 'started', markRun: 'r1' }, other, 'run'],
  ] as const)('%s', (_name, more, kind, expected) => {
    expect(judge({ ...facts, ...more }, kind, run)).toBe(expected);
  });

  it('a plan does not judge what an earlier statement may take away', () => {
    expect(judge({ ...facts, presence: 'present' }, adds, { mode: 'plan', run: 'r1' })).toBe('run');
  });
});

const { migrations } = parseMigrations(
  [
    { name: '0001_a.sql', bytes: new TextEncoder().encode('CREATE TABLE a (id INT); INSERT INTO a VALUES (1);') },
    { name: '0002_b.sql', bytes: new TextEncoder().encode('-- shiplock: phase=contract\nDROP TABLE a;') },
  ],
  'm',
);
const server = { family: 'mariadb', version: '10.11.6-MariaDB', comment: 'Debian 12' } as const;
const look: DatabaseLook = { server, empty: true, prepared: 'no', applied: [], origin: null };
const database = {
  name: 'shop',
  dsn: { secret: 'env:DSN' },
  resource: 'mysql:h:1/d',
  lock: 'shiplock:d',
  look: async () => look,
  recorded: async () => [],
  structure: async () => '',
  history: async () => [],
  bothStructures: async () => ({ structure: {}, remembered: null }),
  presence: async () => 'absent' as const,
  program: async () => false,
  size: async () => null,
  shape: async () => '',
  key: async () => null,
  rewrites: async () => ({ progress: null, foreignTables: [], triggers: [] }),
  idle: async () => true,
  room: async () => ({ tableBytes: null, host: '', dataDir: '', file: null, logDir: null }),
  tablesNow: async () => [],
  logPlace: async () => ({ time: '', log: false, file: null, position: null, gtid: null }),
  restorePoints: async () => [],
};
const options = {
  ...{ database, environment: 'production', engine: 'mariadb' as const, migrations },
  ...{ lockWaitTimeoutMs: 1500, lockAttempts: 3, statementTimeoutMs: 1000 },
  apply: applyLimits(applyConfig.parse({})),
};
const decideContext = {
  ...run,
  fence: 7,
  outputOf: (): never => {
    throw new Error('not used');
  },
  evidenceOf: () => ({}),
};

describe('migrateNodes', () => {
  it('has a journaled step per statement of each expand file', () => {
    const { node } = migrateNodes(options);
    const paths = node.steps.flatMap((child) =>
      child.kind === 'sequence' ? child.steps.map((step) => `${child.id}/${step.id}`) : [child.id],
    );
    expect(paths).toEqual([
      'check',
      'structure',
      '0001_a/statement-1',
      '0001_a/statement-2',
      '0001_a/record',
      'remember',
    ]);
  });

  it('the check says what is pending and what is left', () => {
    const { check } = migrateNodes(options);
    const decision = check.decide(look, decideContext);
    expect(decision).toMatchObject({
      kind: 'do',
      why: 'pending: 0001_a; left for a run of their own: 0002_b (contract); schema empty → 0001_a',
    });
    expect(check.collect([], look, decideContext)).toEqual({
      pending: ['0001_a'],
      left: ['0002_b (contract)'],
      before: 'empty',
      after: '0001_a',
    });
  });

  it('refuses a server of the other family, together with what else is wrong', () => {
    const { check } = migrateNodes({ ...options, engine: 'mysql' });
    expect(check.decide(look, decideContext)).toEqual({
      kind: 'refuse',
      problems: [
        {
          code: 'migrate.other-family',
          where: 'mysql:h:1/d',
          found: 'MariaDB 10.11.6-MariaDB, Debian 12',
          expected: 'MySQL, as `database.engine: mysql` says',
          remedy: 'mend the address in `database.dsn`, or write `engine: mariadb` if the migrations are meant for it',
        },
      ],
    });
    const gone: AppliedMigration = {
      ...{ id: '0000_gone', sha256: 'f'.repeat(64), position: 1, marks: [] },
      ...{ phase: 'expand', state: 'applied' },
    };
    const decision = check.decide({ ...look, applied: [gone] }, decideContext);
    expect(decision.kind === 'refuse' ? decision.problems.map((one) => one.code) : []).toEqual([
      'migrate.other-family',
      'migrate.drift-missing',
    ]);
  });

  it.each([
    ['10.11.14-MariaDB-0+deb12u2', 'Debian 12', 'mariadb'],
    // `version` can be set to anything in the configuration of a MariaDB.
    ['8.0.35', 'mariadb.org binary distribution', 'mariadb'],
    ['9.7.4', 'MySQL Community Server - GPL', 'mysql'],
    ['9.7.4-2', '(Debian)', 'mysql'],
    ['8.0.36-28', 'Percona Server (GPL), Release 28', 'mysql'],
  ])('%s (%s) is of the family %s', (version, comment, family) => {
    expect(familyOf(version, comment)).toBe(family);
  });

  it.each([
    [
      'mysql',
      ['START TRANSACTION', 'INSERT INTO shiplock_migrations', 'INSERT INTO shiplock_migration_statements'],
      ['UPDATE shiplock_migrations m', 'COMMIT'],
    ],
    ['mariadb', ['BEGIN NOT ATOMIC'], ['BEGIN NOT ATOMIC']],
  ] as const)(
    'a statement runs under the lock, between its marks; rows in one transaction with theirs: %s',
    (engine, before, behind) => {
      const { node } = migrateNodes({ ...options, engine });
      const file = node.steps[2];
      const second = file?.kind === 'sequence' ? file.steps[1] : undefined;
      if (second?.kind !== 'step') throw new Error('no such step');
      const decision = second.decide(facts, decideContext);
      const effect = decision.kind === 'do' ? decision.effects[0] : undefined;
      if (effect?.kind !== 'sql') throw new Error('no SQL');
      expect(effect).toMatchObject({ lock: 'shiplock:d', resource: 'mysql:h:1/d', dsn: { secret: 'env:DSN' } });
      expect(effect.statements.map((sql) => sql.split(' ').slice(0, 3).join(' '))).toEqual([
        'SET SESSION lock_wait_timeout',
        ...before,
        'INSERT INTO a',
        // The last statement closes its file.
        ...behind,
      ]);
    },
  );
});

it('texts and times go into SQL safely', () => {
  expect(quoted("a'b\\")).toBe("'a''b\\\\'");
  expect(sessionSettings(1500)).toBe('SET SESSION lock_wait_timeout = 2, innodb_lock_wait_timeout = 2');
});
