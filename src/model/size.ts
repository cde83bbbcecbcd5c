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

/** `80120` → `80.1 kB`. */
export function formatSize(bytes: number): string {
  if (Math.abs(bytes) < 1000) return `${bytes} B`;
  return Math.abs(bytes) < 999_950 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(2)} MB`;
}

/** A size, `80kB` outside, bytes inside. */
export const sizeSchema = z
  .string({ error: SIZE_HINT })
  .regex(SIZE, SIZE_HINT)
  .transform((text) => parseSize(text) ?? Number.NaN)
  .meta({ title: 'size' });
