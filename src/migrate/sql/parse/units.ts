import type { Reader } from './reader.ts';

const SIMPLE = ['MICROSECOND', 'SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'];
const COMPOUND = `SECOND_MICROSECOND MINUTE_MICROSECOND MINUTE_SECOND HOUR_MICROSECOND HOUR_SECOND HOUR_MINUTE
  DAY_MICROSECOND DAY_SECOND DAY_MINUTE DAY_HOUR YEAR_MONTH`.split(/\s+/);
const TSI = SIMPLE.slice(1).map((unit) => `SQL_TSI_${unit}`);
const UNITS = new Set([...SIMPLE, ...COMPOUND, ...TSI]);
const STAMP_UNITS = new Set([...SIMPLE, ...TSI]);

/** The unit of an interval. */
export function needUnit(r: Reader): void {
  if (!r.isOneOf(UNITS)) r.fail('a unit of time, such as DAY');
  r.next();
}

/** The unit of TIMESTAMPADD and TIMESTAMPDIFF: no compound one. */
export function needStampUnit(r: Reader): void {
  if (!r.isOneOf(STAMP_UNITS)) r.fail('a unit of time, such as DAY');
  r.next();
}
