import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Ledger, type LedgerRow, schemaAllows } from '../../src/model/ledger.ts';

function ledger(...rows: readonly (readonly [string, string, LedgerRow['answer']])[]): Ledger {
  return {
    formatVersion: 1,
    service: 'shop',
    rows: rows.map(([version, schema, answer]) => ({
      version,
      schema,
      answer,
      proof: 'a test',
      time: '2026-01-01T00:00:00Z',
    })),
  };
}

test('yes, no and unknown as the row says', () => {
  const known = ledger(['1.0', '0001', 'yes'], ['1.0', '0002', 'no'], ['1.0', '0003', 'unknown']);
  expect(schemaAllows(known, '1.0', '0001')).toBe('yes');
  expect(schemaAllows(known, '1.0', '0002')).toBe('no');
  expect(schemaAllows(known, '1.0', '0003')).toBe('unknown');
});

test('no row is unknown: neither another version nor another schema speaks for it', () => {
  const known = ledger(['1.0', '0001', 'yes']);
  expect(schemaAllows(known, '1.1', '0001')).toBe('unknown');
  expect(schemaAllows(known, '1.0', '0002')).toBe('unknown');
  expect(schemaAllows(ledger(), '1.0', 'empty')).toBe('unknown');
});

test('the newest row wins, whatever it says', () => {
  const answer = fc.constantFrom('yes' as const, 'no' as const, 'unknown' as const);
  const row = fc.tuple(fc.constantFrom('1.0', '1.1'), fc.constantFrom('0001', '0002'), answer);
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const expected = rows.findLast(([version, schema]) => version === '1.0' && schema === '0001')?.[2] ?? 'unknown';
      expect(schemaAllows(ledger(...rows), '1.0', '0001')).toBe(expected);
    }),
  );
});
