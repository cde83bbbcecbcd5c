import type { BackupConfig } from '../backup/config.ts';
import type { Text } from '../model/effect.ts';

/** What is backed up, resolved. */

export interface ResolvedRepository {
  /** A directory (absolute), or an address as restic writes it. */
  readonly repository: string;
  readonly password: Text;
  readonly env: Readonly<Record<string, Text>>;
}

export interface ResolvedBackup extends ResolvedRepository {
  readonly copies: readonly ResolvedRepository[];
  /** Null: that of the database. */
  readonly dsn: Text | null;
  /** Absolute. */
  readonly files: readonly string[];
  readonly kind: BackupConfig['kind'];
  readonly programs: BackupConfig['programs'];
  readonly serverUser: string;
  readonly verifiedWithinMs: number;
  /** Null: no drills are on a schedule. */
  readonly drill: { readonly directory: string; readonly every: 'daily' | 'weekly' | 'monthly' } | null;
  readonly timeoutMs: number;
  readonly lockWaitMs: number;
  readonly keep: BackupConfig['keep'];
}

/** What is done to texts and paths on the way. */
interface Fit {
  readonly text: (text: string) => string;
  readonly path: (path: string) => string;
}

/** Pure. */
export function resolveBackup(backup: BackupConfig, fit: Fit): ResolvedBackup {
  // What is no directory of this machine begins with its kind.
  const place = (text: string): string => (/^[a-z0-9]+:/.test(text) ? fit.text(text) : fit.path(text));
  const at = ({ repository, password, env }: BackupConfig['copies'][number]) => ({
    ...{ repository: place(repository), password, env },
  });
  return {
    ...at(backup),
    copies: backup.copies.map(at),
    dsn: backup.dsn ?? null,
    files: backup.files.map(fit.path),
    kind: backup.kind,
    programs: backup.programs,
    serverUser: backup.serverUser,
    verifiedWithinMs: backup.verifiedWithin,
    drill:
      backup.drill === undefined ? null : { directory: fit.path(backup.drill.directory), every: backup.drill.every },
    timeoutMs: backup.timeout,
    lockWaitMs: backup.lockWait,
    keep: backup.keep,
  };
}
