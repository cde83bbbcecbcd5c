import { z } from 'zod';

/** Sizes of files, in words as people write them and in bytes. kB and MB are powers of 1000, KiB and MiB of 1024 (IEC 80000-13). */

const UNITS = { B: 1, kB: 1000, MB: 1_000_000, KiB: 1024, MiB: 1_048_576 } as const;
const SIZE = /^(\d{1,9}(?:\.\d{1,3})?) ?(B|kB|MB|KiB|MiB)$/;
const SIZE_HINT = 'a size such as 80kB, 1.5MB or 64KiB';

/** Bytes of `80kB`; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const [, count, unit] = SIZE.exec(text) ?? [];
  if (unit !== 'B' && unit !== 'kB' && unit !== 'MB' && unit !== 'KiB' && unit !== 'MiB') return undefined;
  return Math.round(Number(count) * UNITS[unit]);
}

/** `80120` → `80.1 kB`: powers of 1000, for files and what goes over a network. Pure. */
export function formatSize(bytes: number): string {
  if (Math.abs(bytes) < 1000) return `${bytes} B`;
  if (Math.abs(bytes) < 999_950) return `${(bytes / 1000).toFixed(1)} kB`;
  if (Math.abs(bytes) < 999_995_000) return `${(bytes / 1_000_000).toFixed(2)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}

/** `1536` → `1.5 KiB`: powers of 1024, as servers of databases count memory and tables. Pure. */
export function formatBinarySize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024;
  return `${value >= 10 || unit === 0 ? Math.round(value) : Math.round(value * 10) / 10} ${units[unit]}`;
}

/** A size, `80kB` outside, bytes inside. */
export const sizeSchema = z
  .string({ error: SIZE_HINT })
  .regex(SIZE, SIZE_HINT)
  .transform((text) => parseSize(text) ?? Number.NaN)
  .meta({ title: 'size' });
