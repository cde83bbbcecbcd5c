import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection, ConnectionOptions } from 'mysql2/promise';
import type { SqlTool } from '../../model/effect.ts';
import { type EffectContext, resolveText } from './context.ts';
import { threadsRunning } from './sql-brake.ts';
import { connect, parseDsn } from './sql-connect.ts';
import { oneText } from './sql-progress.ts';

const SAY_MS = 5_000;

export interface ToolBrake extends AsyncDisposable {
  /** Looks once whether the program must pause, and says so to it. */
  look(): Promise<void>;
}

interface Replica {
  readonly name: string;
  readonly options: ConnectionOptions;
  /** The connection, where there is one. */
  readonly at: Connection[];
}

/** Holds a program back while a replica is behind or the server is busy. A mark that changes with each look is the heartbeat. */
export function openToolBrake(
  primary: Connection,
  { file, beat, seen, replicas, maxLagMs, maxThreadsRunning }: SqlTool['brake'],
  dir: string,
  ctx: EffectContext,
): ToolBrake {
  const opened = replicas.map((dsn): Replica => {
    const options = parseDsn(resolveText(dsn, ctx.secrets), ctx.secrets.databaseTrust);
    return { options, name: options.socketPath ?? `${options.host}:${options.port}`, at: [] };
  });
  const beats: { readonly mark: string | null; readonly at: number }[] = [];
  let paused = false;
  let said = Number.NEGATIVE_INFINITY;
  const why = async (): Promise<string | null> => {
    if (opened.length > 0) {
      await primary.query(beat);
      beats.push({ mark: await oneText(primary, seen), at: ctx.clock.monotonic() });
      if (beats.length > 10_000) beats.shift();
    }
    for (const { name, options, at } of opened) {
      let mark: string | null;
      try {
        if (at.length === 0) at.push(await connect({ ...options, connectTimeout: 5_000 }));
        mark = await oneText(at[0] ?? primary, seen);
      } catch (error) {
        // Hours of copying are not thrown away because a replica is started anew.
        for (const connection of at.splice(0)) connection.destroy();
        return `replica ${name} does not answer (${error instanceof Error ? error.message : error})`;
      }
      // The first mark that it does not have yet was written so long ago.
      const missing = beats[beats.findIndex((one) => one.mark === mark) + 1];
      const lag = missing === undefined ? 0 : Math.round(ctx.clock.monotonic() - missing.at);
      if (lag > maxLagMs) return `replica ${name} is ${lag} ms behind`;
    }
    if (maxThreadsRunning === null) return null;
    const running = await threadsRunning(primary);
    return running > maxThreadsRunning ? `${running} threads run on the server` : null;
  };
  return {
    async look() {
      const reason = await why();
      const now = ctx.clock.monotonic();
      if (reason !== null && now - said > SAY_MS) {
        ctx.note?.(ctx.secrets.mask(`paused: ${reason}`));
        said = now;
      }
      if ((reason !== null) === paused) return;
      paused = reason !== null;
      if (paused) await writeFile(join(dir, file), '');
      else await rm(join(dir, file), { force: true });
    },
    async [Symbol.asyncDispose]() {
      for (const { at } of opened) for (const connection of at) connection.destroy();
    },
  };
}
