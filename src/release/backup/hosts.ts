import { z } from 'zod';
import {
  clearBegun,
  filesSchema,
  type HostFilesBackup,
  isGood,
  isOfHost,
  type Machine,
  markBegun,
  takeHostFiles,
} from '../../backup/index.ts';
import { type Problem, ProblemError, problemSchema, problemsOf } from '../../model/problem.ts';
import {
  type HostFilesOptions,
  hostFilesProblem,
  hostNamed,
  hostReading,
  observeMachine,
} from '../../platform/index.ts';
import { action, type Node, type OutputRef, opaque } from '../../procedure/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { reachOf } from '../environment/system.ts';
import { type BackupEnvironment, keepStored, whileItStays } from './open.ts';
import { idOf } from './restic.ts';

/** Files of the hosts of an environment: which, and how they get into the repository. */

export interface HostToBackUp extends HostFilesOptions {
  /** As configured: these must be there. */
  readonly paths: readonly string[];
  /** What Shiplock itself puts there, and what the service keeps: where it is there. */
  readonly also: readonly string[];
}

/** Hosts that `backup.files` names, in the order of their names; none where there are none. Looks at nothing. */
export function hostsToBackUp({ service, settings }: BackupEnvironment): readonly HostToBackUp[] {
  return Object.entries(settings.hostFiles)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, paths]) => ({ ...hostFilesOptions(service, name), paths, also: ownPaths(service) }));
}

/** How a host is asked for files. @throws ProblemError for a name that no host has */
export function hostFilesOptions({ environment }: ServiceEnvironment, name: string): HostFilesOptions {
  const reach = reachOf(environment, environment.system ?? { hosts: [] });
  const host = hostNamed(reach?.hosts ?? [], name);
  if (reach === null) throw new TypeError('a host without a way to it');
  return { host, reach };
}

/**
 * Units of instances are not among it: a release makes them, and those of a backup would start a version of the past.
 */
function ownPaths({ environment }: ServiceEnvironment): readonly string[] {
  const { service, components, certificates = [], logs = [] } = environment;
  return [
    '/etc/shiplock',
    ...Object.keys(components).map((component) => `/var/lib/shiplock/${service}-${component}`),
    ...certificates.flatMap(({ to }) => (to.kind === 'combined' ? [to.file] : [to.chain, to.key])),
    ...logs.map(({ name }) => `/etc/logrotate.d/shiplock-${service}-${name}`),
  ];
}

/** `api@1.2.3-1.service` and what hangs on it: made by releases. Pure. */
export function isInstanceUnit(
  { service, components }: Pick<ServiceEnvironment['environment'], 'service' | 'components'>,
  path: string,
): boolean {
  const match =
    /^\/etc\/systemd\/system\/(?:[^/]+\.(?:wants|requires)\/)?([^/@]+)@[^/]+\.service(?:\.d(?:\/.*)?)?$/.exec(path);
  return Object.keys(components).some((component) => match?.[1] === `${service}-${component}`);
}

const takenSchema = z.strictObject({
  stored: filesSchema.nullable(),
  /** Why it was not stored: the others are, and the run fails at its end. */
  problems: z.array(problemSchema).readonly(),
});
export type HostTaken = OutputRef<z.infer<typeof takenSchema>>;

/** A step for each host: one that is dead holds up no other backup. */
export function hostSteps(backup: BackupEnvironment): {
  readonly nodes: readonly Node[];
  readonly taken: readonly HostTaken[];
  /** Comes last. Null: there are no hosts. */
  readonly judge: Node | null;
} {
  const hosts = hostsToBackUp(backup);
  const nodes = hosts.map((one) => hostStep(backup, one));
  return { nodes, taken: nodes, judge: nodes.length === 0 ? null : judgeStep(nodes) };
}

function hostStep(backup: BackupEnvironment, { host, reach, paths, also }: HostToBackUp) {
  const { service, settings, place, repository } = backup;
  const { exec, secrets, environment } = service;
  return opaque({
    id: `host-${host.name}`,
    title: `Store files of ${host.name}`,
    inputs: { host: host.name, paths: [...paths], also: [...also] },
    outputs: takenSchema,
    promise: `tar on ${host.name} reads ${[...paths, ...also].join(', ')} twice over ssh, with owners, modes, ACLs and extended attributes, and restic stores it when both were the same; what changes each time is stored as it is and named`,
    probe: 'repeatable',
    timeoutMs: settings.timeoutMs,
    meanwhile: whileItStays(backup, repository),
    run: async (ctx) => {
      const id = `${idOf(ctx.clock.now())}-${host.name}`;
      try {
        const { read } = await hostReading({ host, reach, exec }, ctx.signal);
        await markBegun(place, id);
        const stored = await takeHostFiles({
          ...{ id, run: ctx.run, service: environment.service, environment: environment.environment },
          ...{ host: host.name, paths, also, repository, secrets, clock: ctx.clock, signal: ctx.signal },
          read,
          machine: async (): Promise<Machine> => observeMachine({ host, reach, exec }, ctx.signal),
          problemOf: (end) => hostFilesProblem(host, end),
          note: ctx.note,
        });
        await keepStored(backup, stored);
        await clearBegun(place, id);
        if (stored.host.changed.length > 0)
          ctx.note(`${host.name}: changed each time it was read, stored as it was: ${stored.host.changed.join(', ')}`);
        return { stored, problems: [] };
      } catch (error) {
        ctx.signal.throwIfAborted();
        if (!(error instanceof ProblemError)) throw error;
        const problems = problemsOf(error, host.name);
        for (const { code, found } of problems) ctx.note(`${host.name} was not stored: ${code}: ${found}`);
        return { stored: null, problems: [...problems] };
      }
    },
  });
}

/** After everything else, so that one host holds up no other. */
function judgeStep(taken: readonly HostTaken[]): Node {
  return action<readonly Problem[]>({
    id: 'hosts',
    title: 'Look whether every host was stored',
    read: async (ctx) => taken.flatMap((one) => ctx.outputOf(one).problems),
    decide: (problems) =>
      problems.length > 0 ? { kind: 'refuse', problems } : { kind: 'nothing', why: 'every one was' },
    probe: 'repeatable',
  });
}

/** Backups of this host that are to be believed, oldest first. Pure. */
export function ofHost(
  files: readonly (HostFilesBackup | Parameters<typeof isOfHost>[0])[],
  host: string,
): readonly HostFilesBackup[] {
  return files.filter(isOfHost).filter((one) => one.host.name === host && isGood(one));
}
