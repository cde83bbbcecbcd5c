import { z } from 'zod';

const SIZE = 'a size such as 500MiB or 2GiB';
const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };
const FORM = /^(\d{1,6})(KiB|MiB|GiB|TiB)$/;

/** How much room something takes, written with its unit (powers of 1024); bytes when it is read. */
export const size = z
  .string({ error: SIZE })
  .regex(FORM, SIZE)
  .transform((text) => {
    const [, count, unit = ''] = FORM.exec(text) ?? [];
    return Number(count) * (UNITS[unit] ?? Number.NaN);
  });
