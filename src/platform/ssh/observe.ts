import type { HostLook } from '../../model/platform.ts';
import { ProblemError } from '../../model/problem.ts';
import { settingsHash } from '../local/install.ts';
import type { InstalledRow, LocalInstance } from '../local/observe.ts';
import { probeReady } from '../local/probe.ts';
import { type HostAnswer, type HostInstance, parseAnswer } from './answer.ts';
import { conditionOf, lastWords } from './condition.ts';
import { hostProblem } from './failure.ts';
import { guardOf, observeGuards } from './guards.ts';
import { askWhole, type Looking, lookAt } from './look.ts';
import type { SshPlatformOptions } from './options.ts';
import { programArgv } from './program.ts';

export interface SshLook extends HostLook {
  readonly instances: readonly LocalInstance[];
  /** `busy`: ports of the host on which somebody listens. */
  readonly installed: readonly (InstalledRow & { readonly busy: readonly number[] })[];
  readonly broken: readonly string[];
}

const PROBE_MS = 1_000;

/**
 * Looks at a host over ssh, and at its guards on this machine. Changes nothing.
 * @throws ProblemError when the host cannot be asked
 */
export async function observeSshHost(options: SshPlatformOptions, signal: AbortSignal | undefined): Promise<SshLook> {
  const [answer, guards] = await Promise.all([
    askWhole(options, { verb: 'observe', words: [], parse: parseAnswer }, signal),
    observeGuards(options.guards, options.host.name, options.replicas, signal),
  ]);
  const busy = answer.listening;
  const instances = await Promise.all(answer.instances.map((one) => observeInstance(one, answer, options, signal)));
  return {
    instances: [
      ...instances.map((one) => ({ ...one, ...guardOf(guards.instances, options.host.name, one) })),
      ...guards.instances,
    ],
    installed: [
      ...answer.releases.map(({ component, version, digest, unit }) => ({
        component,
        version,
        digest,
        settings: settingsHash(unit.settings),
        busy,
      })),
      ...guards.installed.map((row) => ({ ...row, busy: [] })),
    ],
    current: answer.current,
    broken: [...answer.broken, ...guards.broken],
  };
}

/** Whether the program of this version lies on the host, and the host has what it must have. */
export async function checkHost(options: Looking, signal?: AbortSignal): Promise<'ready' | 'no program'> {
  const result = await lookAt(options, programArgv(options.host, options.root, 'check'), signal);
  if (result.exitCode === 0) return 'ready';
  if (result.exitCode === 127 && options.host.user === 'root') return 'no program';
  throw new ProblemError(hostProblem(options.host, result));
}

async function observeInstance(
  one: HostInstance,
  answer: HostAnswer,
  { host, crashLoop, clock }: SshPlatformOptions,
  signal: AbortSignal | undefined,
): Promise<LocalInstance> {
  const { component, version, instance, port, events } = one;
  const unit = answer.units.find((row) => row.unit === one.unit);
  const settings = answer.releases.find((row) => row.component === component && row.version === version)?.unit.settings;
  const policy = { exits: crashLoop.restarts, windowMs: crashLoop.withinMs, backoffMs: 0, maxBackoffMs: 0 };
  const condition = conditionOf(one, unit, answer.uptime, policy);
  const row = {
    component,
    version,
    instance,
    host: host.address,
    port,
    restarts: unit?.restarts ?? 0,
    stopTimeoutMs: settings?.stopTimeoutMs ?? PROBE_MS,
  };
  if (condition.kind === 'settled') return { ...row, state: condition.state, detail: condition.detail };
  const readyPath = settings?.readyPath ?? '';
  if (readyPath === '') return { ...row, state: 'ready', detail: '' };
  const probe = await probeReady({ host: host.address, port }, readyPath, PROBE_MS, clock, signal);
  if (probe.ready) return { ...row, state: 'ready', detail: '' };
  const young = condition.ranMs < (settings?.startTimeoutMs ?? 0);
  const before = row.restarts > 0 && unit !== undefined ? `; before: ${lastWords(events, unit)}` : '';
  return { ...row, state: young ? 'starting' : 'not-ready', detail: `${probe.why}${before}` };
}
