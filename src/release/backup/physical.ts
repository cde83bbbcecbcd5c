import {
  type CloneServers,
  type FullBackup,
  type Segment,
  takePhysical,
  type Verdict,
  verifyPhysical,
} from '../../backup/index.ts';
import { openLaid, startLocal } from '../../migrate/index.ts';
import type { Clock } from '../../model/ports.ts';
import { type BackupEnvironment, type DatabaseAccess, programsOf } from './open.ts';

/** Physical backups: the servers of ours that cloning and proving need come from another room. */

interface Taking {
  readonly id: string;
  readonly run: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  note(text: string): void;
}

/** @throws ProblemError */
export function takeFiles(backup: BackupEnvironment, database: DatabaseAccess, taking: Taking): Promise<FullBackup> {
  const { service, settings, place, repository } = backup;
  return takePhysical({
    ...taking,
    ...{ service: service.environment.service, environment: service.environment.environment },
    ...{ family: database.settings.engine, database: database.name, where: database.where },
    ...{ access: database.access, directory: place.directory, repository, secrets: service.secrets },
    program: programsOf(settings, database.settings.engine).physical,
    lockWaitMs: settings.lockWaitMs,
    clone: cloneServers(backup, taking.clock),
    open: database.open,
  });
}

/** What it would do, for people. Pure. */
export function promiseOf({ settings }: BackupEnvironment, { name, settings: { engine } }: DatabaseAccess): string {
  const copy =
    engine === 'mariadb'
      ? `${programsOf(settings, engine).physical} copies the files of the server while it works`
      : 'a throw-away server clones the files of the server over the network';
  return `${copy}, restic stores them as one stream; then the rows of each table of ${name} are summed up at the end of a binary log, for which writes wait at most ${4 * settings.lockWaitMs} ms`;
}

function cloneServers({ service, settings }: BackupEnvironment, clock: Clock): CloneServers {
  const common = {
    ...{ program: programsOf(settings, 'mysql').server, family: 'mysql' as const },
    ...{ user: settings.serverUser, plugins: true },
  };
  return {
    recipient: async (words) => {
      const initialise = words.filter((word) =>
        /^--(?:lower-case-table-names|innodb-page-size|innodb-data-file)/.test(word),
      );
      const { socketPath, administrator, close } = await startLocal(
        { ...common, database: 'shiplock_clone', arguments: { initialise, start: words } },
        service,
      );
      return { socketPath, session: administrator, close };
    },
    lay: async (words) => {
      const laid = await openLaid(
        { ...common, login: 'open', arguments: words, withinMs: settings.timeoutMs },
        { clock },
      );
      return {
        data: laid.data,
        close: laid.close,
        start: async () => {
          const { administrator, stop } = await laid.start();
          return { session: administrator, stop };
        },
      };
    },
  };
}

interface Proving {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** @throws ProblemError where nothing can be said of the backup */
export function proveFiles(
  { service, settings, repository }: BackupEnvironment,
  full: FullBackup,
  segments: readonly Segment[],
  { clock, signal }: Proving,
): Promise<Verdict> {
  const { family } = full.server;
  const { server, physical, unpack } = programsOf(settings, family);
  return verifyPhysical({
    ...{ full, segments, repository, secrets: service.secrets, clock, signal, unpack, program: physical },
    lay: async (words) => {
      const laid = await openLaid(
        {
          ...{ program: server, family, user: settings.serverUser, login: 'account' as const },
          ...{ arguments: words, withinMs: settings.timeoutMs },
        },
        { clock },
      );
      return {
        ...{ data: laid.data, aside: laid.aside, close: laid.close },
        start: async (first) => {
          const { access, administrator } = await laid.start(first);
          return { access, session: administrator };
        },
      };
    },
  });
}
