import { join } from 'node:path';
import { compared, type FullBackup, fileArguments, layPhysical, orderingCommand } from '../../backup/index.ts';
import { type Base, cutAt, type ReplayAccess, readChain, replay } from '../../backup/replay/index.ts';
import { startKept } from '../../migrate/index.ts';
import { ProblemError } from '../../model/problem.ts';
import { type BackupEnvironment, programsOf } from './open.ts';
import type { Logs } from './restore-logs.ts';
import {
  idsRefused,
  type Making,
  notAsItWas,
  type RestoredServer,
  type ServerWish,
  serverArguments,
} from './restore-server.ts';

/**
 * The files of a physical backup become a server. They show a moment that nobody could hold, so their rows are compared a little later, where they were
 * summed up: the replay stops there once, when the target lies behind it.
 */

/** @throws ProblemError when what is there then is not what was there */
export async function restoreLaid(backup: BackupEnvironment, wish: ServerWish, ports: Making): Promise<RestoredServer> {
  const { full, logs, directory } = wish;
  const { service, settings, repository } = backup;
  const { clock, signal, note } = ports;
  const { family } = full.server;
  const { server: program, physical, unpack } = programsOf(settings, family);
  const begin = clock.monotonic();
  const server = await startKept(
    {
      ...{ program, family, user: settings.serverUser, directory: join(directory, 'server') },
      arguments: { initialise: fileArguments(full), start: serverArguments(family, logs?.cut ?? null) },
      laid: {
        withinMs: settings.timeoutMs,
        first: (data) => orderingCommand(full, physical, data),
        fill: async (data) => {
          const verdict = await layPhysical(full, data, {
            repository,
            secrets: service.secrets,
            clock,
            signal,
            unpack,
          });
          if (verdict.kind !== 'agrees') throw new ProblemError(notAsItWas(full, verdict.why));
        },
      },
    },
    service,
  );
  try {
    const { administrator: session, access } = server;
    note(`a server runs on the files of ${full.id}, ${((clock.monotonic() - begin) / 1000).toFixed(1)} s`);
    if (family === 'mariadb') {
      // Its files know no ids but those that it had as a replica.
      const ids = full.coordinates?.gtid ?? '';
      const told = await session.tell(`SET GLOBAL gtid_slave_pos = '${ids}'`);
      if (!told.ok) throw new ProblemError(idsRefused('gtid_slave_pos', told.message));
    }
    let baseSeconds = (clock.monotonic() - begin) / 1000;
    let replaySeconds = 0;
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const started = clock.monotonic();
      await work();
      return (clock.monotonic() - started) / 1000;
    };
    const proof = await proofOf(full, wish);
    if (proof !== null) {
      if (proof.logs !== null) replaySeconds += await forward(proof.logs, access, ports);
      baseSeconds += await timed(async () => {
        const verdict = await compared(full, session, signal);
        if (verdict.kind !== 'agrees') throw new ProblemError(notAsItWas(full, verdict.why));
      });
      note(`${full.id} is restored and agrees with its sums`);
    } else {
      note(
        `the target lies before the place at which the rows of ${full.id} were summed up: only its files were compared`,
      );
    }
    if (logs !== null && logs.cut.transactions > 0) {
      const base = proof?.reached ?? logs.base;
      replaySeconds += await forward({ ...logs, base }, access, ports);
    }
    await server.shutDown();
    return { baseSeconds, replaySeconds, start: server.again };
  } finally {
    await server.close();
  }
}

interface Proof {
  /** What leads to the place of the sums; null: nothing was written in between. */
  readonly logs: Pick<Logs, 'chain' | 'base' | 'target'> | null;
  /** What the server holds there. */
  readonly reached: Base;
}

/** Null: the target, or the logs, end before the place of the sums. */
async function proofOf(full: FullBackup, { logs, paths }: ServerWish): Promise<Proof | null> {
  if (logs === null) return null;
  const at = paths.findIndex((path) => path.endsWith(`/${full.summedAt?.file ?? ''}`));
  if (at < 0) return null;
  const chain = await readChain(paths.slice(0, at + 1));
  const { base } = logs;
  const cut = cutAt(chain, base, { kind: 'end' });
  // Both begin with the base, and go through the same logs.
  if (cut.transactions > logs.cut.transactions) return null;
  if (cut.transactions === 0) return { logs: null, reached: base };
  return { logs: { chain, base, target: { kind: 'end' } }, reached: { gtids: cut.executed, place: null } };
}

/** @returns how long it took, seconds */
async function forward(
  { chain, base, target }: Pick<Logs, 'chain' | 'base' | 'target'>,
  access: ReplayAccess,
  { clock, signal }: Making,
): Promise<number> {
  const { ms } = await replay({ access, base, chain, target }, { clock, signal });
  return ms / 1000;
}
