import { z } from 'zod';
import { DAYS } from '../../model/people.ts';
import { wordsSchema } from '../../model/scalars.ts';
import { isTimeZone } from './windows.ts';

/** How hours are written, wherever something may begin only in some of them. */

const TIME_HINT = 'a time of day such as 09:00';
const timeSchema = z.string({ error: TIME_HINT }).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, TIME_HINT);
const MOMENT_HINT = 'a local date and time such as 2026-12-20T00:00';
const momentSchema = z
  .string({ error: MOMENT_HINT })
  .regex(/^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d$/, MOMENT_HINT)
  .refine((text) => realDate(text), MOMENT_HINT);
const ZONE_HINT = 'a time zone such as Europe/Berlin or UTC';

function realDate(text: string): boolean {
  const time = Date.parse(`${text}:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Fields of windows; `may` and `mayNot` say what is meant: `releases may begin`, `no release may begin`. */
export function hoursFields({ may, mayNot }: { readonly may: string; readonly mayNot: string }) {
  return {
    timeZone: z.string({ error: ZONE_HINT }).refine(isTimeZone, ZONE_HINT).describe('Time zone of all times here.'),
    open: z
      .array(
        z.strictObject({
          days: z.array(z.enum(DAYS)).min(1, 'at least one day').describe('Days on which it begins.'),
          from: timeSchema.describe('Beginning, on the clock on the wall.'),
          to: timeSchema.describe('End; not after the beginning means the next day.'),
        }),
      )
      .default([])
      .describe(`When ${may}. Left out: always.`),
    freezes: z
      .array(
        z
          .strictObject({
            from: momentSchema.describe('Beginning, on the clock on the wall.'),
            until: momentSchema.describe('End.'),
            why: wordsSchema.describe('Why; shown to who is refused.'),
          })
          .refine(({ from, until }) => from < until, 'an end after the beginning'),
      )
      .default([])
      .describe(`When ${mayNot}, whatever \`open\` says.`),
  };
}
