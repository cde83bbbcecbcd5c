import { z } from 'zod';
import type { Clock } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { sha256 } from '../../procedure/journal/canonical.ts';
import type { Coordinates, Programs, Server } from '../catalogue/record.ts';
import {
  coordinatesOf,
  lifelongSettings,
  likeEachOther,
  must,
  programsOf,
  type Session,
  tablesOf,
  timeOf,
} from './session.ts';

/** A moment in which nobody writes, and in which a transaction of ours begins that goes on seeing it. */

export interface Still {
  readonly clock: Clock;
  readonly database: string;
  readonly lockWaitMs: number;
  /** Name of the server for problems. */
  readonly where: string;
  readonly signal: AbortSignal;
  note(text: string): void;
}

/** How long, in waits for the lock, the moment may last. */
export const HOLDS = 3;
/** How long the connections may be idle while the backup goes on, seconds. */
export const LONG_S = 604_800;
/** How often the moment of rest is asked for. */
const TRIES = 5;
const BETWEEN_MS = 2000;

/** What was there while nobody wrote. */
export interface Moment {
  readonly time: string;
  readonly coordinates: Coordinates | null;
  readonly settings: Readonly<Record<string, string>>;
  readonly tables: readonly string[];
  readonly programs: Programs;
}

/** Held until the connection ends: a backup from another machine would take the moment of rest twice. */
export async function alone(lock: Session, { database, where }: Pick<Still, 'database' | 'where'>): Promise<void> {
  const name = `shiplock_backup:${sha256(database).slice(0, 32)}`;
  const [row] = await lock.ask(gotRow, 'SELECT GET_LOCK(?, 0) AS got', [name]);
  if (row?.got === 1) return;
  throw new ProblemError({
    code: 'backup.busy',
    where,
    found: 'another full backup of this database at work',
    expected: 'one at a time',
    remedy: 'wait for it; after a crash the server notices within seconds that it is gone',
  });
}

/**
 * Stops writes for a moment, in which our own transaction begins and then that of the dump: so both see the same rows. Whoever holds a table for
 * long is not waited for: the service would wait behind us.
 */
export async function holdStill(
  { clock, database, lockWaitMs, where, signal, note }: Still,
  { lock, reader, server }: { readonly lock: Session; readonly reader: Session; readonly server: Server },
): Promise<Moment> {
  await likeEachOther(reader, where);
  await must(lock, `SET SESSION lock_wait_timeout = ${Math.ceil(lockWaitMs / 1000)}`, where);
  // A connection that the network loses holds everybody up until the server closes it.
  await must(lock, `SET SESSION wait_timeout = ${Math.ceil((2 * HOLDS * lockWaitMs) / 1000)}`, where);
  await must(reader, `SET SESSION wait_timeout = ${LONG_S}`, where);
  await must(reader, 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ', where);
  const settings = await lifelongSettings(reader);
  for (let left = TRIES; ; left -= 1) {
    signal.throwIfAborted();
    const told = await lock.tell('FLUSH TABLES WITH READ LOCK');
    if (told.ok) break;
    const waited = told.errno === LOCK_WAIT;
    if (!waited) await must(lock, 'FLUSH TABLES WITH READ LOCK', where);
    if (left <= 1) throw new ProblemError(neverStill(where, lockWaitMs));
    note('a long statement holds a table: tried again');
    await clock.sleep(BETWEEN_MS, signal);
  }
  await must(reader, 'START TRANSACTION WITH CONSISTENT SNAPSHOT', where);
  return {
    settings,
    time: await timeOf(reader),
    coordinates: await coordinatesOf(lock, server, where),
    tables: await tablesOf(reader, database),
    programs: await programsOf(reader, database),
  };
}

const gotRow = z.object({ got: z.coerce.number().nullable() });

/** ER_LOCK_WAIT_TIMEOUT */
const LOCK_WAIT = 1205;

function neverStill(where: string, lockWaitMs: number): Problem {
  return {
    code: 'backup.never-still',
    where,
    found: `statements that held a table for longer than ${lockWaitMs} ms, ${TRIES} times`,
    expected: 'a moment in which nobody holds a table for long',
    remedy:
      'look at SHOW PROCESSLIST; take the backup at another time, or raise `backup.lockWait` (writes wait as long)',
  };
}
