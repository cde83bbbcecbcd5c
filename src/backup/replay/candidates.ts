import { ProblemError } from '../../model/problem.ts';
import type { Placed } from './chain.ts';
import { gtidText } from './gtid.ts';
import type { ChangeKind } from './statement.ts';
import { placeText } from './text.ts';

/** "Before that statement": which one is meant. Pure. */

export interface Wanted {
  /** `database.table`. */
  readonly table: string;
  /** What was done to it; left out: it was dropped or emptied. */
  readonly kinds?: readonly ChangeKind[];
  /** Only between these times, in microseconds since 1970, both included. */
  readonly between?: readonly [from: number, to: number];
  /** The GTID of one of those that were listed, or `file:byte` where there are none. */
  readonly which?: string;
}

const LOSSES: readonly ChangeKind[] = ['drop', 'truncate'];
const LISTED = 20;

/** Whether a transaction did what is looked for. */
export function matches({ transaction }: Placed, { table, kinds = LOSSES, between }: Wanted): boolean {
  if (between !== undefined && (transaction.time < between[0] || transaction.time > between[1])) return false;
  const database = `${table.split('.')[0]}.*`;
  return transaction.changes.some(
    (change) => kinds.includes(change.kind) && (change.table === table || change.table === database),
  );
}

/**
 * Index of the one that is meant.
 * @throws ProblemError with all candidates when there is none, or more than one and it is not said which
 */
export function candidatesFor(placed: readonly Placed[], start: number, wanted: Wanted): number {
  const { table, kinds = LOSSES, which } = wanted;
  const found = [...placed.entries()].filter(([index, one]) => index >= start && matches(one, wanted));
  const named = which === undefined ? found : found.filter(([, one]) => namesOf(one).includes(which));
  const [only, ...more] = named;
  if (only !== undefined && more.length === 0) return only[0];
  const listed = found.slice(0, LISTED).map(([, one]) => `${placeText(one)}: ${shown(one, table)}`);
  const rest = found.length > LISTED ? [`and ${found.length - LISTED} more`] : [];
  throw new ProblemError({
    code: found.length === 0 ? 'restore.no-such-change' : 'restore.which-change',
    where: `${table} (${kinds.join(', ')})`,
    found: found.length === 0 ? 'no transaction behind the base that did this' : [...listed, ...rest].join('; '),
    expected: 'exactly one transaction',
    remedy:
      found.length === 0
        ? 'mend the name (database.table, as the server writes it), or look for another kind of change'
        : 'say which one by its GTID, or narrow the time',
  });
}

function namesOf({ file, transaction: { gtid, start } }: Placed): readonly string[] {
  return [`${file.name}:${start}`, ...(gtid === null ? [] : [gtidText(gtid)])];
}

function shown({ transaction: { statement, changes } }: Placed, table: string): string {
  if (statement !== null) return statement;
  return changes
    .filter((change) => change.table === table)
    .map(({ kind }) => `rows: ${kind}`)
    .join(', ');
}
