import type { Placed } from './chain.ts';
import { type Family, gtidText } from './gtid.ts';

/** Times and places of binary logs for people. Pure. */

/** RFC 3339 in UTC, with as many digits as the log of the family knows. Microseconds since 1970. */
export function momentText(time: number, family: Family): string {
  const seconds = new Date(Math.floor(time / 1_000_000) * 1_000).toISOString().slice(0, 19);
  const rest = String(((time % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, '0');
  return family === 'mariadb' ? `${seconds}Z` : `${seconds}.${rest}Z`;
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,6}))?(Z|[+-]\d{2}:\d{2})$/;

/** Microseconds since 1970 from such a text; null where it is none, or does not say its zone: in a restore nothing is guessed. */
export function parseMoment(text: string): number | null {
  const [, day, clock, fraction = '', zone] = MOMENT.exec(text.trim()) ?? [];
  if (day === undefined || clock === undefined || zone === undefined) return null;
  const milliseconds = Date.parse(`${day}T${clock}${zone}`);
  return Number.isNaN(milliseconds) ? null : milliseconds * 1_000 + Number(fraction.padEnd(6, '0'));
}

/** `gtid, time, file:byte`. */
export function placeText(placed: Placed | undefined): string {
  if (placed === undefined) return 'the beginning';
  const { file, transaction } = placed;
  const id = transaction.gtid === null ? [] : [gtidText(transaction.gtid)];
  return [...id, momentText(transaction.time, file.family), `${file.name}:${transaction.start}`].join(', ');
}
