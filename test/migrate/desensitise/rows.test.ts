import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BATCH_BYTES, behind, nextSize, partsOf, valuesBehind } from '../../../src/migrate/desensitise/rows.ts';

test('a key of one column needs one comparison', () => {
  expect(behind(['id'])).toBe('`id` > ?');
  expect(valuesBehind(['7'])).toEqual(['7']);
});

test('a key of several columns is compared so that a server begins in the middle of it', () => {
  expect(behind(['a', 'b`', 'c'])).toBe(
    '`a` >= ? AND (`a` > ? OR (`a` = ? AND (`b``` > ? OR (`b``` = ? AND `c` > ?))))',
  );
  expect(valuesBehind(['1', '2', '3'])).toEqual(['1', '1', '1', '2', '2', '3']);
});

test('the comparison is that of whole rows, with a value for each of its question marks', () => {
  const key = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(key, fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }), (last, row) => {
      const names = last.map((_, at) => `k${at}`);
      const values = [...valuesBehind(last)];
      const text = behind(names)
        .replaceAll('?', () => String(values.shift()))
        .replace(/`k(\d)`/g, (_, at) => String(row[Number(at)]))
        .replace(/(\d) = (\d)/g, '$1 === $2')
        .replaceAll('AND', '&&')
        .replaceAll('OR', '||');
      expect(values).toEqual([]);
      const at = last.findIndex((value, index) => value !== row[index]);
      expect(Function(`return ${text}`)()).toBe(at >= 0 && (row[at] ?? 0) > (last[at] ?? 0));
    }),
  );
});

test('rows go in parts that hold together, none lost, none larger than allowed unless it is one row', () => {
  const cell = fc.oneof(fc.constant(null), fc.string({ maxLength: 40 }));
  fc.assert(
    fc.property(fc.array(fc.array(cell, { maxLength: 4 })), fc.integer({ min: 1, max: 200 }), (rows, most) => {
      const parts = partsOf(rows, most);
      expect(parts.flat()).toEqual(rows);
      const bytes = (part: readonly (readonly (string | null)[])[]) =>
        part.flat().reduce((sum, value) => sum + (value === null ? 4 : Buffer.byteLength(value) + 3), 0);
      expect(parts.every((part) => part.length === 1 || bytes(part) <= most)).toBe(true);
    }),
  );
});

test('wide rows are read in fewer, narrow ones in as many as may be', () => {
  expect(nextSize([['x'.repeat(BATCH_BYTES / 4)]], 1000)).toBe(3);
  expect(nextSize([['x'.repeat(BATCH_BYTES * 2)]], 1000)).toBe(1);
  expect(nextSize([['x']], 1000)).toBe(1000);
  expect(nextSize([], 1000)).toBe(1000);
});
