import { describe, expect, test } from 'vitest';
import { type Case, decide } from '../../../src/migrate/plan/decide.ts';
import type { TableFacts } from '../../../src/migrate/plan/facts.ts';
import { mannersMarkdown, mannersText } from '../../../src/migrate/plan/render.ts';
import { shapeOf } from '../../../src/migrate/plan/shape.ts';
import { type RewriteConfig, rewriteConfig } from '../../../src/migrate/rewrite/config.ts';
import type { Trial } from '../../../src/migrate/shadow/trial.ts';

const MIB = 2 ** 20;
const BUDGET = {
  rebuildBelow: 100 * MIB,
  blockBelow: 1000,
  rebuildRate: 10 * MIB,
  questionTimeout: 1000,
} as const;
const REWRITE = rewriteConfig.parse({});
const NOTHING = { required: [], unfilled: [], unique: [], foreignKeys: [], checks: [], retyped: [], indexes: [] };

type Accepted = Extract<Trial, { kind: 'accepted' }>;

function accepted(sql: string, more: Partial<Accepted> = {}): Accepted {
  const shape = shapeOf(sql, 'mysql');
  if (shape.kind === 'unclear') throw new Error(shape.why);
  return {
    kind: 'accepted',
    shape,
    sql: `${sql} /* asserted */`,
    algorithm: 'INPLACE',
    lock: 'NONE',
    rebuilds: false,
    rowVersion: false,
    refused: '',
    changes: NOTHING,
    ...more,
  };
}

function facts(bytes: number | null, more: Partial<TableFacts> = {}): Case['facts'] {
  const table = {
    table: 't',
    rows: 9,
    bytes,
    writesPerSecond: 3,
    rowVersions: null,
    triggers: 0,
    keysOut: 0,
    keysIn: 0,
    keyed: true,
    ...more,
  };
  return { server: { freeBytes: null, replicas: 1, binlog: 'ROW', family: 'mysql', fullRows: true }, tables: [table] };
}

function caseOf(more: Partial<Case>): Case {
  return {
    ...{ where: 'a.sql:1', trial: accepted('ALTER TABLE t FORCE'), table: 't', facts: facts(50 * MIB), replies: [] },
    ...{ fresh: new Set<string>(), rowsBefore: false, source: 'shadow' },
    ...more,
  };
}

/** In a word: how, or the codes of the problems. */
function word(input: Case, tool: RewriteConfig['tool'] = 'never'): string {
  const { manner } = decide(input, BUDGET, { ...REWRITE, tool });
  return manner.kind === 'direct'
    ? 'direct'
    : manner.kind === 'tool'
      ? manner.tool
      : manner.problems.map(({ code }) => code).join(' ');
}

const rebuild = accepted('ALTER TABLE t FORCE', { rebuilds: true });
const copy = accepted('ALTER TABLE t MODIFY a BIGINT', { algorithm: 'COPY', lock: 'SHARED', rebuilds: true });
const LARGE = facts(500 * MIB);

describe('how a statement is run', () => {
  test.each<[string, Partial<Case>, string]>([
    [
      'INSTANT, whatever the size',
      { trial: accepted('ALTER TABLE t ADD x INT', { algorithm: 'INSTANT', lock: 'DEFAULT' }), facts: LARGE },
      'direct',
    ],
    [
      'an index on a large table, while others write',
      { trial: accepted('ALTER TABLE t ADD INDEX i (a)'), facts: LARGE },
      'direct',
    ],
    ['a rebuild within the limit', { trial: rebuild }, 'direct'],
    ['a rebuild above it', { trial: rebuild, facts: LARGE }, 'migrate.plan-rebuilds'],
    ['a copy that blocks longer than allowed', { trial: copy }, 'migrate.plan-blocks'],
    ['a copy that is over in time', { trial: copy, facts: facts(5 * MIB) }, 'direct'],
    ['a copy of a table without rows', { trial: copy, facts: facts(500 * MIB, { rows: 0 }) }, 'direct'],
    ['a copy of a table that this plan makes', { trial: copy, facts: LARGE, fresh: new Set(['t']) }, 'direct'],
    [
      'a rebuild of a table whose size nobody tells',
      { trial: rebuild, facts: facts(null) },
      'migrate.plan-unknown-size',
    ],
    ['a rebuild of a table that is not known', { trial: rebuild, table: 'other' }, 'migrate.plan-unknown-size'],
    [
      'a rebuild without room',
      {
        trial: rebuild,
        facts: {
          ...facts(50 * MIB),
          server: { freeBytes: 55 * MIB, replicas: 0, binlog: 'ROW', family: 'mysql', fullRows: true },
        },
      },
      'migrate.plan-disk',
    ],
    ['what the server refuses', { trial: { kind: 'failed', errno: 1054, found: 'no column' } }, 'migrate.plan-fails'],
    [
      'what leaves the database',
      { trial: { kind: 'failed', errno: 1227, found: 'denied' } },
      'migrate.plan-not-allowed',
    ],
    ['what nobody understands', { trial: { kind: 'unclear', found: 'x', remedy: 'y' } }, 'migrate.plan-unclear'],
  ])('%s', (_, input, expected) => expect(word(caseOf(input))).toBe(expected));

  test.each<[string, Partial<TableFacts>, string]>([
    ['a plain table', {}, 'gh-ost'],
    ['foreign keys', { keysOut: 1 }, 'migrate.plan-rebuilds migrate.plan-tool'],
    ['triggers', { triggers: 1 }, 'migrate.plan-rebuilds migrate.plan-tool'],
    ['no key', { keyed: false }, 'migrate.plan-rebuilds migrate.plan-tool'],
    ['children', { keysIn: 2 }, 'migrate.plan-rebuilds migrate.plan-tool'],
  ])('a tool, where it can copy the table: %s', (_, more, expected) => {
    const input = caseOf({ trial: rebuild, facts: facts(500 * MIB, more) });
    expect(word(input, 'gh-ost')).toBe(expected);
  });

  test('gh-ost needs rows in the log, the other tool does not; it gets what stands behind the name', () => {
    const input = caseOf({ trial: rebuild, facts: { ...LARGE, server: { ...LARGE.server, binlog: 'MIXED' } } });
    expect(word(input, 'gh-ost')).toBe('migrate.plan-rebuilds migrate.plan-tool');
    expect(decide(input, BUDGET, { ...REWRITE, tool: 'pt-online-schema-change' }).manner).toMatchObject({
      table: 't',
      alter: 'FORCE',
    });
  });

  const question = { what: 'NULL in t.a', needs: [], sql: '', remedy: 'fill' };
  test('rows that do not fit refuse it, unless an earlier statement may mend them; what could not be asked is told', () => {
    const violated = { kind: 'violated' as const, question };
    expect(word(caseOf({ replies: [violated] }))).toBe('migrate.plan-rows');
    const later = decide(caseOf({ replies: [violated], rowsBefore: true }), BUDGET, REWRITE);
    expect([later.manner.kind, later.notes]).toEqual([
      'direct',
      ['now there is NULL in t.a: an earlier statement must mend that'],
    ]);
    const unknown = decide(caseOf({ replies: [{ kind: 'unknown', question, why: 'too long' }] }), BUDGET, REWRITE);
    expect(unknown.notes).toEqual(['not checked: NULL in t.a (too long)']);
  });
});

test('a reviewer sees each statement on a line, and Markdown of a stranger stays text', () => {
  const one = (sql: string, input: Partial<Case>) => ({
    ...decide(caseOf(input), BUDGET, REWRITE),
    migration: '0001_a',
    number: 1,
    sql,
    where: 'a.sql:1',
  });
  const plan = {
    ...{ family: 'mysql' as const, target: '9.7.4', shadow: '9.7.4', warnings: ['an old one'], after: null },
    server: LARGE.server,
    statements: [
      one('ALTER TABLE t FORCE', { trial: rebuild }),
      one('ALTER TABLE t ADD `a|b` INT', { trial: copy, facts: LARGE }),
    ],
  };
  const text = mannersText(plan).split('\n');
  expect(text[1]).toBe('warning: an old one');
  expect(text.find((line) => line.startsWith('ALTER TABLE t FORCE'))?.split(/ {2,}/)).toEqual([
    ...['ALTER TABLE t FORCE', 'direct', 'INPLACE', 'NONE', 'yes', '~9', '50 MiB', '~5s100ms'],
    'others for a moment at its beginning and end',
  ]);
  expect(text.some((line) => line.includes('REFUSED'))).toBe(true);
  const markdown = mannersMarkdown(plan);
  expect(markdown).toContain('| `` ALTER TABLE t ADD `a\\|b` INT `` | REFUSED |');
  expect(markdown).toContain('[migrate.plan-blocks]');
});
