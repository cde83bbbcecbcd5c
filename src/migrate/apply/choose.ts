import type { Text } from '../../model/effect.ts';
import type { Problem } from '../../model/problem.ts';
import type { GuardLimits } from '../guards/config.ts';
import type { Manner } from '../plan/manner.ts';
import type { TableSize } from '../server/tables.ts';
import { type Way, type Ways, wayOfManner, waysText } from './ways.ts';

export interface BatchLimits {
  readonly targetMs: number;
  /** How long one statement may take in all. */
  readonly timeoutMs: number;
  readonly replicas: readonly Text[];
  readonly maxLagMs: number;
  /** Null: not looked at. */
  readonly maxThreadsRunning: number | null;
}

/** How far a change may hold others up. */
export interface ApplyLimits {
  readonly copyBelowRows: number;
  readonly copyBelowBytes: number;
  readonly patienceMs: number;
  /** Null: no connection is ever closed. */
  readonly killBlockersAfterMs: number | null;
  /** How rows are changed in ranges, and when that pauses. */
  readonly batch: BatchLimits;
  /** What is looked at before anything begins. */
  readonly guards: GuardLimits;
}

export type Choice =
  | { readonly kind: 'plain' }
  | {
      readonly kind: 'guarded';
      readonly first: string;
      readonly otherwise: readonly string[];
      /** Places of those, from 0, whose failure to get a lock loses no work: nothing is built before the table is needed. */
      readonly light: readonly number[];
      readonly tables: readonly string[];
      /** For the plan. */
      readonly text: string;
      /** When the server can do it in none of these ways. */
      readonly remedy: string;
    }
  | { readonly kind: 'tool'; readonly manner: Extract<Manner, { kind: 'tool' }> }
  | { readonly kind: 'refuse'; readonly problems: readonly Problem[] };

export interface ChoiceInput {
  readonly ways: Ways;
  /** What the plan found; undefined: there was none, and the target itself is asked, way by way. */
  readonly manner: Manner | undefined;
  /** This run made the table: nobody uses it yet. */
  readonly fresh: boolean;
  readonly size: TableSize | null;
  readonly limits: ApplyLimits;
  readonly where: string;
  /** There is no room for a table that is written anew: what can be done at once still can. */
  readonly noRoom?: Problem | null;
}

/** Pure: in which ways a statement may be sent. Those that keep others out are left out for tables that others need. */
export function choose({ ways, manner, fresh, size, limits, where, noRoom = null }: ChoiceInput): Choice {
  if (manner?.kind === 'refused') return { kind: 'refuse', problems: manner.problems };
  // A tool writes a whole copy beside the table.
  if (manner?.kind === 'tool')
    return noRoom === null ? { kind: 'tool', manner } : { kind: 'refuse', problems: [noRoom] };
  if (ways.kind === 'plain') return { kind: 'plain' };
  if (ways.kind === 'unread') return { kind: 'refuse', problems: [unread(where, ways)] };
  const small = size === null || (size.rows <= limits.copyBelowRows && size.bytes <= limits.copyBelowBytes);
  const allowed =
    manner !== undefined ? [wayOfManner(manner)] : [...ways.gentle, ...(fresh || small ? ways.harsh : [])];
  if (allowed.length === 0) return { kind: 'refuse', problems: [keepsOut(where, ways.harsh, size, limits)] };
  const atOnce = allowed.filter(({ algorithm }) => algorithm === null || algorithm === 'INSTANT');
  const roomy = noRoom === null ? allowed : atOnce;
  const [first, ...others] = roomy;
  if (first === undefined) return { kind: 'refuse', problems: noRoom === null ? [] : [noRoom] };
  return {
    kind: 'guarded',
    first: first.sql,
    otherwise: others.map((way) => way.sql),
    light: roomy.flatMap((way, at) => (isLight(way, ways) ? [at] : [])),
    tables: ways.tables,
    text: waysText(roomy),
    remedy: noRoom === null ? alternatives(size, limits) : `no room for another way: ${noRoom.found}; ${noRoom.remedy}`,
  };
}

/** INSTANT, and what is done under the lock from the beginning: DROP, RENAME, TRUNCATE, CREATE TRIGGER. */
function isLight(way: Way, { gentle }: Extract<Ways, { kind: 'guarded' }>): boolean {
  return way.algorithm === 'INSTANT' || (way.algorithm === null && gentle.some(({ algorithm }) => algorithm === null));
}

function unread(where: string, { found, expected }: Extract<Ways, { kind: 'unread' }>): Problem {
  return {
    code: 'migrate.unread-statement',
    where,
    found: `a statement that the grammar does not read: ${found}, where it expects ${expected}`,
    expected: 'a statement of which is known what tables it needs',
    remedy: 'write it in a form that `shiplock migrate lint` reads',
  };
}

function alternatives(size: TableSize | null, { copyBelowRows }: ApplyLimits): string {
  const large = size !== null && size.rows > copyBelowRows;
  return (
    'nothing was changed; add a column or table, backfill it and switch over, or let gh-ost or pt-online-schema-change copy the table (database.rewrite.tool, with a plan)' +
    (large
      ? `; or, if writers may wait for the whole change, raise database.apply.copyBelowRows (the table has more than ${copyBelowRows} rows)`
      : '')
  );
}

function keepsOut(where: string, harsh: readonly Way[], size: TableSize | null, limits: ApplyLimits): Problem {
  const rows = size === null ? 'a table' : `a table of more than ${Math.min(size.rows, limits.copyBelowRows)} rows`;
  return {
    code: 'migrate.keeps-others-out',
    where,
    found: `a change of ${rows} that ${harsh.some((way) => way.algorithm !== null) ? 'asks for a copy or a lock' : 'takes no ALGORITHM and LOCK, so that nothing can be asserted'}`,
    expected: 'a change during which others read and write',
    remedy: alternatives(size, limits),
  };
}
