import { readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Cut } from './cut.ts';
import { type Family, type GtidState, gtidStateText, sameState } from './gtid.ts';
import { giveTo, layDown } from './lay.ts';
import { executedBy, NOBODY, type ReplayServer, type ReplaySession } from './server.ts';

/**
 * Replays a cut as relay logs: the server's own applier reads them, with its workers beside each other. Since the files hold the transactions of
 * the cut and no others, the applier needs no word about where to stop.
 */

export interface RelayOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Told from time to time what the server has executed. */
  readonly onProgress?: (state: GtidState) => void;
}

interface Words {
  readonly change: (file: string) => string;
  readonly start: string;
  readonly stop: string;
  readonly forget: string;
}

/** The same statements in the words of each family. */
const WORDS: Readonly<Record<Family, Words>> = {
  mysql: {
    change: (file) =>
      `CHANGE REPLICATION SOURCE TO SOURCE_HOST = '${NOBODY}', RELAY_LOG_FILE = '${file}', RELAY_LOG_POS = 4`,
    start: 'START REPLICA SQL_THREAD',
    stop: 'STOP REPLICA',
    forget: 'RESET REPLICA ALL',
  },
  mariadb: {
    change: (file) =>
      `CHANGE MASTER TO MASTER_HOST = '${NOBODY}', MASTER_USE_GTID = no, RELAY_LOG_FILE = '${file}', RELAY_LOG_POS = 4`,
    start: 'START SLAVE SQL_THREAD',
    stop: 'STOP SLAVE',
    forget: 'RESET SLAVE ALL',
  },
};

const LOOK_MS = 50;
/** How long an applier that has read everything may take to finish its last transactions without one of them coming through. */
const PATIENCE_MS = 30_000;

/**
 * @returns when the server has executed exactly the transactions of the cut
 * @throws ProblemError when the server refuses one of them or ends with others
 */
export async function replayAsRelayLogs(
  session: ReplaySession,
  server: ReplayServer,
  cut: Cut,
  options: RelayOptions,
): Promise<void> {
  const { executed } = cut;
  if (executed === null) throw nameless();
  if (cut.segments.length === 0) return;
  const { relayBase, relayIndex, family } = server;
  if (relayBase === null || relayIndex === null) throw noRelayName();
  const words = WORDS[family];
  // A replay that was interrupted has left its files and its place in them.
  if (server.source !== null) {
    await session.run(words.stop);
    await session.run(words.forget);
  }
  const name = basename(relayBase);
  const directory = dirname(relayBase);
  await clear(directory, name);
  const { files } = await layDown(cut, directory, name, 'relay');
  // As the server itself writes its index.
  const beside = resolve(directory) === resolve(server.dataDir) ? '.' : directory;
  await writeFile(relayIndex, files.map((file) => `${beside}/${basename(file)}\n`).join(''), { mode: 0o640 });
  await giveTo(relayIndex, directory);
  await session.run(words.change(basename(files[0] ?? '')));
  await session.run(words.start);
  try {
    await until(session, family, executed, options);
  } finally {
    await session.run(words.stop).catch(() => undefined);
  }
  await session.run(words.forget);
  const state = await executedBy(session, family);
  if (!sameState(state, executed)) throw otherwise(state, executed);
}

async function clear(directory: string, name: string): Promise<void> {
  const own = new RegExp(`^${name.replace(/[^\w-]/g, '\\$&')}\\.(?:\\d{6,}|index)$`);
  const found = await readdir(directory);
  for (const file of found) if (own.test(file)) await rm(join(directory, file), { force: true });
}

const statusRow = z.record(z.string(), z.unknown());

async function until(
  session: ReplaySession,
  family: Family,
  wanted: GtidState,
  { clock, signal, onProgress }: RelayOptions,
): Promise<void> {
  let last = '';
  let since = clock.monotonic();
  for (;;) {
    const state = await executedBy(session, family);
    if (sameState(state, wanted)) return;
    const text = gtidStateText(state);
    if (text !== last) {
      last = text;
      since = clock.monotonic();
      onProgress?.(state);
    }
    const [status = {}] = await session.rows(statusRow, 'SHOW REPLICA STATUS');
    const say = (mysql: string, mariadb: string): string => String(status[mysql] ?? status[mariadb] ?? '');
    const error = say('Last_SQL_Error', 'Last_SQL_Error');
    if (error !== '') throw refused(`${error}${await workerErrors(session, family)}`, text);
    if (say('Replica_SQL_Running', 'Slave_SQL_Running') !== 'Yes') {
      // It may have come to its end between the two questions.
      if (sameState(await executedBy(session, family), wanted)) return;
      throw refused('the applier ended by itself', text);
    }
    const idle = /has read all relay log/i.test(say('Replica_SQL_Running_State', 'Slave_SQL_Running_State'));
    if (idle && clock.monotonic() - since > PATIENCE_MS) throw otherwise(state, wanted);
    await clock.sleep(LOOK_MS, signal);
  }
}

const messageRow = z.object({ message: z.string() });

/** MySQL's own message names only the worker; what it met stands elsewhere, where the server keeps such tables. */
async function workerErrors(session: ReplaySession, family: Family): Promise<string> {
  if (family === 'mariadb') return '';
  const rows = await session
    .rows(
      messageRow,
      'SELECT LAST_ERROR_MESSAGE AS message FROM performance_schema.replication_applier_status_by_worker WHERE LAST_ERROR_NUMBER <> 0',
    )
    .catch(() => []);
  return rows.map(({ message }) => `; ${message}`).join('');
}

function refused(found: string, state: string): ProblemError {
  return new ProblemError({
    code: 'replay.refused',
    where: `replay, behind ${state || 'the base'}`,
    found,
    expected: 'a server that takes every transaction of the logs',
    remedy:
      'check that base and logs belong together and that the server is of the same version; then restore the base anew, and replay in the plain way to see the statement',
  });
}

function otherwise(state: GtidState, wanted: GtidState): ProblemError {
  return new ProblemError({
    code: 'replay.differs',
    where: 'replay',
    found: gtidStateText(state) || 'nothing executed',
    expected: gtidStateText(wanted),
    remedy: 'do not use this server; restore the base anew, and replay in the plain way',
  });
}

function nameless(): ProblemError {
  return new ProblemError({
    code: 'restore.no-ids',
    where: 'replay',
    found: 'transactions without ids',
    expected: 'transaction ids, by which the server tells how far it came',
    remedy: 'replay in the plain way; for the future, set gtid_mode=ON on the server that is backed up',
  });
}

function noRelayName(): ProblemError {
  return new ProblemError({
    code: 'restore.server-not-fit',
    where: '@@relay_log_basename',
    found: 'no name for relay logs',
    expected: 'a server that was started with --relay-log',
    remedy: 'start the throw-away server with the arguments that the documentation of restores lists',
  });
}
