import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import type { ResolvedEffect } from '../../model/effect.ts';
import { ProblemError } from '../../model/problem.ts';
import { READ_PLAINLY } from '../../model/sql.ts';
import { LeaseLostError } from '../lease/fence.ts';
import type { EffectContext } from './context.ts';
import { asked } from './sql-asked.ts';
import { sqlProblem } from './sql-problems.ts';

/** How an SQL effect begins: a session that reads plainly, the lock, the fence, and whether all is as it was when it was decided. */

type SqlEffect = Extract<ResolvedEffect, { kind: 'sql' }>;

/** Table in which a database keeps the greatest fence it has seen (only for effects with a `mysql:` resource). */
export const FENCE_TABLE = 'shiplock_fence';

const noSuchTable = z.object({ errno: z.literal(1146) });
const fenceRow = z.object({ fence: z.coerce.number().nullable(), state: z.string() });

/**
 * A connection that the network lost keeps its locks until the server closes it: after two minutes without a question. A limit that MariaDB sets to
 * all statements is meant for those of applications.
 */
const PREPARE = `${READ_PLAINLY}, wait_timeout = 120 /*M!100101 , max_statement_time = 0 */`;

/** What an effect holds while it runs. */
export interface Holds {
  /** Name under GET_LOCK. */
  readonly lock: string | undefined;
  /** The resource whose fence is compared. */
  readonly fenced: string | undefined;
}

/** Pure. */
export function holdsOf({ resource, lock }: SqlEffect): Holds {
  const fenced = resource?.startsWith('mysql:') ? resource : undefined;
  return { fenced, lock: lock ?? (fenced === undefined ? undefined : `shiplock:${fenced}`.slice(0, 64)) };
}

/**
 * What is asked first on a connection, in one question: the settings of the session, and the lock if nobody has it. Whether it was got is read by
 * `begin`, which waits for it otherwise: a wait in here would end with the server's own limit for statements. Pure.
 * @param settings those that the effect itself begins with (`settingsOf`)
 */
export function firstQuestion(lock: string | undefined, settings?: string): string {
  const session = settings === undefined ? PREPARE : `${PREPARE}, ${settings}`;
  if (lock === undefined) return session;
  // In hexadecimal: how a session reads quotes is only being set.
  const name = `CONVERT(0x${Buffer.from(lock, 'utf8').toString('hex')} USING utf8mb4)`;
  return `${session}, @shiplock_lock = GET_LOCK(${name}, 0)`;
}

/** The assignments of numbers that an effect's first statement consists of, for the first question; undefined: it is another statement. Pure. */
export function settingsOf({ statements }: SqlEffect): string | undefined {
  return /^SET SESSION (\w+ = \d+(?:, \w+ = \d+)*)$/.exec(statements[0] ?? '')?.[1];
}

const begunRows = z.array(
  z.object({
    got: z.coerce.number().nullable(),
    fence: z.coerce.number().nullable(),
    state: z.string(),
    seen: z.coerce.string().nullable(),
  }),
);

/**
 * Holds the lock, and has compared the fence and what the decision was made from, when it returns. Where nobody was in the way and nothing has to be
 * made first, that is one question; it comes after the lock, so what it sees is what nobody else changes any more.
 */
export async function begin(
  connection: Connection,
  effect: SqlEffect,
  holds: Holds,
  ctx: EffectContext,
): Promise<void> {
  const { lock, fenced } = holds;
  const { seen } = effect;
  if (lock !== undefined && fenced !== undefined) {
    const begun = await asked(FENCE_TABLE, lookOnce(connection, fenced, seen?.query), ctx);
    if (begun?.got === 1) {
      mustTakeChanges(fenced, begun.state);
      await asked(FENCE_TABLE, raiseFence(connection, fenced, { seen: begun.fence ?? 0, own: ctx.fence }), ctx);
      if (seen !== undefined) mustBeAsSeen(seen, begun.seen, ctx);
      return;
    }
  }
  if (lock !== undefined) await asked(`GET_LOCK('${lock}')`, takeLock(connection, lock, effect.timeoutMs), ctx);
  if (fenced !== undefined) await asked(FENCE_TABLE, compareFence(connection, fenced, ctx.fence), ctx);
  if (seen !== undefined) await compareSeen(connection, seen, ctx);
}

/** Undefined: a table is not there yet. */
async function lookOnce(
  connection: Connection,
  resource: string,
  seen: string | undefined,
): Promise<z.infer<typeof begunRows>[number] | undefined> {
  const parts = [
    '@shiplock_lock AS got',
    `(SELECT fence FROM ${FENCE_TABLE} WHERE resource = ?) AS fence`,
    'CAST(@@GLOBAL.read_only AS CHAR) AS state',
    `${seen === undefined ? 'NULL' : `(${seen})`} AS seen`,
  ];
  try {
    const [rows] = await connection.query(`SELECT ${parts.join(', ')}`, [resource]);
    return begunRows.parse(rows)[0];
  } catch (error) {
    if (noSuchTable.safeParse(error).success) return undefined;
    throw error;
  }
}

/** Whoever had the lock before us may have done it meanwhile: then the decision is made again. */
async function compareSeen(
  connection: Connection,
  { query, answer }: NonNullable<SqlEffect['seen']>,
  ctx: EffectContext,
): Promise<void> {
  const [rows] = await asked(query, connection.query({ sql: query, rowsAsArray: true }), ctx);
  mustBeAsSeen({ query, answer }, z.array(z.array(z.coerce.string())).parse(rows)[0]?.[0] ?? null, ctx);
}

function mustBeAsSeen(
  { query, answer }: NonNullable<SqlEffect['seen']>,
  first: string | null,
  ctx: EffectContext,
): void {
  if (first === answer) return;
  throw new ProblemError({
    code: 'effect.sql-moved',
    where: ctx.secrets.mask(query.slice(0, 200)),
    found: `${first ?? 'no row'}, where there was ${answer ?? 'no row'} a moment ago`,
    expected: 'the database as it was when this was decided',
    remedy: 'another runner was faster: look again, and go on from what it did',
  });
}

/** Waits for the lock, as long as the effect may take. */
export async function takeLock(connection: Connection, name: string, waitMs: number): Promise<void> {
  const [rows] = await connection.query('SELECT GET_LOCK(?, ?) AS got', [name, Math.max(1, Math.floor(waitMs / 1000))]);
  const got = z.array(z.object({ got: z.coerce.number() })).safeParse(rows);
  if (got.success && got.data[0]?.got === 1) return;
  throw new ProblemError({
    code: 'effect.sql-lock',
    where: `GET_LOCK('${name}')`,
    found: 'held by another connection',
    expected: `the lock within ${waitMs} ms`,
    remedy: `SELECT IS_USED_LOCK('${name}') names the connection; wait for it to end, then resume the run`,
  });
}

async function compareFence(connection: Connection, resource: string, fence: number): Promise<void> {
  await raiseFence(connection, resource, { seen: await fenceSeen(connection, resource), own: fence });
}

/** @throws LeaseLostError when the database has seen a later holder */
async function raiseFence(
  connection: Connection,
  resource: string,
  { seen, own }: { readonly seen: number; readonly own: number },
): Promise<void> {
  if (seen > own) throw new LeaseLostError(`${resource} has seen fence ${seen}; this run holds ${own}`);
  if (seen < own) await connection.query(`REPLACE INTO ${FENCE_TABLE} VALUES (?, ?)`, [resource, own]);
}

/** The greatest fence that the database has seen for this resource; 0: none. Makes the table where there is none. Throws where nobody should write. */
async function fenceSeen(connection: Connection, resource: string): Promise<number> {
  const ask = async (): Promise<number> => {
    const [rows] = await connection.query(
      `SELECT (SELECT fence FROM ${FENCE_TABLE} WHERE resource = ?) AS fence, CAST(@@GLOBAL.read_only AS CHAR) AS state`,
      [resource],
    );
    const [row] = z.array(fenceRow).parse(rows);
    mustTakeChanges(resource, row?.state);
    return row?.fence ?? 0;
  };
  try {
    return await ask();
  } catch (error) {
    if (!noSuchTable.safeParse(error).success) throw error;
    const [rows] = await connection.query('SELECT CAST(@@GLOBAL.read_only AS CHAR) AS state');
    mustTakeChanges(resource, z.array(z.object({ state: z.string() })).parse(rows)[0]?.state);
    await connection.query(
      `CREATE TABLE IF NOT EXISTS ${FENCE_TABLE} (resource VARCHAR(190) PRIMARY KEY, fence BIGINT NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
    );
    return ask();
  }
}

/** A replica takes the changes of a user with rights enough, and is another database than its primary from then on. */
function mustTakeChanges(resource: string, readOnly = '0'): void {
  if (readOnly === '0' || readOnly.toUpperCase() === 'OFF') return;
  throw new ProblemError(sqlProblem('read-only', resource, `the server has read_only = ${readOnly}`));
}
