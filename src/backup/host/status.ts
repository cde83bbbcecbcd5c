import type { Problem } from '../../model/problem.ts';
import { formatDuration } from '../../model/scalars.ts';
import { isAhead } from '../catalogue/chain.ts';
import { type BackupState, type FilesBackup, isGood, placeOf } from '../catalogue/record.ts';

/** How good the backups of files are now, of hosts and of this machine. All pure. */

export interface HostStatus {
  /** `local`: this machine. */
  readonly host: string;
  /** The newest that is to be believed; null: there is none. */
  readonly id: string | null;
  readonly takenAt: string | null;
  readonly state: BackupState | null;
  /** When the newest was taken that was read back and compared. */
  readonly verifiedTakenAt: string | null;
}

interface HostRules {
  readonly where: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly hosts?: readonly string[];
  readonly verifiedWithinMs: number;
}

/** A row for each host whose files are to be backed up. What was taken by a clock that was ahead counts for nothing. */
export function hostStates(
  files: readonly FilesBackup[],
  { hosts = [], now }: Pick<HostRules, 'hosts' | 'now'>,
): readonly HostStatus[] {
  return hosts.map((name) => {
    const good = files.filter((one) => placeOf(one) === name && isGood(one) && !isAhead(one, now));
    const newest = good.at(-1);
    return {
      ...{ host: name, id: newest?.id ?? null, takenAt: newest?.takenAt ?? null, state: newest?.state ?? null },
      verifiedTakenAt: good.findLast(({ state }) => state === 'verified')?.takenAt ?? null,
    };
  });
}

/** One problem for all hosts: an alert for each would be the same alert. */
export function hostProblems(
  rows: readonly HostStatus[],
  { where, now, verifiedWithinMs }: HostRules,
): readonly Problem[] {
  const late = rows.filter(
    ({ verifiedTakenAt }) => verifiedTakenAt === null || now - Date.parse(verifiedTakenAt) > verifiedWithinMs,
  );
  if (late.length === 0) return [];
  const words = late.map(({ host, verifiedTakenAt }) =>
    verifiedTakenAt === null
      ? `${host}: none`
      : `${host}: ${formatDuration(Math.floor((now - Date.parse(verifiedTakenAt)) / 1000) * 1000)} old`,
  );
  return [
    {
      code: 'backup.hosts-not-verified',
      where,
      found: `verified files of hosts: ${words.join(', ')}`,
      expected: `of each host a backup that was read back and compared, at most ${formatDuration(verifiedWithinMs)} old (\`backup.verifiedWithin\`)`,
      remedy: 'run `shiplock backup run` and `shiplock backup verify`; what they say of the host tells why',
    },
  ];
}

/** For Prometheus; 0: never. */
export function hostMetrics(
  rows: readonly HostStatus[],
  { service, environment }: { readonly service: string; readonly environment: string },
): string {
  if (rows.length === 0) return '';
  const name = 'shiplock_backup_host_verified_timestamp_seconds';
  return [
    `# HELP ${name} When the newest backup of files of a host was taken that was read back and compared; 0: never.`,
    `# TYPE ${name} gauge`,
    ...rows.map(
      ({ host, verifiedTakenAt }) =>
        `${name}{service="${service}",environment="${environment}",host="${host}"} ${verifiedTakenAt === null ? 0 : Math.floor(Date.parse(verifiedTakenAt) / 1000)}`,
    ),
    '',
  ].join('\n');
}
