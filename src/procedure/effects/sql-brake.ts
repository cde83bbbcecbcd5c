import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import type { SqlBatches } from '../../model/effect.ts';
import { ProblemError } from '../../model/problem.ts';
import { type EffectContext, resolveText } from './context.ts';
import { connect, parseDsn } from './sql-connect.ts';
import type { Pace } from './sql-pace.ts';
import { oneText, type Progress, progressFrom } from './sql-progress.ts';

/** Replicas and load are looked at this often; while somebody has to catch up, after each pause. */
const LOOK_MS = 200;
const PAUSE_MS = 100;
const SAY_MS = 5_000;

export interface Brake extends AsyncDisposable {
  /** Returns when replicas, the server and the application keep up: after how many milliseconds. @throws StepPaused outside of the hours */
  wait(progress: Progress): Promise<number>;
}

/**
 * Holds batches back while a replica is behind or the server is busy. The marks that are committed with the batches are the heartbeat: a replica that
 * shows the newest one has everything, and an older one says when it was written.
 */
export async function openBrake(
  primary: Connection,
  batches: SqlBatches,
  pace: Pace,
  ctx: EffectContext,
): Promise<Brake> {
  const replicas: { readonly name: string; readonly connection: Connection }[] = [];
  for (const dsn of batches.replicas) {
    const options = parseDsn(resolveText(dsn, ctx.secrets));
    const name = options.socketPath ?? `${options.host}:${options.port}`;
    replicas.push({ name, connection: await connect({ ...options, connectTimeout: 10_000 }).catch(unreachable(name)) });
  }
  let looked = Number.NEGATIVE_INFINITY;
  let said = Number.NEGATIVE_INFINITY;
  // When the first range was committed that a replica without any mark does not have.
  let first: number | undefined;
  const why = async (progress: Progress): Promise<string | null> => {
    const slow = await pace.look();
    // Before the first range there is no mark that a replica could show.
    if (slow !== null || progress.batch === 0) return slow;
    for (const { name, connection } of replicas) {
      const seen = progressFrom(await oneText(connection, batches.progress).catch(unreachable(name)));
      const lag =
        seen.batch >= progress.batch ? 0 : ctx.clock.now() - (seen.at === 0 ? (first ?? progress.at) : seen.at);
      if (lag > batches.maxLagMs) return `replica ${name} is ${lag} ms behind`;
    }
    if (batches.maxThreadsRunning === null) return null;
    const running = await threadsRunning(primary);
    return running > batches.maxThreadsRunning ? `${running} threads run on the server` : null;
  };
  return {
    async wait(progress) {
      if (progress.batch > 0) first ??= progress.at;
      if (ctx.clock.monotonic() - looked < LOOK_MS) return 0;
      const begin = ctx.clock.monotonic();
      for (let held = false; ; held = true) {
        const reason = await why(progress);
        looked = ctx.clock.monotonic();
        if (reason === null) return held ? looked - begin : 0;
        if (looked - said > SAY_MS) {
          ctx.note?.(`paused: ${reason}`);
          said = looked;
          // The server would close a connection on which nothing is asked.
          await primary.ping();
        }
        await ctx.clock.sleep(PAUSE_MS, ctx.signal);
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
