import { distance } from 'fastest-levenshtein';
import type { BackupConfig } from '../backup/config.ts';
import type { Text } from '../model/effect.ts';
import { nearest } from '../model/json.ts';
import type { Complaint } from '../model/scalars.ts';
import type { EnvironmentSettings } from './schema.ts';

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
  /** Of this machine. Absolute. */
  readonly files: readonly string[];
  /** Of hosts over ssh, by the name of the host. Absolute; empty: only what Shiplock itself has put there. */
  readonly hostFiles: Readonly<Record<string, readonly string[]>>;
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

/** Pure. @param hosts names of all hosts of the environment */
export function resolveBackup(backup: BackupConfig, hosts: readonly string[], fit: Fit): ResolvedBackup {
  // What is no directory of this machine begins with its kind.
  const place = (text: string): string => (/^[a-z0-9]+:/.test(text) ? fit.text(text) : fit.path(text));
  const at = ({ repository, password, env }: BackupConfig['copies'][number]) => ({
    ...{ repository: place(repository), password, env },
  });
  return {
    ...at(backup),
    copies: backup.copies.map(at),
    dsn: backup.dsn ?? null,
    files: backup.files.flatMap((one) => (typeof one === 'string' ? [fit.path(one)] : [])),
    hostFiles: hostFilesOf(backup, hosts),
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

function hostFilesOf({ files }: BackupConfig, hosts: readonly string[]): ResolvedBackup['hostFiles'] {
  const found: Record<string, readonly string[]> = {};
  for (const one of files) {
    if (typeof one === 'string') continue;
    for (const host of one.on === 'all' ? hosts : one.on)
      found[host] = [...new Set([...(found[host] ?? []), ...one.paths])];
  }
  return found;
}

/** Names of the hosts over ssh of an environment. Pure. */
export function hostsOfEnvironment({
  platform,
  system,
}: Pick<EnvironmentSettings, 'platform' | 'system'>): readonly string[] {
  return platform.kind === 'ssh' ? [...platform.hosts, ...(system?.hosts ?? [])].map(({ name }) => name) : [];
}

/** Hosts whose files are backed up must be there. Pure. */
export function backupChecks(settings: EnvironmentSettings): readonly Complaint[] {
  const hosts = hostsOfEnvironment(settings);
  return (settings.backup?.files ?? []).flatMap((one, index): readonly Complaint[] => {
    if (typeof one === 'string') return [];
    const path = ['backup', 'files', index, 'on'];
    if (hosts.length === 0) {
      return [
        {
          ...{
            path,
            code: 'config.backup-hosts',
            found: 'files of hosts',
            expected: '`platform.kind: ssh`, which has hosts',
          },
          remedy: 'name paths of this machine, as plain words of the list',
        },
      ];
    }
    return (one.on === 'all' ? [] : one.on).flatMap((host, at) => {
      if (hosts.includes(host)) return [];
      const close = nearest(host, hosts, distance);
      return [
        {
          ...{ path: [...path, at], code: 'config.backup-hosts', found: `\`${host}\`, which is no host` },
          expected: `one of ${hosts.join(', ')}`,
          remedy: close === undefined ? 'name a host of `platform.hosts` or `system.hosts`' : `did you mean ${close}?`,
        },
      ];
    });
  });
}
