import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock, Secrets } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { runCommand } from '../../procedure/machine/exec.ts';
import { type Catalogue, isGood, type Segment, type Server } from '../catalogue/record.ts';
import {
  madeSnapshot,
  type Repository,
  resolved,
  resticProblem,
  resticVariables,
  tagArguments,
} from '../restic/repository.ts';
import { type Access, withAccess } from '../take/access.ts';
import { must, type Session, serverOf } from '../take/session.ts';
import { type LogAnswer, type LogLook, logReader } from './look.ts';

/** Binary logs that the server has closed, fetched as they are, looked through, and stored under the names that the server gave them. */

export interface SegmentOptions {
  readonly id: string;
  readonly run: string;
  readonly service: string;
  readonly environment: string;
  readonly where: string;
  readonly access: Access;
  readonly directory: string;
  /** `mysqlbinlog` or `mariadb-binlog`. */
  readonly binlog: string;
  readonly repository: Repository;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly catalogue: Catalogue;
  open(): Promise<Session>;
  note(text: string): void;
}

/** A log as the server lists it. */
export interface ServerLog {
  readonly name: string;
  readonly bytes: number;
}

const logRow = z.object({ Log_name: z.string(), File_size: z.coerce.number() });

/**
 * Closes the log that is being written, fetches every closed one that a full backup needs and that is not stored yet, and stores them in one snapshot.
 * Nothing counts before this returns. @throws ProblemError
 */
export async function takeSegments(options: SegmentOptions): Promise<readonly Segment[]> {
  const { open, where, directory, note, clock } = options;
  const session = await open();
  try {
    const server = await serverOf(session);
    const [{ log } = { log: 0 }] = await session.ask(z.object({ log: z.coerce.number() }), 'SELECT @@log_bin AS log');
    if (log !== 1) return [];
    await must(session, 'FLUSH BINARY LOGS', where);
    const takenAt = new Date(clock.now()).toISOString();
    const rows = await session.ask(logRow, 'SHOW BINARY LOGS');
    const logs = rows.map(({ Log_name: name, File_size: bytes }) => ({ name, bytes }));
    const wanted = wantedLogs(logs, options.catalogue, server);
    if (wanted.length === 0) return [];
    note(`${wanted.length} binary logs to fetch: ${wanted[0]?.name ?? ''} to ${wanted.at(-1)?.name ?? ''}`);
    const staging = join(directory, 'binlogs');
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { recursive: true, mode: 0o700 });
    try {
      await fetch(options, staging, wanted);
      return await storeLogs(options, { staging, logs: wanted, server, takenAt });
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  } finally {
    await session.close();
  }
}

/** Logs in a directory of this machine. */
export interface StagedLogs {
  readonly staging: string;
  readonly logs: readonly ServerLog[];
  readonly server: Server;
  /** Just after the last of them was closed, or before it was read. RFC 3339. */
  readonly takenAt: string;
}

type Storing = Pick<
  SegmentOptions,
  'id' | 'run' | 'where' | 'repository' | 'secrets' | 'service' | 'environment' | 'clock' | 'signal'
>;

/** Looks logs through and stores them in one snapshot. @throws ProblemError when one of them is not whole; then none is stored */
export async function storeLogs(
  options: Storing,
  { staging, logs, server, takenAt }: StagedLogs,
): Promise<readonly Segment[]> {
  const looked: Looked[] = [];
  for (const log of logs) looked.push(await lookThrough(staging, log, options.where));
  const snapshot = await store(options, staging, logs);
  return looked.map(({ name, bytes, sha256, look }) => ({
    ...{ v: 1, kind: 'segment', id: options.id, run: options.run, takenAt, server, file: name, bytes, sha256 },
    ...{ firstEventAt: timeOf(look.first), lastEventAt: timeOf(look.last), next: look.next },
    ...{ gtidsBefore: look.gtidsBefore, gtidsAfter: look.gtidsAfter, snapshot, state: 'stored', why: null },
  }));
}

/**
 * Closed logs from the first that a full backup of this server needs, without those that are stored. The last one in the list is still being
 * written. Pure.
 */
export function wantedLogs(logs: readonly ServerLog[], catalogue: Catalogue, server: Server): readonly ServerLog[] {
  const closed = logs.slice(0, -1);
  const needed = catalogue.fulls
    .filter((full) => full.server.id === server.id && full.state !== 'failed')
    .flatMap(({ coordinates }) =>
      coordinates === null ? [] : [closed.findIndex(({ name }) => name === coordinates.file)],
    )
    .filter((at) => at >= 0);
  if (needed.length === 0) return [];
  const stored = catalogue.segments.filter((one) => one.server.id === server.id && isGood(one));
  return closed
    .slice(Math.min(...needed))
    .filter(({ name, bytes }) => !stored.some((one) => one.file === name && one.bytes === bytes));
}

const FETCH_MS = 6 * 3600_000;

async function fetch(options: SegmentOptions, staging: string, wanted: readonly ServerLog[]): Promise<void> {
  const { binlog, access, directory, clock, signal, where } = options;
  const { exitCode, stderr } = await withAccess(directory, access, (file) => {
    const argv = [binlog, `--defaults-extra-file=${file}`, '--read-from-remote-server', '--raw'];
    return runCommand(
      {
        argv: [...argv, `--result-file=${staging}/`, ...wanted.map(({ name }) => name)],
        signal: AbortSignal.any([signal, AbortSignal.timeout(FETCH_MS)]),
      },
      clock,
    );
  });
  if (exitCode === 0) return;
  const said = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 400) || `exit code ${exitCode}`;
  throw new ProblemError({
    code: exitCode === 127 ? 'backup.no-program' : 'backup.logs-not-fetched',
    where,
    found: said,
    expected: `${binlog} to fetch the binary logs`,
    remedy: 'install it, or name it in `backup.programs.binlog`; its user needs REPLICATION SLAVE',
  });
}

interface Looked extends ServerLog {
  readonly sha256: string;
  readonly look: LogLook;
}

async function lookThrough(staging: string, { name, bytes }: ServerLog, where: string): Promise<Looked> {
  const hash = createHash('sha256');
  const reader = logReader();
  let size = 0;
  for await (const chunk of createReadStream(join(staging, name), { highWaterMark: 1 << 20 })) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    hash.update(chunk);
    reader.push(chunk);
  }
  const problem = segmentProblem(name, { expected: bytes, found: size }, reader.end(), where);
  if (problem.kind === 'problem') throw new ProblemError(problem.problem);
  return { name, bytes, sha256: hash.digest('hex'), look: problem.look };
}

type Judged =
  | { readonly kind: 'good'; readonly look: LogLook }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** Pure. */
export function segmentProblem(
  name: string,
  { expected, found }: { readonly expected: number; readonly found: number },
  answer: LogAnswer,
  where: string,
): Judged {
  const why =
    answer.kind === 'broken' ? answer.why : expected === found ? null : `${found} bytes instead of ${expected}`;
  if (why === null && answer.kind === 'whole') return { kind: 'good', look: answer.look };
  return {
    kind: 'problem',
    problem: {
      code: 'backup.log-broken',
      where: `${where} ${name}`,
      found: why ?? 'something else than a log',
      expected: 'a binary log that is whole; nothing was stored',
      remedy:
        'run it again; where the file is broken on the server, take a full backup now: nothing can be restored past this file',
    },
  };
}

async function store(options: Storing, staging: string, wanted: readonly ServerLog[]): Promise<string> {
  const { repository, secrets, service, environment, id, clock, signal } = options;
  const tags = tagArguments({ service, environment, id, kind: 'segments' });
  const result = await runCommand(
    {
      // Relative names, so that each stands under its own at the top of the snapshot.
      argv: [
        repository.program,
        'backup',
        '--json',
        '--host',
        service,
        ...tags,
        '--',
        ...wanted.map(({ name }) => name),
      ],
      cwd: staging,
      env: resolved(resticVariables(repository), secrets),
      signal,
    },
    clock,
  );
  const snapshot = result.exitCode === 0 ? madeSnapshot(result.stdout) : null;
  if (snapshot === null) throw new ProblemError(resticProblem(repository, result));
  return snapshot;
}

function timeOf(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString();
}
