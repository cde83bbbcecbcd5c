import { distance } from 'fastest-levenshtein';
import type { ResolvedLogs } from '../../config/logs.ts';
import type { LogsOnHost } from '../../logs/index.ts';
import { nearest } from '../../model/json.ts';
import { LOCAL_HOST } from '../../model/platform.ts';
import { ProblemError } from '../../model/problem.ts';
import { hostLogsEffect, localLogsEffect, observeHostLogs, observeLocalLogs } from '../../platform/index.ts';
import type { Node } from '../../procedure/index.ts';
import { hostsNode } from '../environment/hosts.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { localResource, reachOf } from '../environment/system.ts';

/** The logs of an environment with what looks at them and puts them aside. Looks at nothing yet. */

export interface OpenedLogs {
  readonly logs: readonly LogsOnHost[];
  /** Brings the hosts to what is asked of them; null where all of it is on this machine. */
  readonly prepare: Node | null;
}

/**
 * @param asked only these logs, only this host; undefined: all
 * @throws ProblemError `logs.none`, `logs.unknown`
 */
export function openLogs(
  service: ServiceEnvironment,
  asked: { readonly name: string | undefined; readonly host: string | undefined },
): OpenedLogs {
  const { environment, exec } = service;
  const all = environment.logs ?? [];
  const reach = reachOf(environment, environment.system ?? { hosts: [] });
  const logs = all
    .filter(({ name }) => asked.name === undefined || name === asked.name)
    .flatMap((one) => (one.hosts ?? [LOCAL_HOST]).map((host) => ({ one, host })))
    .filter(({ host }) => asked.host === undefined || host === asked.host)
    .map(({ one, host }): LogsOnHost => {
      const rules = { ...one.rules, id: `shiplock-${environment.service}-${one.name}` };
      const there = reach?.hosts.find(({ name }) => name === host);
      if (one.hosts === null || there === undefined || reach === null) return here(service, one.name, rules);
      const options = { host: there, reach, exec };
      return {
        ...{ name: one.name, host, rules },
        look: (signal) => observeHostLogs(options, rules, signal),
        rotate: (due, timeoutMs) => [hostLogsEffect(options, rules, due, timeoutMs)],
      };
    });
  if (logs.length === 0) throw new ProblemError(none(environment.environment, all, asked));
  const names = new Set(logs.map(({ host }) => host));
  const hosts = (reach?.hosts ?? []).filter(({ name }) => names.has(name));
  return {
    logs,
    prepare:
      reach === null || hosts.length === 0 ? null : hostsNode({ ...reach, hosts, exec }, 'what is asked of them'),
  };
}

function here({ environment, exec }: ServiceEnvironment, name: string, rules: LogsOnHost['rules']): LogsOnHost {
  const options = {
    exec,
    privileged: process.getuid?.() === 0 ? [] : ['sudo', '-n'],
    resource: localResource(environment),
  };
  return {
    ...{ name, rules, host: LOCAL_HOST },
    look: (signal) => observeLocalLogs(options, rules, signal),
    rotate: (due, timeoutMs) => [localLogsEffect(options, rules, due, timeoutMs)],
  };
}

function none(
  environment: string,
  all: readonly ResolvedLogs[],
  { name, host }: { readonly name: string | undefined; readonly host: string | undefined },
) {
  const names = all.map((one) => one.name);
  const close = name === undefined ? undefined : nearest(name, names, distance);
  const unknown = name !== undefined && names.length > 0 && !names.includes(name);
  return {
    code: unknown ? 'logs.unknown' : 'logs.none',
    where: unknown ? '--logs' : `environments.${environment}`,
    found: unknown ? name : host === undefined || names.length === 0 ? 'no `logs:`' : `no logs on ${host}`,
    expected: names.length === 0 ? 'logs in shiplock.yaml' : `one of ${names.join(', ')}`,
    remedy: close === undefined ? 'write `logs:` as docs/logs.md says' : `did you mean ${close}?`,
  };
}
