import mysql, { type Connection } from 'mysql2/promise';
import { z } from 'zod';
import { type DatabaseAccess, mysqlUrl } from '../../scripts/components/database.ts';
import { mysqlRecipe } from '../../scripts/components/mysql.ts';
import { ladderOf, refusesManner } from '../../src/migrate/plan/ladder.ts';
import { type MannerPlan, type PlannedManner, planManners } from '../../src/migrate/plan/manners.ts';
import { assertedSql, shapeOf } from '../../src/migrate/plan/shape.ts';
import { rewriteConfig } from '../../src/migrate/rewrite/config.ts';
import type { Family } from '../../src/migrate/server/database.ts';
import { openSession } from '../../src/migrate/server/session.ts';
import { shadowConfig } from '../../src/migrate/shadow/config.ts';
import { openShadow, type Shadow } from '../../src/migrate/shadow/open.ts';
import { TABLES_VIEW, writtenAnew } from '../../src/migrate/shadow/trial.ts';
import { createExec, createSecrets, systemClock } from '../../src/procedure/index.ts';
import { type DdlCase, PARENT } from './ddl-cases.ts';
import type { TestFamily } from './families.ts';

/**
 * "The server agrees": plans every case on a throw-away server, then lets a live server with rows do it, while others read and write.
 * What the live server did is seen in the ids of its tables, in what it refuses, and in who had to wait.
 */

export interface Verdict {
  readonly case: DdlCase;
  /** `INPLACE NONE rebuild`, `refused migrate.plan-rows`. */
  readonly planned: string;
  /** The same words for what the live server did. */
  readonly live: string;
  /** A concurrent writer and reader ran long enough to tell whether they had to wait. */
  readonly watched: boolean;
  /** The lock that they felt, in the word of the plan; null: not watched. Less than planned is no difference: the server refused less. */
  readonly felt: string | null;
  readonly durationMs: number;
}

export interface SweepOptions {
  readonly cases: readonly DdlCase[];
  readonly rows: number;
  readonly log?: (line: string) => void;
}

/** Every limit out of the way: here it is asked what the server does, not whether that is too much. */
const BUDGET = {
  rebuildBelow: Number.MAX_SAFE_INTEGER,
  blockBelow: Number.MAX_SAFE_INTEGER,
  rebuildRate: 20 * 2 ** 20,
  questionTimeout: 60_000,
} as const;

export async function sweepDdl(
  family: TestFamily,
  { cases, rows, log = () => undefined }: SweepOptions,
): Promise<readonly Verdict[]> {
  await using server = await family.start({ args: ['--innodb-flush-method=nosync', '--sync-binlog=0'] });
  await server.createDatabase('agrees');
  const access = server.root('agrees');
  const live = await mysql.createConnection({ ...access });
  try {
    await fill(live, cases, rows, log);
    const plan = await planCases(family.engine, access, cases);
    log(`${family.product}: planned ${plan.size} statements`);
    const verdicts: Verdict[] = [];
    for (const one of cases) {
      const planned = plan.get(one.table);
      if (planned === undefined) throw new Error(`${one.name} was not planned`);
      const verdict = await judge(one, planned, { family: family.engine, access, live, rows });
      if (verdict.planned !== verdict.live)
        log(`DIFFERS ${one.name}: planned ${verdict.planned}, live ${verdict.live}`);
      verdicts.push(verdict);
    }
    return verdicts;
  } finally {
    live.destroy();
  }
}

async function fill(
  live: Connection,
  cases: readonly DdlCase[],
  rows: number,
  log: (line: string) => void,
): Promise<void> {
  for (const sql of PARENT) await live.query(sql);
  await live.query('CREATE TABLE seed (n INT PRIMARY KEY)');
  await live.query('INSERT INTO seed VALUES (1)');
  for (let have = 1; have < rows; have *= 2)
    await live.query('INSERT INTO seed SELECT n + ? FROM seed WHERE n + ? <= ?', [have, have, rows]);
  for (const { name, table, make, after } of cases) {
    for (const sql of make) await live.query(sql);
    if (!name.endsWith('on empty'))
      await live.query(
        `INSERT INTO ${table} (id, a, b, c, d, e, f, n, k, p, g) SELECT n, n, 'abc', n MOD 7, '2026-01-01 10:00:00', 'x', REPEAT('f', 200), CONCAT('text ', n), n MOD 100, 1 + n MOD 3, n FROM seed`,
      );
    for (const sql of after) await live.query(sql);
  }
  log(`${cases.length} tables with ${rows} rows`);
}

/** A statement that fails on the throw-away server leaves those behind it untried: they are planned once more without it. */
export async function planCases(
  family: Family,
  access: DatabaseAccess,
  cases: readonly DdlCase[],
  image?: string,
): Promise<ReadonlyMap<string, PlannedManner>> {
  const found = new Map<string, PlannedManner>();
  let open = cases;
  while (open.length > 0) {
    const { statements } = await planOf(
      family,
      access,
      open.map(({ sql }) => sql),
      {},
      image,
    );
    const stopped = statements.findIndex(
      ({ manner }) =>
        manner.kind === 'refused' &&
        ['migrate.plan-fails', 'migrate.plan-unclear'].includes(manner.problems[0]?.code ?? ''),
    );
    const upTo = stopped < 0 ? open.length : stopped + 1;
    for (const [index, one] of open.slice(0, upTo).entries()) {
      const planned = statements[index];
      if (planned !== undefined) found.set(one.table, planned);
    }
    open = open.slice(upTo);
  }
  return found;
}

/** Plans these statements as one migration. */
export async function planOf(
  family: Family,
  access: DatabaseAccess,
  statements: readonly string[],
  budget: Partial<typeof BUDGET> | object = {},
  image?: string,
): Promise<MannerPlan> {
  return planManners({
    ...(await startingWith(family, image)),
    dsn: mysqlUrl(access),
    engine: family,
    connectTimeoutMs: 10_000,
    budget: { ...BUDGET, ...budget },
    rewrite: rewriteConfig.parse({}),
    migrations: [
      {
        id: '0001_all',
        number: 1,
        file: 'migrations/0001_all.sql',
        sha256: '0'.repeat(64),
        alike: [],
        header: { phase: 'expand', waivers: [] },
        statements: statements.map((sql, index) => ({ sql, line: index + 1 })),
        down: null,
      },
    ],
  });
}

/** A throw-away server with the structure of this database, closed at the end of its scope. */
export async function shadowOf(
  family: Family,
  access: DatabaseAccess,
  image?: string,
): Promise<Shadow & AsyncDisposable> {
  const target = await openSession({ ...access }, 10_000);
  const shadow = await openShadow({
    ...(await startingWith(family, image)),
    ...{ engine: family, database: access.database, target, connectTimeoutMs: 10_000 },
  });
  await target.close();
  return { ...shadow, [Symbol.asyncDispose]: () => shadow.close() };
}

async function startingWith(family: Family, image: string | undefined) {
  const program = async () => (family === 'mysql' ? (await mysqlRecipe()).server : 'mariadbd');
  return {
    shadow: shadowConfig.parse(image === undefined ? { program: await program() } : { image, memory: '1GiB' }),
    secrets: createSecrets({ env: {} }),
    clock: systemClock,
    exec: createExec(),
  };
}

interface Live {
  readonly family: Family;
  readonly access: DatabaseAccess;
  readonly live: Connection;
  readonly rows: number;
}

async function judge(one: DdlCase, { manner }: PlannedManner, at: Live): Promise<Verdict> {
  const verdict = (planned: string, live: string, watched = false, durationMs = 0): Verdict => ({
    case: one,
    planned,
    live,
    watched,
    felt: null,
    durationMs,
  });
  if (manner.kind !== 'direct') {
    const code = manner.kind === 'refused' ? (manner.problems[0]?.code ?? '') : manner.kind;
    const told = await tell(at.live, one.sql);
    return verdict(`refused (${code})`, told.ok ? 'the server does it' : `refused (${code})`);
  }
  const planned = [manner.algorithm ?? '-', manner.lock ?? '-', manner.rebuilds ? 'rebuild' : 'in place'].join(' ');
  const shape = shapeOf(one.sql, at.family);
  const before = await ids(at);
  if (shape.kind !== 'plain' && shape.kind !== 'rows' && shape.kind !== 'unclear' && manner.algorithm !== null) {
    const ladder = ladderOf(at.family, shape);
    const less = ladder.slice(
      0,
      ladder.findIndex(({ algorithm, lock }) => algorithm === manner.algorithm && lock === manner.lock),
    );
    for (const rung of less) {
      const told = await tell(at.live, assertedSql(one.sql, shape, rung));
      if (told.ok) return verdict(planned, `${rung.algorithm} ${rung.lock} is enough`);
      if (!refusesManner(told)) return verdict(planned, `fails with ${told.errno} ${told.message}`);
    }
  }
  const watch = await watched(at, one.table, () => tell(at.live, manner.sql));
  if (!watch.answer.ok) return verdict(planned, `fails with ${watch.answer.errno} ${watch.answer.message}`);
  const rebuilt = writtenAnew(before, await ids(at)) ? 'rebuild' : 'in place';
  // A change of the description alone is over at once, and all of it is its metadata lock: nothing to tell apart.
  const works = manner.estimateMs !== null && manner.estimateMs > MOMENT_MS;
  const long = works && watch.durationMs >= LONG_MS;
  const felt = lockSeen(watch);
  const planLock = manner.lock ?? '-';
  const worse = long && manner.lock !== null && ORDER.indexOf(felt) > ORDER.indexOf(manner.lock);
  const live = [manner.algorithm ?? '-', worse ? felt : planLock, rebuilt].join(' ');
  return { ...verdict(planned, live, long, watch.durationMs), felt: long ? felt : null };
}

const LONG_MS = 250;
/** As the plan estimates what touches no row. */
const MOMENT_MS = 100;

interface Watch {
  readonly answer: Told;
  readonly durationMs: number;
  readonly reads: Waits;
  readonly writes: Waits;
}

interface Waits {
  /** Begun and ended in the middle four fifths of the statement. */
  readonly inside: number;
  readonly longestMs: number;
}

/** From what clients feel least to what they feel most. */
const ORDER: readonly string[] = ['DEFAULT', 'NONE', 'SHARED', 'EXCLUSIVE'];

/** What the clients felt: who had to wait for most of the statement. */
function lockSeen({ durationMs, reads, writes }: Watch): 'NONE' | 'SHARED' | 'EXCLUSIVE' {
  const waited = ({ inside, longestMs }: Waits): boolean => longestMs > durationMs * 0.6 && inside <= 1;
  if (waited(reads)) return 'EXCLUSIVE';
  return waited(writes) ? 'SHARED' : 'NONE';
}

async function watched(at: Live, table: string, statement: () => Promise<Told>): Promise<Watch> {
  const over = new AbortController();
  const middle = Math.max(1, Math.floor(at.rows / 2));
  const reader = await client(at, `SELECT COUNT(*) FROM ${table} WHERE id = ${middle}`, over.signal);
  const writer = await client(at, `UPDATE ${table} SET c = c + 1 WHERE id = ${middle}`, over.signal);
  await Promise.all([reader.ready, writer.ready]);
  const begin = performance.now();
  const answer = await statement();
  const end = performance.now();
  over.abort();
  const waits = (spans: readonly (readonly [number, number])[]): Waits => {
    const margin = (end - begin) / 10;
    return {
      inside: spans.filter(([from, to]) => from >= begin + margin && to <= end - margin).length,
      longestMs: Math.max(
        0,
        ...spans.filter(([from, to]) => to >= begin && from <= end).map(([from, to]) => to - from),
      ),
    };
  };
  return { answer, durationMs: end - begin, reads: waits(await reader.spans), writes: waits(await writer.spans) };
}

/** Asks the same again and again until it is over; refusals (the table has another name now) are no waits. */
async function client(at: Live, sql: string, over: AbortSignal) {
  const connection = await mysql.createConnection({ ...at.access });
  const ready = Promise.withResolvers<void>();
  const run = async (): Promise<readonly (readonly [number, number])[]> => {
    const spans: (readonly [number, number])[] = [];
    while (!over.aborted) {
      const from = performance.now();
      await tell(connection, sql);
      spans.push([from, performance.now()]);
      ready.resolve();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    connection.destroy();
    return spans;
  };
  return { ready: ready.promise, spans: run() };
}

type Told = { readonly ok: true } | { readonly ok: false; readonly errno: number; readonly message: string };

const errorSchema = z.object({ errno: z.number(), message: z.string() });

async function tell(connection: Connection, sql: string): Promise<Told> {
  try {
    await connection.query(sql);
    return { ok: true };
  } catch (error) {
    return { ok: false, ...errorSchema.parse(error) };
  }
}

const idRow = z.object({ id: z.coerce.string() });

async function ids({ family, live }: Live): Promise<ReadonlySet<string>> {
  const [rows] = await live.query(
    `SELECT TABLE_ID AS id FROM information_schema.${TABLES_VIEW[family]} WHERE NAME LIKE 'agrees/%' AND NAME NOT LIKE 'agrees/fts%'`,
  );
  return new Set(
    z
      .array(idRow)
      .parse(rows)
      .map(({ id }) => id),
  );
}
