import { z } from 'zod';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { Base, Cut } from './cut.ts';
import { type Family, type GtidState, gtidStateText, parseGtidState, sameState } from './gtid.ts';

/** The throw-away server into which binary logs are replayed. */

/** How it is reached: through its socket, since it has no network. */
export interface ReplayAccess {
  readonly socketPath: string;
  readonly user: string;
  /** Left out: none. */
  readonly password?: string;
}

export interface ReplaySession {
  rows<T>(row: z.ZodType<T>, sql: string): Promise<readonly T[]>;
  run(sql: string): Promise<void>;
  close(): Promise<void>;
}

const CONNECT_MS = 10_000;

/** @throws ProblemError when it does not answer */
export async function openReplaySession(access: ReplayAccess): Promise<ReplaySession> {
  // The driver is a megabyte: loaded when a server is asked, not by whatever could ask one.
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection({
    ...access,
    connectTimeout: CONNECT_MS,
    supportBigNumbers: true,
  }).catch((error: unknown) => {
    throw new ProblemError({
      code: 'restore.server-unreachable',
      where: access.socketPath,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a running throw-away server that lets this user in',
      remedy: 'start the server with the restored base, or mend the path of its socket',
    });
  });
  return {
    rows: async (row, sql) => z.array(row).parse((await connection.query(sql))[0]),
    run: async (sql) => void (await connection.query(sql)),
    close: () => connection.end().catch(() => connection.destroy()),
  };
}

/**
 * Arguments, beside its data directory and socket, that a throw-away server of the family needs: no network, relay logs of a known name, several
 * workers that commit in the order of the log, and no writing for safety's sake, since after a crash it is made anew.
 */
export function replayArguments(options: {
  readonly family: Family;
  /** Whether the transactions have ids; MariaDB's always have. */
  readonly gtids: boolean;
  readonly workers: number;
  /** A number that no server has which made the logs. */
  readonly serverId: number;
}): readonly string[] {
  const { family, gtids, workers, serverId } = options;
  const both = [`--server-id=${serverId}`, `--relay-log=${RELAY_NAME}`, '--event-scheduler=OFF'];
  const quick = ['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0'];
  if (family === 'mariadb') {
    const threads = [`--slave-parallel-threads=${workers}`, '--slave-parallel-mode=optimistic'];
    return [...both, ...quick, ...threads, '--skip-slave-start', '--sync-relay-log-info=0', '--sync-master-info=0'];
  }
  return [
    ...[...both, ...quick, '--skip-log-bin', '--skip-replica-start', '--relay-log-recovery=OFF'],
    ...[`--replica-parallel-workers=${workers}`, '--replica-preserve-commit-order=ON'],
    ...(gtids ? ['--gtid-mode=ON', '--enforce-gtid-consistency=ON'] : ['--gtid-mode=OFF']),
  ];
}

export const RELAY_NAME = 'replay';
/** What stands for the server that the logs come from: nobody is ever asked. */
export const NOBODY = 'replay.invalid';

/** What the server says of itself. */
export interface ReplayServer {
  readonly family: Family;
  readonly version: string;
  readonly serverId: number;
  /** `OFF`, `ON`, …; of MariaDB, always `ON`. */
  readonly gtidMode: string;
  readonly dataDir: string;
  /** Path of the relay logs without the number; null: it has none yet. */
  readonly relayBase: string | null;
  readonly relayIndex: string | null;
  /** The host that it replicates from; null: from none. */
  readonly source: string | null;
  readonly state: GtidState;
}

const variableRow = z.object({ Variable_name: z.string(), Value: z.string() });
const statusRow = z.record(z.string(), z.unknown());

/** Looks at it. @throws ProblemError for ids that cannot be read */
export async function lookAtServer(session: ReplaySession): Promise<ReplayServer> {
  const rows = await session.rows(variableRow, 'SHOW GLOBAL VARIABLES');
  const all = new Map(rows.map(({ Variable_name: name, Value: value }) => [name.toLowerCase(), value]));
  const value = (name: string): string => all.get(name) ?? '';
  const family: Family = /mariadb/i.test(`${value('version')} ${value('version_comment')}`) ? 'mariadb' : 'mysql';
  const [status] = await session.rows(statusRow, 'SHOW REPLICA STATUS');
  const host = status?.['Source_Host'] ?? status?.['Master_Host'];
  const path = (name: string): string | null => (value(name) === '' ? null : value(name));
  return {
    family,
    version: value('version'),
    serverId: Number(value('server_id')),
    gtidMode: family === 'mariadb' ? 'ON' : value('gtid_mode'),
    dataDir: value('datadir'),
    relayBase: path('relay_log_basename'),
    relayIndex: path('relay_log_index'),
    source: typeof host === 'string' && host !== '' ? host : null,
    state: await executedBy(session, family),
  };
}

const textRow = z.object({ value: z.string().nullable() });

/** What it has executed until now. */
export async function executedBy(session: ReplaySession, family: Family): Promise<GtidState> {
  const name = family === 'mysql' ? 'gtid_executed' : 'gtid_slave_pos';
  const [row] = await session.rows(textRow, `SELECT @@GLOBAL.${name} AS value`);
  const state = parseGtidState(row?.value ?? '', family);
  if (state !== null) return state;
  throw new ProblemError({
    code: 'restore.server-not-fit',
    where: `@@${name}`,
    found: row?.value ?? 'nothing',
    expected: 'transaction ids in a form that is known here',
    remedy: 'report it with the version of the server',
  });
}

/** What keeps a server from replaying this cut on this base. Pure. */
export function unfitness(server: ReplayServer, cut: Cut, base: Base): readonly Problem[] {
  const problem = (where: string, found: string, expected: string, remedy: string): Problem => ({
    code: 'restore.server-not-fit',
    where,
    found,
    expected,
    remedy,
  });
  const problems: Problem[] = [];
  if (server.family !== cut.family) {
    problems.push(
      problem('the server', server.version, `a server of ${cut.family}`, 'start one of the family of the logs'),
    );
    return problems;
  }
  if (cut.serverIds.has(server.serverId)) {
    problems.push(
      problem(
        ...(['@@server_id', `${server.serverId}, which made transactions of these logs`] as const),
        'a number of its own: a server passes over what it made itself',
        'start the throw-away server with another --server-id; if this is the live server, stop here',
      ),
    );
  }
  if (server.source !== null && server.source !== NOBODY) {
    problems.push(
      problem(
        ...(['replication', `a replica of ${server.source}`] as const),
        'a throw-away server that replicates from nobody',
        'never replay into a server that serves or replicates; restore the base into one of its own',
      ),
    );
  }
  const withIds = cut.executed !== null;
  if (server.family === 'mysql' && withIds !== (server.gtidMode === 'ON')) {
    problems.push(
      problem(
        ...(['@@gtid_mode', server.gtidMode] as const),
        withIds ? 'ON, as the transactions have ids' : 'OFF, as the transactions have no ids',
        `start the throw-away server with --gtid-mode=${withIds ? 'ON --enforce-gtid-consistency=ON' : 'OFF'}`,
      ),
    );
  }
  if (base.gtids !== null && !sameState(server.state, base.gtids)) {
    problems.push(
      problem(
        ...(['what the server has executed', gtidStateText(server.state) || 'nothing'] as const),
        gtidStateText(base.gtids) || 'nothing',
        'restore the base anew, with its ids: MySQL `SET GLOBAL gtid_purged`, MariaDB `SET GLOBAL gtid_slave_pos`',
      ),
    );
  }
  return problems;
}

/**
 * The base that a replay which was interrupted goes on from; null where the server holds what is neither the base nor a part of the way to
 * the target. Only for MySQL: it records a transaction together with its id, also those that change the structure. Pure.
 */
export function interruptedAt(state: GtidState, base: Base, cut: Cut): Base | null {
  if (base.gtids?.family !== 'mysql' || state.family !== 'mysql' || cut.executed?.family !== 'mysql') return null;
  const has = (outer: GtidState, inner: GtidState): boolean =>
    inner.family === 'mysql' &&
    [...inner.set].every(([source, intervals]) =>
      intervals.every(([first, last]) => {
        const around = outer.family === 'mysql' ? (outer.set.get(source) ?? []) : [];
        return around.some(([from, to]) => from <= first && last <= to);
      }),
    );
  return has(state, base.gtids) && has(cut.executed, state) ? { gtids: state, place: null } : null;
}
