import { expect, test } from 'vitest';
import { formatBinarySize, formatSize } from '../../src/model/size.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [80_120, '80.1 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.00 MB'],
  [999_994_999, '999.99 MB'],
  [999_995_000, '1.00 GB'],
  [3_210_000_000_000, '3210.00 GB'],
  [-80_120, '-80.1 kB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [20 * 2 ** 20, '20 MiB'],
  [3 * 2 ** 30, '3 GiB'],
  [3 * 2 ** 40, '3 TiB'],
  [5000 * 2 ** 40, '5000 TiB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBinarySize(bytes)).toBe(text);
});
