import { availableParallelism, freemem } from 'node:os';
import { join } from 'node:path';
import { type FullBackup, restoreFull } from '../../backup/index.ts';
import {
  type Base,
  type Chain,
  type Cut,
  emptyState,
  gtidStateText,
  parseGtidState,
  placedIn,
  type Replay,
  replay,
  replayArguments,
  type Target,
} from '../../backup/replay/index.ts';
import { startKept } from '../../migrate/index.ts';
import type { Clock } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { type BackupEnvironment, programsOf } from './open.ts';

/** A full backup and binary logs become a server: the data directory of one that was shut down in order. */

export interface ServerWish {
  readonly full: FullBackup;
  /** Null: nothing is replayed. */
  readonly logs: { readonly chain: Chain; readonly cut: Cut; readonly base: Base; readonly target: Target } | null;
  readonly directory: string;
  /** The binary logs, in order. */
  readonly paths: readonly string[];
}

export interface Making {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  note(text: string): void;
}

export interface RestoredServer {
  readonly baseSeconds: number;
  readonly replaySeconds: number;
  /** The words with which it is started. */
  readonly start: readonly string[];
}

/**
 * What the restored full backup holds. A backup of a server that had executed nothing records no ids; where all transactions of its logs have
 * some, that is the empty set, and the logs must then begin with it. Pure.
 */
export function baseOf({ coordinates, server }: FullBackup, chain: Chain): Base {
  const place = coordinates === null ? null : { file: coordinates.file, position: coordinates.position };
  const text = coordinates?.gtid ?? null;
  if (text !== null) return { gtids: parseGtidState(text, server.family), place };
  const all = placedIn(chain);
  const named = all.length > 0 && all.every(({ transaction }) => transaction.gtid !== null);
  return { gtids: named ? emptyState(server.family) : null, place };
}

/**
 * Makes the server anew, whatever an earlier try has left: it writes without waiting for the disk, so after a crash nothing of it is used.
 * @throws ProblemError when what is there then is not what was there
 */
export async function restoreServer(
  backup: BackupEnvironment,
  { full, logs, directory }: Omit<ServerWish, 'paths'>,
  { clock, signal, note }: Making,
): Promise<RestoredServer> {
  const { service, settings, repository } = backup;
  const { family } = full.server;
  const { client, server: program, binlog } = programsOf(settings, family);
  const lifelong = Object.entries(full.settings).map(([name, value]) => `--${name.replaceAll('_', '-')}=${value}`);
  const begin = clock.monotonic();
  const server = await startKept(
    {
      ...{ program, family, user: settings.serverUser, directory: join(directory, 'server') },
      arguments: { initialise: lifelong, start: serverArguments(family, logs?.cut ?? null) },
    },
    service,
  );
  try {
    const { administrator: session, socketPath } = server;
    const common = { repository, secrets: service.secrets, clock, signal };
    const verdict = await restoreFull({ ...common, full, client }, { socketPath, session });
    if (verdict.kind !== 'agrees') throw new ProblemError(notAsItWas(full, verdict.why));
    const baseSeconds = (clock.monotonic() - begin) / 1000;
    note(`${full.id} is restored and agrees, ${baseSeconds.toFixed(1)} s`);
    const replaying = clock.monotonic();
    if (logs !== null && logs.cut.transactions > 0) {
      const { chain, base, target, cut } = logs;
      if (base.gtids !== null) {
        const name = family === 'mysql' ? 'gtid_purged' : 'gtid_slave_pos';
        const ids = gtidStateText(base.gtids);
        // The empty set is what the server has already.
        const told = ids === '' ? { ok: true as const } : await session.tell(`SET GLOBAL ${name} = '${ids}'`);
        if (!told.ok) throw new ProblemError(idsRefused(name, told.message));
      }
      const wanted: Replay = { access: { socketPath, user: 'root' }, base, chain, target };
      // Without ids a server cannot tell how far it came with relay logs.
      const plain = { exec: service.exec, reader: binlog, client, timeoutMs: settings.timeoutMs };
      await replay(wanted, { clock, signal, ...(cut.executed === null ? { plain } : {}) });
    }
    await server.shutDown();
    return { baseSeconds, replaySeconds: (clock.monotonic() - replaying) / 1000, start: server.again };
  } finally {
    await server.close();
  }
}

/** For this one start. Pure. */
export function serverArguments(family: FullBackup['server']['family'], cut: Cut | null): readonly string[] {
  const made = cut?.serverIds ?? new Set<number>();
  let serverId = 4_000_000_001;
  while (made.has(serverId)) serverId += 1;
  return [
    ...replayArguments({
      family,
      serverId,
      gtids: cut === null || cut.executed !== null,
      workers: availableParallelism(),
    }),
    ...['--max-allowed-packet=1G', '--log-bin-trust-function-creators=ON', '--character-set-server=utf8mb4'],
    `--innodb-buffer-pool-size=${poolBytes(freemem())}`,
  ];
}

/** A quarter of what is free, in whole 64 MiB, from 128 MiB to 8 GiB: others work on this machine too. Pure. */
export function poolBytes(free: number): number {
  const piece = 64 << 20;
  return Math.min(128, Math.max(2, Math.floor(free / 4 / piece))) * piece;
}

/** Pure. */
export function notAsItWas({ id }: FullBackup, why: string): Problem {
  return {
    code: 'backup.not-as-it-was',
    where: id,
    found: why,
    expected: 'the rows that were there when the backup was taken',
    remedy:
      'run `shiplock backup verify` for it, which marks it; then restore again: an earlier backup is chosen. Or name another one with --id',
  };
}

/** Pure. */
export function idsRefused(name: string, found: string): Problem {
  return {
    code: 'backup.server-refused',
    where: `@@${name}`,
    found,
    expected: 'a new server that takes the ids of the base',
    remedy: 'check that `backup.programs.server` is of the version of the server that was backed up',
  };
}
