import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readMigrations } from '../../../src/migrate/files/files.ts';
import type { AppliedMigration } from '../../../src/migrate/files/pending.ts';
import { lintStep } from '../../../src/migrate/lint/step.ts';
import type { DatabaseLook } from '../../../src/migrate/server/database.ts';
import { systemClock } from '../../../src/procedure/index.ts';

/** The step that judges what is pending, before anything is changed. */

const dir = mkdtempSync(join(tmpdir(), 'lint-step-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const FILES = {
  '0001_a.sql': 'CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY);',
  '0002_b.sql': '-- shiplock: waive=D01 until=2999-01-31 owner=ann reason=nobody reads it\nDROP TABLE t;',
  '0003_c.sql': 'ALTER TABLE u DROP COLUMN x;',
  '0004_d.sql': '-- shiplock: phase=contract breaks=<2\nDROP TABLE v;',
};
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(dir, name), text);
const decideContext = {
  ...{ mode: 'run' as const, run: 'r', fence: 1 },
  outputOf: (): never => {
    throw new Error('not used');
  },
  evidenceOf: () => ({}),
};

async function asked(applied: number, rules: Record<string, 'off' | 'note' | 'warning' | 'error'> = {}) {
  const migrations = await readMigrations(dir);
  const rows = migrations.slice(0, applied).map(
    ({ id, sha256, header }, position): AppliedMigration => ({
      id,
      sha256,
      phase: header.phase,
      state: 'applied',
      position,
      marks: [],
    }),
  );
  const server = { family: 'mysql', version: '9.7.4', comment: '' } as const;
  const look: DatabaseLook = { server, empty: false, prepared: 'yes', applied: rows, origin: null };
  const database = {
    ...{ dsn: { secret: 'env:DSN' }, name: 'd', resource: 'mysql:h:1/d', lock: 'shiplock:d' },
    look: async () => look,
    structure: async () => '',
    history: async () => [],
    bothStructures: () => Promise.reject(new Error('not used')),
    presence: async () => 'absent' as const,
    program: async () => false,
    idle: async () => true,
    size: async () => null,
    shape: async () => '',
    room: async () => ({ tableBytes: null, host: '', dataDir: '', file: null, logDir: null }),
    tablesNow: async () => [],
    logPlace: async () => ({ time: '', log: false, file: null, position: null, gtid: null }),
    restorePoints: async () => [],
    key: async () => null,
    recorded: async () => [],
    rewrites: async () => ({ progress: null, foreignTables: [], triggers: [] }),
  };
  const step = lintStep({ database, engine: 'mysql', migrations, lint: { migrations: dir, rules, from: null } });
  const notes: string[] = [];
  const result = await step.read({
    ...decideContext,
    ...{ clock: systemClock, signal: new AbortController().signal },
    exec: { read: () => Promise.reject(new Error('not used')) },
    note: (text) => notes.push(text),
  });
  return { notes, decision: step.decide(result, decideContext), outputs: step.collect([], result, decideContext) };
}

describe('lint before a release', () => {
  it('refuses errors in what is pending, each with its place and rule', async () => {
    const { decision } = await asked(0);
    expect(decision).toMatchObject({
      kind: 'refuse',
      problems: [
        { code: 'migrate.lint', where: `${join(dir, '0003_c.sql')}:1:15`, found: 'D02: the values of x are lost' },
      ],
    });
  });

  it('what is applied, and what no release applies, is not judged', async () => {
    expect((await asked(3)).decision).toMatchObject({ kind: 'nothing' });
  });

  it('a waiver lets pass, and stands in what is recorded', async () => {
    const { decision, outputs } = await asked(1, { D02: 'warning' });
    expect(decision).toMatchObject({ kind: 'nothing', why: expect.stringContaining('waived: D01') });
    expect(outputs.waived).toEqual([
      `D01 ${join(dir, '0002_b.sql')}:2 the rows of t are lost (ann, until 2999-01-31: nobody reads it)`,
    ]);
  });

  it('warnings are said on the way', async () => {
    const { notes } = await asked(2, { D02: 'warning' });
    expect(notes).toEqual([`D02 ${join(dir, '0003_c.sql')}:1: the values of x are lost`]);
  });
});
