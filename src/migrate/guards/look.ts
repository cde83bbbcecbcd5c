import type { LogPlace, SqlPace, SqlRestore } from '../../model/effect.ts';
import type { Windows } from '../../model/people.ts';
import type { Problem } from '../../model/problem.ts';
import { formatBinarySize } from '../../model/size.ts';
import { sqlName } from '../../model/sql.ts';
import type { ReadContext } from '../../procedure/tree.ts';
import type { MigrationDatabase } from '../server/database.ts';
import type { GuardLimits } from './config.ts';
import { buildsOnlyIndexes, freeSpace, type Headroom, headroomOf, headroomProblem, tableBytes } from './headroom.ts';
import { type Hours, openHours } from './hours.ts';
import { PLACE, pointSql, restoreGap, restoreProblem, type TableBefore, takesAway } from './restore.ts';

/** What is looked at before one statement, besides its tables. */
export interface GuardFacts {
  readonly windows: readonly Windows[];
  /** Null: nothing large can be written anew. */
  readonly headroom: Headroom | null;
  /** Null: it takes nothing away. */
  readonly loss: { readonly place: LogPlace; readonly tables: readonly TableBefore[] } | null;
}

/** The statement, as far as guards need to know it. */
export interface Guarded {
  readonly sql: string;
  readonly contract: boolean;
  /** Those that it needs, the one that changes first. */
  readonly tables: readonly string[];
  /** It may be done by writing the table anew, and the table is no small one. */
  readonly mayRebuild: boolean;
  /** Its rows are changed in ranges. */
  readonly inRanges: boolean;
}

interface Looking {
  readonly database: MigrationDatabase;
  readonly limits: GuardLimits;
  readonly hours: Hours | undefined;
}

/** Only looks. @throws StepPaused in a run outside of the hours */
export async function lookBefore(statement: Guarded, looking: Looking, ctx: ReadContext): Promise<GuardFacts> {
  const { database, limits, hours } = looking;
  const windows = await openHours(hours, ctx);
  const headroom = await headroomNow(statement, looking, ctx);
  if (!statement.contract && !takesAway(statement.sql)) return { windows, headroom, loss: null };
  const loss = { place: await database.logPlace(), tables: await database.tablesNow(statement.tables) };
  const gap = restoreGap(loss.place);
  if (gap !== null && limits.mustRestore === false) ctx.note(`no restore point: ${gap}`);
  return { windows, headroom, loss };
}

async function headroomNow(
  { sql, tables, mayRebuild, inRanges }: Guarded,
  { database, limits: { disk } }: Looking,
  ctx: ReadContext,
): Promise<Headroom | null> {
  const [table] = tables;
  if (table === undefined || disk.factor === 0 || !(mayRebuild || inRanges)) return null;
  const room = await database.room(table);
  const free = await freeSpace(room, disk.free, ctx);
  if (inRanges) {
    // How many rows a WHERE selects nobody knows before: it is said, and nothing is refused for it.
    const most = room.logDir === null ? 0 : 2 * (room.tableBytes ?? 0);
    if (most > 0 && free.bytes !== null && most > free.bytes)
      ctx.note(
        `the binary log may grow by up to ${formatBinarySize(most)}; ${formatBinarySize(free.bytes)} are free (${free.source})`,
      );
    return null;
  }
  const indexOnly = buildsOnlyIndexes(sql);
  const headroom = headroomOf({ tableBytes: await tableBytes(room), free, factor: disk.factor, indexOnly });
  if (headroom.kind === 'unknown') ctx.note(`room for a rebuild of ${table}: ${headroom.text}`);
  return headroom;
}

/** What refuses the statement whatever way it is done. Pure. */
export function refusedBy(facts: GuardFacts | null, { mustRestore }: GuardLimits, where: string): readonly Problem[] {
  const place = facts?.loss?.place;
  const problem = place === undefined ? null : restoreProblem(place, mustRestore, where);
  return problem === null ? [] : [problem];
}

/** What refuses it where the table would be written anew. Pure. */
export function noRoomFor(facts: GuardFacts | null, { disk }: GuardLimits, where: string): Problem | null {
  const headroom = facts?.headroom ?? null;
  return headroom === null ? null : headroomProblem(headroom, disk.mustKnow, where);
}

/** Hours and latency, for the statement at this place of an effect. Pure. */
export function paceOf(
  facts: GuardFacts | null,
  limits: GuardLimits,
  at: number,
  { table, patienceMs }: { readonly table: string | undefined; readonly patienceMs: number },
): SqlPace {
  const probe = table === undefined ? 'SELECT 1' : `SELECT 1 FROM ${sqlName(table)} LIMIT 1`;
  return { at, windows: facts?.windows ?? [], maxLatencyMs: limits.maxLatencyMs, probe, patienceMs };
}

/** What is written down around a statement that takes something away; undefined where it takes nothing. Pure. */
export function restoreOf(
  facts: GuardFacts | null,
  at: number,
  point: Omit<Parameters<typeof pointSql>[0], 'tables'>,
  /** Its transaction is still open when it is done. */
  open: boolean,
): SqlRestore | undefined {
  const loss = facts?.loss ?? null;
  if (loss === null) return undefined;
  const { before, after } = pointSql({ ...point, tables: loss.tables });
  return { at, place: PLACE, before, after: open ? null : after };
}
