import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import type { SqlBatches } from '../../model/effect.ts';
import { ProblemError } from '../../model/problem.ts';
import { type EffectContext, resolveText } from './context.ts';
import { connect, parseDsn } from './sql-connect.ts';
import type { Pace } from './sql-pace.ts';
import { oneText, type Progress, progressFrom } from './sql-progress.ts';
import { FIRST_WINDOW, nextWindow, room } from './sql-window.ts';

/** The load of the server and the application are looked at this often; replicas before each range, and after each pause while they are behind. */
const LOOK_MS = 200;
const PAUSE_MS = 100;
/** A window that is full is soon free again. */
const FULL_MS = 10;
const SAY_MS = 5_000;

export interface Brake extends AsyncDisposable {
  /** Returns when replicas, the server and the application keep up: how many rows the next range may have. @throws StepPaused outside of the hours */
  wait(progress: Progress): Promise<number>;
}

interface Replica {
  readonly name: string;
  readonly connection: Connection;
  /** The newest mark that it has shown. */
  seen: Progress;
  window: number;
}

/**
 * Holds batches back while a replica is behind or the server is busy. The marks that are committed with the batches are the heartbeat: a replica that
 * shows the newest one has everything, and an older one says when it was written. Rows are sent only as fast as every replica shows them: while one
 * works on a large range it shows nothing, and what is sent meanwhile comes on top of that.
 */
export async function openBrake(
  primary: Connection,
  batches: SqlBatches,
  pace: Pace,
  ctx: EffectContext,
): Promise<Brake> {
  const replicas: Replica[] = [];
  for (const dsn of batches.replicas) {
    const options = parseDsn(resolveText(dsn, ctx.secrets), ctx.secrets.databaseTrust);
    const name = options.socketPath ?? `${options.host}:${options.port}`;
    const connection = await connect({ ...options, connectTimeout: 10_000 }).catch(unreachable(name));
    replicas.push({ name, connection, seen: progressFrom(null), window: FIRST_WINDOW });
  }
  let looked = Number.NEGATIVE_INFINITY;
  let said = Number.NEGATIVE_INFINITY;
  // When the first range was committed that a replica without any mark does not have.
  let first: number | undefined;
  const behind = async (replica: Replica, progress: Progress): Promise<string | null> => {
    const { name, connection, seen: before } = replica;
    const seen = progressFrom(await oneText(connection, batches.progress).catch(unreachable(name)));
    const now = ctx.clock.now();
    // What was there from an earlier run says nothing of this one.
    if (seen.batch > before.batch && before.batch > 0)
      replica.window = nextWindow(replica.window, now - seen.at, batches.maxLagMs, seen.batch >= progress.batch);
    replica.seen = seen;
    const lag = seen.batch >= progress.batch ? 0 : now - (seen.at === 0 ? (first ?? progress.at) : seen.at);
    return lag > batches.maxLagMs ? `replica ${name} is ${lag} ms behind` : null;
  };
  const busy = async (): Promise<string | null> => {
    const slow = await pace.look();
    if (slow !== null || batches.maxThreadsRunning === null) return slow;
    const running = await threadsRunning(primary);
    return running > batches.maxThreadsRunning ? `${running} threads run on the server` : null;
  };
  const why = async (progress: Progress): Promise<string | null> => {
    if (ctx.clock.monotonic() - looked >= LOOK_MS) {
      const reason = await busy();
      if (reason !== null) return reason;
      looked = ctx.clock.monotonic();
    }
    // Before the first range there is no mark that a replica could show.
    if (progress.batch === 0) return null;
    for (const replica of replicas) {
      const reason = await behind(replica, progress);
      if (reason !== null) return reason;
    }
    return null;
  };
  return {
    async wait(progress) {
      if (progress.batch > 0) first ??= progress.at;
      for (;;) {
        const reason = await why(progress);
        const rows = Math.min(...replicas.map(({ window, seen }) => room(window, progress, seen)));
        if (reason === null && rows > 0) return rows;
        const now = ctx.clock.monotonic();
        if (reason !== null && now - said > SAY_MS) {
          ctx.note?.(`paused: ${reason}`);
          said = now;
          // The server would close a connection on which nothing is asked.
          await primary.ping();
        }
        await ctx.clock.sleep(reason === null ? FULL_MS : PAUSE_MS, ctx.signal);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const { connection } of replicas) connection.destroy();
    },
  };
}

function unreachable(name: string): (error: unknown) => never {
  return (error) => {
    throw new ProblemError({
      code: 'effect.sql-replica',
      where: name,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a replica that answers, so that it is known whether it keeps up',
      remedy: 'mend the replica or its address in database.apply.replicas, then resume the run',
    });
  };
}

export async function threadsRunning(connection: Connection): Promise<number> {
  const [rows] = await connection.query({ sql: "SHOW GLOBAL STATUS LIKE 'Threads_running'", rowsAsArray: true });
  return z.array(z.tuple([z.string(), z.coerce.number()])).parse(rows)[0]?.[1] ?? 0;
}
