import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Problem, problemsOf } from '../../model/problem.ts';
import { runCommand } from '../../procedure/machine/exec.ts';
import { replaceFile } from '../../procedure/store.ts';
import { type LogReader, logReader } from '../binlog/look.ts';
import { type SegmentOptions, type ServerLog, storeLogs, wantedLogs } from '../binlog/take.ts';
import type { Catalogue, Segment, Server } from '../catalogue/record.ts';
import { withAccess } from '../take/access.ts';
import { must, serverOf } from '../take/session.ts';

/**
 * Binary logs as they are written. The program of the server leaves when the connection is lost and does not come back, so it is looked after here: started
 * again behind what is stored, each time into a directory of its own, so that what was received is never overwritten by what is received again.
 */

export interface StreamOptions extends Omit<SegmentOptions, 'id' | 'run' | 'catalogue'> {
  /** The server is told to begin a new log after this time, so that the one before it comes into the repository. */
  readonly flushEveryMs: number;
  catalogue(): Promise<Catalogue>;
  idOf(now: number): string;
  keep(segment: Segment): Promise<void>;
  /** Does the work while the repository is where it has to be. @throws ProblemError when it is not, or did not stay */
  guarded<T>(work: () => Promise<T>): Promise<T>;
  /** Something that a person should know; the stream goes on. */
  alarm(problems: readonly Problem[]): void;
}

/** How far the log that is being written was received, on this machine alone. */
export const tailSchema = z.strictObject({
  v: z.literal(1),
  file: z.string(),
  /** To the end of its last whole event. */
  bytes: z.number(),
  lastEventAt: z.string().nullable(),
  at: z.string(),
  connected: z.boolean(),
});
export type Tail = Readonly<z.infer<typeof tailSchema>>;

/** Where the tail is written down. Pure. */
export function tailFile(directory: string): string {
  return join(directory, 'stream', 'tail.json');
}

/** Ends the program when we end, in whatever way: the kernel then closes its input. */
const GUARD = `exec 3<&0
"$@" < /dev/null >&2 &
child=$!
{ read -r end <&3; kill -KILL "$child" 2> /dev/null; } &
reader=$!
wait "$child"
code=$?
kill "$reader" 2> /dev/null
exit "$code"`;

const LOOK_MS = 1000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** Runs until the signal stops it. Never gives up: what goes wrong is told, and tried again after a while. */
export async function streamLogs(options: StreamOptions): Promise<void> {
  const { signal, clock, alarm, where } = options;
  let pause = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const begin = clock.monotonic();
    try {
      await connected(options);
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof Told)) alarm(problemsOf(error, where));
    }
    if (signal.aborted) break;
    // One that held for a while begins anew with short pauses.
    pause = clock.monotonic() - begin > LONGEST_PAUSE_MS ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pause * 2);
    await clock.sleep(pause, signal).catch(() => undefined);
  }
}

/** What ended a connection was told already. */
class Told extends Error {}

/** One connection, from its start to its loss. */
async function connected(options: StreamOptions): Promise<void> {
  const { clock, directory, binlog, access, signal, where, note } = options;
  const home = join(directory, 'stream');
  const { server, first, missing } = await startOf(options);
  if (missing !== null) options.alarm([gap(where, missing, first)]);
  const own = join(home, `from-${options.idOf(clock.now())}`);
  await mkdir(own, { recursive: true, mode: 0o700 });
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  note(`receiving from ${first}`);
  const following = follow({ ...options, signal: both }, { server, own }).catch((error: unknown) => {
    if (both.aborted) return;
    options.alarm(problemsOf(error, where));
    over.abort(new Told());
  });
  try {
    // In a directory of its own: a backup that works meanwhile clears the usual one.
    const end = await withAccess(home, access, (file) => {
      const argv = [binlog, `--defaults-extra-file=${file}`, '--read-from-remote-server', '--raw', '--stop-never'];
      return runCommand(
        {
          argv: ['sh', '-c', GUARD, 'sh', ...argv, `--result-file=${own}/`, first],
          onOutput: () => undefined,
          signal: both,
        },
        clock,
      );
    });
    options.alarm([lost(where, end.stderr, end.exitCode)]);
  } finally {
    over.abort();
    await following;
  }
  await clear(options, home, own);
}

const logRow = z.object({ Log_name: z.string(), File_size: z.coerce.number() });

/** Where to begin: at the first log that a backup needs and that is not stored, else at the one that is being written. */
async function startOf(options: StreamOptions) {
  const session = await options.open();
  try {
    const server = await serverOf(session);
    const rows = await session.ask(logRow, 'SHOW BINARY LOGS');
    const logs = rows.map(({ Log_name: name, File_size: bytes }) => ({ name, bytes }));
    const catalogue = await options.catalogue();
    const wanted = wantedLogs(logs, catalogue, server);
    const first = wanted[0]?.name ?? logs.at(-1)?.name ?? '';
    return { server, first, missing: missingBefore(catalogue, server, logs) };
  } finally {
    await session.close();
  }
}

/** The log that is needed next and that the server has no more; null: none. Pure. */
export function missingBefore(catalogue: Catalogue, server: Server, logs: readonly ServerLog[]): string | null {
  const full = catalogue.fulls.findLast(
    (one) => one.server.id === server.id && one.coordinates !== null && one.state !== 'failed',
  );
  if (full?.coordinates == null) return null;
  const stored = new Set(catalogue.segments.filter((one) => one.server.id === server.id).map(({ file }) => file));
  const { file } = full.coordinates;
  return stored.has(file) || logs.some(({ name }) => name === file) ? null : file;
}

interface Place {
  readonly server: Server;
  readonly own: string;
}

/** Looks at what arrives: how far the newest log is, and those before it go into the repository. */
async function follow(options: StreamOptions, { server, own }: Place): Promise<void> {
  const { clock, signal, directory, flushEveryMs } = options;
  const stored = new Set<string>();
  let reading: Reading | null = null;
  let flushed = clock.monotonic();
  while (!signal.aborted) {
    const names = (await readdir(own)).toSorted(byNumber);
    const newest = names.at(-1);
    const whole = names.slice(0, -1).filter((name) => !stored.has(name));
    if (whole.length > 0) {
      const takenAt = new Date(clock.now()).toISOString();
      const logs = await Promise.all(whole.map(async (name) => ({ name, bytes: (await stat(join(own, name))).size })));
      const id = options.idOf(clock.now());
      const storing = { ...options, id, run: 'stream' };
      for (const segment of await options.guarded(() => storeLogs(storing, { staging: own, logs, server, takenAt }))) {
        await options.keep(segment);
        stored.add(segment.file);
        await rm(join(own, segment.file));
      }
    }
    if (newest !== undefined) {
      const current: Reading = reading?.name === newest ? reading : begin(own, newest);
      reading = current;
      await readOn(current);
      const { name, bytes, last } = current;
      const tail: Tail = {
        v: 1,
        file: name,
        bytes,
        lastEventAt: last,
        at: new Date(clock.now()).toISOString(),
        connected: true,
      };
      await replaceFile(tailFile(directory), `${JSON.stringify(tail)}\n`);
    }
    if (clock.monotonic() - flushed >= flushEveryMs) {
      flushed = clock.monotonic();
      await flush(options);
    }
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
}

interface Reading {
  readonly name: string;
  readonly path: string;
  readonly reader: LogReader;
  bytes: number;
  last: string | null;
  read: number;
}

function begin(own: string, name: string): Reading {
  return { name, path: join(own, name), reader: logReader(), bytes: 0, last: null, read: 0 };
}

/** What has come since, made durable, as far as events are whole. */
async function readOn(reading: Reading): Promise<void> {
  const handle = await open(reading.path, 'r+');
  try {
    await handle.datasync();
    const chunk = Buffer.alloc(1 << 20);
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, reading.read);
      if (bytesRead === 0) break;
      reading.reader.push(Buffer.from(chunk.subarray(0, bytesRead)));
      reading.read += bytesRead;
    }
  } finally {
    await handle.close();
  }
  const { position, last } = reading.reader.sofar();
  reading.bytes = position;
  reading.last = last === null ? null : new Date(last * 1000).toISOString();
}

async function flush({ open: connect, where }: StreamOptions): Promise<void> {
  const session = await connect();
  try {
    await must(session, 'FLUSH BINARY LOGS', where);
  } finally {
    await session.close();
  }
}

/** What earlier connections left, once it is stored from somewhere; the only copy of anything stays. */
async function clear(options: StreamOptions, home: string, own: string): Promise<void> {
  const { segments } = await options.catalogue();
  for (const name of await readdir(home)) {
    if (!name.startsWith('from-')) continue;
    const left = await readdir(join(home, name));
    const safe = left.every((file) => segments.some((one) => one.file === file && one.state !== 'suspect'));
    if (safe && (left.length > 0 || join(home, name) !== own))
      await rm(join(home, name), { recursive: true, force: true });
  }
}

function byNumber(a: string, b: string): number {
  const number = (name: string): number => Number(/\.(\d+)$/.exec(name)?.[1] ?? Number.NaN);
  return number(a) - number(b);
}

function lost(where: string, stderr: string, exitCode: number): Problem {
  return {
    code: 'backup.stream-lost',
    where,
    found: stderr.trim().split('\n').slice(-2).join(' ').slice(0, 300) || `the program ended with ${exitCode}`,
    expected: 'a connection that lasts',
    remedy:
      'nothing, when it comes back by itself; else look whether the server runs, and at the rights of `backup.dsn`',
  };
}

function gap(where: string, missing: string, first: string): Problem {
  return {
    code: 'backup.stream-gap',
    where,
    found: `${missing} is needed and the server has it no more; receiving from ${first}`,
    expected: 'every binary log since the last full backup',
    remedy:
      'take a full backup now: nothing can be restored past this gap. Keep logs longer on the server (binlog_expire_logs_seconds)',
  };
}
