import { describe, expect, it } from 'vitest';
import { type Ledger, type LedgerAnswer, schemaAllows } from '../../src/model/ledger.ts';
import type { MigrationRef } from '../../src/model/release.ts';
import { declaredRows } from '../../src/release/environment/database.ts';
import type { ReleaseRecord } from '../../src/release/record.ts';
import { learntRows, type Outcome } from '../../src/release/run/steps.ts';

const time = '2026-11-21T00:00:00.000Z';
const ref = (id: string, more: Partial<MigrationRef> = {}): MigrationRef => ({
  id,
  sha256: '0'.repeat(64),
  phase: 'expand',
  ...more,
});
const api = {
  component: 'api',
  digest: `sha256:${'0'.repeat(64)}`,
  artefact: '/a',
  command: ['./api'],
  env: {},
  replicas: 1,
  readyPath: '/',
  livePath: '/',
  startTimeoutMs: 1000,
  stopTimeoutMs: 1000,
};
const record = (version: string, schema: string, migrations: readonly MigrationRef[]): ReleaseRecord => ({
  formatVersion: 1,
  environment: 'production',
  release: {
    formatVersion: 1,
    service: 'shop',
    version,
    commit: 'c'.repeat(40),
    artefacts: [],
    configHash: `sha256:${'0'.repeat(64)}`,
    migrations,
  },
  unit: { ...api, version },
  files: [],
  schema,
});
const EMPTY = { state: 'empty', migrations: [] };
const target = {
  database: {
    name: 'shop',
    rows: declaredRows,
    migrations: [],
    schema: async () => '',
    after: async () => '',
    planned: async () => ({ state: '', digest: '', statements: [] }),
    schemas: async () => ({ from: EMPTY, to: EMPTY }),
    stays: () => null,
    policyWindows: async () => null,
    manners: async () => null,
    status: () => Promise.reject(new Error('not in this test')),
    migrate: () => {
      throw new Error('not in this test');
    },
    seed: () => null,
  },
};
const stable = record('1.0.0', '1', [ref('1')]);
const candidate = record('2.0.0', '2', [ref('1'), ref('2')]);

function learnt(outcome: Partial<Outcome>, schema: string | null = '2'): Ledger {
  const whole: Outcome = { id: 'x', version: '2.0.0', outcome: 'released', who: '', why: '', ...outcome };
  return { formatVersion: 1, service: 'shop', rows: learntRows(target, whole, { schema, time }, 'run-1') };
}
const answers = (ledger: Ledger, version: string): readonly LedgerAnswer[] =>
  ['1', '2'].map((schema) => schemaAllows(ledger, version, schema));

describe('what the headers declare', () => {
  const rows = (breaks: string, version: string) => {
    const release = { version: '2.0.0', migrations: [ref('1'), ref('2', { breaks })] };
    return {
      formatVersion: 1 as const,
      service: 'shop',
      rows: declaredRows({ release, stable: version, from: '1', time }),
    };
  };

  it('speaks of the version that runs and of the release itself', () => {
    const ledger = rows('<2', '1.9.0');
    expect(schemaAllows(ledger, '1.9.0', '1')).toBe('yes');
    expect(schemaAllows(ledger, '1.9.0', '2')).toBe('no');
    expect(schemaAllows(ledger, '2.0.0', '2')).toBe('yes');
  });

  it('knows nothing of a name that has no place in a range', () => {
    expect(schemaAllows(rows('<2', 'night-shift'), 'night-shift', '2')).toBe('unknown');
    expect(schemaAllows(rows('<2', '0.0.0-0123456789ab'), '0.0.0-0123456789ab', '2')).toBe('unknown');
    expect(
      schemaAllows(rows('<2', '0.0.0-0123456789ab+config.01234567'), '0.0.0-0123456789ab+config.01234567', '2'),
    ).toBe('unknown');
    expect(schemaAllows(rows('<2', '1.9.0+config.01234567'), '1.9.0+config.01234567', '2')).toBe('no');
    // It has the code of 2.0.0.
    expect(schemaAllows(rows('<2', '2.0.0-rc.1'), '2.0.0-rc.1', '2')).toBe('yes');
  });
});

describe('what the ledger learns', () => {
  it('from a release: both versions served on the new schema', () => {
    const ledger = learnt({ learn: { candidate, stable } });
    expect(answers(ledger, '1.0.0')).toEqual(['yes', 'yes']);
    expect(answers(ledger, '2.0.0')).toEqual(['unknown', 'yes']);
    expect(ledger.rows.filter((row) => row.schema === '2').at(-1)?.proof).toBe('served there in run run-1');
  });

  it('from one that was taken back: that what serves runs there; the other only declared it', () => {
    const ledger = learnt({ outcome: 'rolled-back', learn: { candidate, stable } });
    expect(schemaAllows(ledger, '1.0.0', '2')).toBe('yes');
    expect(ledger.rows.findLast((row) => row.version === '2.0.0')?.proof).toContain('declared');
  });

  it('from one beside a version that did not answer on it: that nobody has proven it, so a way back to it asks', () => {
    const learn = { candidate, stable };
    const whole: Outcome = { id: 'x', version: '2.0.0', outcome: 'released', who: '', why: '', learn };
    const rows = learntRows(target, whole, { schema: '2', time }, 'run-1', ['GET /orders answers 200: status 500']);
    expect(answers({ formatVersion: 1, service: 'shop', rows }, '1.0.0')).toEqual(['yes', 'unknown']);
    expect(answers({ formatVersion: 1, service: 'shop', rows }, '2.0.0')).toEqual(['unknown', 'yes']);
    expect(rows.findLast((row) => row.version === '1.0.0')?.proof).toBe(
      'in run run-1 it did not answer GET /orders answers 200: status 500',
    );
  });

  it('from the first release: itself', () => {
    expect(answers(learnt({ learn: { candidate, stable: null } }), '2.0.0')).toEqual(['unknown', 'yes']);
  });

  it('nothing without a database, and nothing of versions that are only files', () => {
    expect(learnt({ learn: { candidate, stable } }, null).rows).toEqual([]);
    const files = { ...stable, unit: null };
    expect(learnt({ learn: { candidate, stable: files } }).rows.some((row) => row.proof.includes('while'))).toBe(false);
  });
});
