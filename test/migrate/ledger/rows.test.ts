import { describe, expect, it } from 'vitest';
import { answerAfter, ledgerRows } from '../../../src/migrate/ledger/rows.ts';
import { schemaAllows } from '../../../src/model/ledger.ts';
import type { MigrationRef } from '../../../src/model/release.ts';

const ref = (id: string, more: Partial<MigrationRef> = {}): MigrationRef => ({
  id,
  sha256: '0'.repeat(64),
  phase: 'expand',
  ...more,
});
const time = '2026-11-21T00:00:00.000Z';
const rows = (migrations: readonly MigrationRef[], from: string, stable: string, version = '2.0.0') => ({
  formatVersion: 1 as const,
  service: 's',
  rows: ledgerRows({ release: { version, migrations }, from, ran: [{ version: stable, proof: 'served there' }], time }),
});

describe('ledgerRows', () => {
  it('a version stays on expand migrations that do not name it', () => {
    const ledger = rows([ref('1'), ref('2'), ref('3', { breaks: '<1.2' })], '1', '1.2.0');
    expect(schemaAllows(ledger, '1.2.0', '1')).toBe('yes');
    expect(schemaAllows(ledger, '1.2.0', '2')).toBe('yes');
    expect(schemaAllows(ledger, '1.2.0', '3')).toBe('yes');
    expect(schemaAllows(ledger, '2.0.0', '3')).toBe('yes');
    expect(schemaAllows(ledger, '1.1.0', '3')).toBe('unknown');
  });

  it('breaks and requires say no, with the migration as proof', () => {
    const ledger = rows([ref('1'), ref('2', { breaks: '<1.2' })], '1', '1.1.9');
    expect(schemaAllows(ledger, '1.1.9', '2')).toBe('no');
    expect(ledger.rows.find((row) => row.answer === 'no')?.proof).toBe('declared by 2: breaks=<1.2');
    expect(schemaAllows(rows([ref('1'), ref('2', { requires: '>=1.4' })], '1', '1.3.0'), '1.3.0', '2')).toBe('no');
    expect(schemaAllows(rows([ref('1'), ref('2', { requires: '>=1.4' })], '1', '1.4.0'), '1.4.0', '2')).toBe('yes');
  });

  it('what cannot be compared is unknown', () => {
    expect(schemaAllows(rows([ref('1'), ref('2', { breaks: '<1.2' })], '1', 'nightly'), 'nightly', '2')).toBe(
      'unknown',
    );
    expect(answerAfter('yes', ref('9', { phase: 'contract' }), '1.0.0').answer).toBe('unknown');
  });

  it('backfill and contract migrations are no states on the way', () => {
    const ledger = rows([ref('1'), ref('2', { phase: 'contract' }), ref('3')], '1', '1.0.0');
    expect(schemaAllows(ledger, '1.0.0', '2')).toBe('unknown');
    expect(schemaAllows(ledger, '1.0.0', '3')).toBe('yes');
  });

  it('from empty, every migration is on the way; from a state it does not know, none is', () => {
    expect(
      ledgerRows({ release: { version: '1.0.0', migrations: [ref('1'), ref('2')] }, from: 'empty', ran: [], time }),
    ).toEqual([
      {
        version: '1.0.0',
        schema: '2',
        answer: 'yes',
        proof: 'declared by release 1.0.0: its migrations end here',
        time,
      },
    ]);
    expect(ledgerRows({ release: { version: '1.0.0', migrations: [ref('1')] }, from: 'x', ran: [], time })).toEqual([]);
  });

  it('a release that its own migration breaks is told so', () => {
    expect(schemaAllows(rows([ref('1'), ref('2', { breaks: '<=2.0.0' })], '1', '3.0.0', '2.0.0'), '2.0.0', '2')).toBe(
      'no',
    );
  });

  it('a version that runs is judged by what it runs on, not by its own release', () => {
    expect(schemaAllows(rows([ref('1'), ref('2', { requires: '>=3' })], '1', '2.0.0', '2.0.0'), '2.0.0', '2')).toBe(
      'no',
    );
    expect(schemaAllows(rows([ref('1'), ref('2', { breaks: '<1' })], '1', 'nightly', 'nightly'), 'nightly', '2')).toBe(
      'unknown',
    );
  });
});
