import { distance } from 'fastest-levenshtein';
import type { LogsConfig } from '../logs/config.ts';
import { nearest } from '../model/json.ts';
import type { LogReopen, LogRules } from '../model/logs.ts';
import type { Complaint } from '../model/scalars.ts';
import type { EnvironmentSettings } from './schema.ts';

/** Logs of an environment: what is checked across fragments, and what they are once they are ready to be used. */

export interface ResolvedLogs {
  readonly name: string;
  /** Without `id`, which has the service in it. */
  readonly rules: Omit<LogRules, 'id'>;
  /** Null: this machine. */
  readonly hosts: readonly string[] | null;
}

/** Pure. */
export function resolveLogs(logs: LogsConfig): readonly ResolvedLogs[] {
  return Object.entries(logs).map(([name, { files, hosts, reopen, every, maxMiB, keep, keepDays, logrotate }]) => ({
    name,
    rules: { ...{ files, every, maxMiB, keep, keepDays }, rotator: logrotate, reopen: reopenOf(reopen) },
    hosts: hosts ?? null,
  }));
}

function reopenOf(reopen: LogsConfig[string]['reopen']): LogReopen {
  if (reopen === undefined) return { kind: 'none' };
  const { unit, pidFile, signal } = reopen;
  if (unit !== undefined) return signal === undefined ? { kind: 'reload', unit } : { kind: 'signal', signal, unit };
  if (pidFile === undefined || signal === undefined)
    throw new TypeError('a checked `reopen` names who is told, and how');
  return { kind: 'signal-file', signal, pidFile };
}

/** Hosts that are named must be there. */
export function logsChecks({ logs = {}, platform, system }: EnvironmentSettings): readonly Complaint[] {
  const names = platform.kind === 'ssh' ? [...platform.hosts, ...(system?.hosts ?? [])].map(({ name }) => name) : [];
  return Object.entries(logs).flatMap(([name, { hosts = [] }]) =>
    hosts.flatMap((host, index): readonly Complaint[] => {
      if (names.includes(host)) return [];
      const close = nearest(host, names, distance);
      return [
        {
          path: ['logs', name, 'hosts', index],
          code: 'config.logs-host',
          found: `\`${host}\`, which is no host of this environment`,
          expected: names.length === 0 ? 'no `hosts:`, for this machine' : `one of ${names.join(', ')}`,
          remedy: close === undefined ? 'name a host of `platform.hosts` or `system.hosts`' : `did you mean ${close}?`,
        },
      ];
    }),
  );
}
