import { parseGtid, parseMoment, type Target } from '../../backup/replay/index.ts';

/** A target in one line of text, as runbooks take it. */

export interface WrittenTarget {
  readonly target: Target;
  /** The same in the words of `shiplock restore run`, so that either goes on with what the other has begun. */
  readonly text: string;
}

const BEFORE = /^before +([^\s.]+\.[^\s.]+)$/;

/** What a target may be. */
export const TARGETS =
  '`latest`, a time with its zone (2026-11-22T14:03:07Z), the id of a transaction, or `before shop.orders`';

/** Null: it is none of them. Pure. */
export function parseTarget(given: string): WrittenTarget | null {
  const text = given.trim();
  if (text === 'latest') return { target: { kind: 'end' }, text: 'the latest' };
  const table = BEFORE.exec(text)?.[1];
  if (table !== undefined) return { target: { kind: 'before', table }, text: `before ${table}` };
  const time = parseMoment(text);
  if (time !== null) return { target: { kind: 'time', time }, text };
  const gtid = parseGtid(text, 'mysql') ?? parseGtid(text, 'mariadb');
  return gtid === null ? null : { target: { kind: 'gtid', gtid: text }, text };
}
