import { createHash } from 'node:crypto';
import type { Clock, Secrets } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { type PipeEnd, pipeCommands } from '../../procedure/machine/pipe.ts';
import type { Coordinates, FullBackup, Server } from '../catalogue/record.ts';
import {
  madeSnapshot,
  type Repository,
  resolved,
  resticProblem,
  resticVariables,
  tagArguments,
} from '../restic/repository.ts';
import { type Access, withAccess } from './access.ts';
import { dumpArguments, dumpCoordinates, hasBegun, isWhole, type Seen, seeing } from './dump.ts';
import { alone, HOLDS, holdStill, LONG_S, type Moment } from './moment.ts';
import { assertSeesAll } from './rights.ts';
import { type Session, serverOf, sumsOf } from './session.ts';

/**
 * A full backup as SQL: the tool of the server writes it, restic takes it from our hands, and what the tables held at that moment is summed up
 * beside it. It never lies on a disk in the open.
 */

export interface LogicalOptions {
  readonly id: string;
  readonly run: string;
  readonly service: string;
  readonly environment: string;
  readonly family: Server['family'];
  readonly database: string;
  /** Name of the server for problems. */
  readonly where: string;
  readonly access: Access;
  /** Directory for what is needed meanwhile. */
  readonly directory: string;
  readonly dump: string;
  readonly repository: Repository;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly lockWaitMs: number;
  readonly signal: AbortSignal;
  /** Opens a connection. */
  open(): Promise<Session>;
  note(text: string): void;
}

export const DUMP_FILE = 'dump.sql';

/** Takes it. Nothing counts before this returns. @throws ProblemError */
export async function takeLogical(options: LogicalOptions): Promise<FullBackup> {
  const begin = options.clock.monotonic();
  const takenAt = new Date(options.clock.now()).toISOString();
  const lock = await options.open();
  try {
    const reader = await options.open();
    try {
      const server = await serverOf(reader);
      if (server.family !== options.family) throw new ProblemError(otherFamily(options, server));
      await assertSeesAll(reader, server, options);
      await alone(lock, options);
      const moment = await holdStill(options, { lock, reader, server });
      const { made, sums } = await both(options, { lock, reader, moment });
      return {
        ...{ v: 1, kind: 'full', id: options.id, run: options.run, takenAt, server },
        serverTime: moment.time,
        seconds: (options.clock.monotonic() - begin) / 1000,
        tool: options.dump.split('/').at(-1) ?? options.dump,
        databases: [options.database],
        coordinates: moment.coordinates,
        settings: moment.settings,
        tables: [...sums],
        programs: moment.programs,
        ...{ snapshot: made.snapshot, file: DUMP_FILE, bytes: made.bytes, sha256: made.sha256 },
        ...{ state: 'stored', verified: null, why: null },
      };
    } finally {
      await reader.close();
    }
  } finally {
    await lock.close();
  }
}

interface Held {
  readonly lock: Session;
  readonly reader: Session;
  readonly moment: Moment;
}

/** The dump and the sums at the same time, from the same moment. */
async function both(options: LogicalOptions, { lock, reader, moment }: Held) {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const released = Promise.withResolvers<void>();
  const begun = new AbortController();
  // Until it begins the service waits.
  void options.clock.sleep(HOLDS * options.lockWaitMs, begun.signal).then(
    () => stop.abort(new ProblemError(slowStart(options))),
    () => undefined,
  );
  const made = dump({ ...options, signal }, moment, () => {
    begun.abort();
    // From here on the service writes again; our own moment stays as it is.
    lock
      .tell('UNLOCK TABLES')
      .then(() => lock.tell(`SET SESSION wait_timeout = ${LONG_S}`))
      .then(() => released.resolve(), released.reject);
  });
  const summed = released.promise.then(() => sumsOf(reader, options.database, moment.tables, signal));
  // A dump that ends before it has begun lets nobody go.
  made.catch((error: unknown) => released.reject(error));
  const [dumped, sums] = await Promise.allSettled([
    made.catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
    summed.catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  ]);
  begun.abort();
  if (stop.signal.reason instanceof ProblemError) throw stop.signal.reason;
  const failed = [dumped, sums].find((one) => one.status === 'rejected' && one.reason === stop.signal.reason);
  if (failed?.status === 'rejected') throw failed.reason;
  if (dumped.status === 'rejected') throw dumped.reason;
  if (sums.status === 'rejected') throw sums.reason;
  return { made: dumped.value, sums: sums.value };
}

async function dump(
  options: LogicalOptions,
  { coordinates }: Moment,
  begun: () => void,
): Promise<{ readonly snapshot: string; readonly bytes: number; readonly sha256: string }> {
  const { access, directory, repository, secrets, signal, clock, where, database, family } = options;
  const hash = createHash('sha256');
  const seen = seeing();
  let free = false;
  const letGo = (): void => {
    if (free) return;
    free = true;
    begun();
  };
  const piped = await withAccess(directory, access, (file) =>
    pipeCommands(
      {
        from: {
          argv: dumpArguments({
            ...{ program: options.dump, family, access: file, databases: [database] },
            log: coordinates !== null,
          }),
        },
        to: { argv: storeArguments(options), env: resolved(resticVariables(repository), secrets) },
        onChunk: (chunk) => {
          hash.update(chunk);
          seen.push(chunk);
          if (!free && hasBegun(seen.head())) letGo();
        },
        // Only a dump that came to its end becomes a snapshot.
        allow: (end) => {
          const problem = dumpProblem(end, seen, { where, program: options.dump, coordinates });
          if (problem !== null) throw new ProblemError(problem);
          letGo();
        },
        signal,
      },
      clock,
    ),
  );
  const { to } = piped;
  const snapshot = to === null || to.exitCode !== 0 ? null : madeSnapshot(to.stdout);
  if (snapshot === null) throw new ProblemError(resticProblem(repository, to ?? { exitCode: 1, stderr: '' }));
  return { snapshot, bytes: seen.bytes(), sha256: hash.digest('hex') };
}

function storeArguments({ repository, service, environment, id }: LogicalOptions): readonly string[] {
  const tags = tagArguments({ service, environment, id, kind: 'full' });
  return [repository.program, 'backup', '--json', '--stdin', '--stdin-filename', DUMP_FILE, '--host', service, ...tags];
}

interface Asked {
  readonly where: string;
  readonly program: string;
  readonly coordinates: Coordinates | null;
}

/** What speaks against a dump that has ended; null: nothing. Pure. */
export function dumpProblem(
  { exitCode, stderr }: PipeEnd,
  seen: Pick<Seen, 'head' | 'tail'>,
  { where, program, coordinates }: Asked,
): Problem | null {
  const said = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 400);
  if (exitCode === 127) {
    return {
      ...{ code: 'backup.no-program', where: program, found: said || 'no such program' },
      expected: 'the dump program of the server’s family and version',
      remedy: 'install it, or name it in `backup.programs.dump`',
    };
  }
  if (exitCode !== 0 || !isWhole(seen.tail())) {
    return {
      ...{
        code: 'backup.dump-broken',
        where,
        found: `${program} ended with ${exitCode}: ${said || 'it said nothing'}`,
      },
      expected: 'a dump that came to its end; nothing was stored',
      remedy: 'mend what it says and run the backup again; docs/backup.md lists the rights that it needs',
    };
  }
  const at = dumpCoordinates(seen.head());
  if (coordinates === null) return null;
  if (at !== null && at.file === coordinates.file && at.position === coordinates.position) return null;
  return {
    code: 'backup.other-moment',
    where,
    found: at === null ? 'a dump that does not say where it stands' : `a dump of ${at.file}:${at.position}`,
    expected: `one of ${coordinates.file}:${coordinates.position}, where the sums were made`,
    remedy: 'run the backup again; if it happens again, somebody writes past FLUSH TABLES WITH READ LOCK',
  };
}

/** The server is of another family than the configuration says. Pure. */
export function otherFamily({ where, family }: Pick<LogicalOptions, 'where' | 'family'>, server: Server): Problem {
  return {
    code: 'backup.other-family',
    where,
    found: `${server.family} ${server.version}`,
    expected: `${family}, as \`database.engine\` says`,
    remedy: 'mend `database.engine` or `backup.dsn`',
  };
}

function slowStart({ where, lockWaitMs, dump: program }: LogicalOptions): Problem {
  return {
    code: 'backup.dump-slow',
    where,
    found: `${program} did not begin within ${HOLDS * lockWaitMs} ms, in which writes wait`,
    expected: 'a dump that begins at once',
    remedy: 'look at SHOW PROCESSLIST for what it waits for; on a slow machine raise `backup.lockWait`',
  };
}
