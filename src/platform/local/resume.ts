import type { Clock } from '../../model/ports.ts';
import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import { CRASH_POLICY } from './crash-policy.ts';
import { LOOPBACK, PORT_RANGE } from './host-ports.ts';
import type { ComponentLayout, Layout } from './layout.ts';
import { probeReady } from './probe.ts';
import type { RunRecord, StartSettings } from './records.ts';
import { serviceRunning } from './running.ts';
import { type StartRequest, start } from './start.ts';
import { endInstance } from './stop.ts';
import { components, readCurrent, readRuns, readUnit, readWanted } from './store.ts';

export const LOG_POLICY = { maxBytes: 10 * 1024 * 1024, keep: 5 } as const;

/** How a version is started when nobody says otherwise. */
export function defaultStart(instances: number): StartSettings {
  return { instances, ports: PORT_RANGE, crash: CRASH_POLICY, log: LOG_POLICY, guard: null };
}

export interface Resumed {
  readonly started: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Brings a host back after a reboot: what `current` names, and what was started and not stopped since (a canary too; its share
 * is a lease, so it gets no traffic by itself). One component that cannot start does not keep the others down.
 */
export async function resume(host: Layout, env: StartRequest['env'], clock: Clock): Promise<Resumed> {
  const started: string[] = [];
  const problems: Problem[] = [];
  for (const component of await components(host)) {
    const at = host.component(component);
    for (const version of await versionsToRun(at)) {
      try {
        const request = await requestFor(at, version, env);
        if (request === undefined) continue;
        const outcome = await start(host, request, clock);
        started.push(...outcome.started.map((instance) => `${component}/${instance}`));
      } catch (error) {
        problems.push(...problemsOf(error, `${component} ${version}`));
      }
    }
  }
  return { started, problems };
}

/**
 * Restarts every instance of a version, one after the other: the next one only when the one before is ready again.
 * @returns the instances restarted; those that did not run are left alone
 */
export async function restart(
  host: Layout,
  component: string,
  version: string,
  env: StartRequest['env'],
  clock: Clock,
): Promise<readonly string[]> {
  const at = host.component(component);
  const services = (await readRuns(at)).runs.filter((run) => run.version === version && serviceRunning(run));
  const request = await requestFor(at, version, env);
  if (request === undefined) return [];
  for (const run of services) {
    await endInstance(run, clock);
    await start(host, request, clock);
    await awaitReady(component, run, clock);
  }
  return services.map((run) => run.instance);
}

async function versionsToRun(at: ComponentLayout): Promise<readonly string[]> {
  const current = await readCurrent(at);
  const wanted = Object.keys((await readWanted(at)).versions);
  return [...new Set(current === undefined ? wanted : [current, ...wanted])];
}

/** Undefined for a release that is only files. */
async function requestFor(
  at: ComponentLayout,
  version: string,
  env: StartRequest['env'],
): Promise<StartRequest | undefined> {
  const unit = await readUnit(at, version);
  if (unit.settings.command.length === 0) return undefined;
  const asked = (await readWanted(at)).versions[version];
  const settings = asked ?? defaultStart(Math.max(1, unit.settings.replicas));
  return { component: at.component, version, settings, env };
}

const PROBE_TIMEOUT_MS = 1_000;
const POLL_MS = 50;

async function awaitReady(component: string, run: RunRecord, clock: Clock): Promise<void> {
  if (run.readyPath === '') return;
  const deadline = clock.monotonic() + run.startTimeoutMs;
  for (;;) {
    const probe = await probeReady({ host: LOOPBACK, port: run.port }, run.readyPath, PROBE_TIMEOUT_MS, clock);
    if (probe.ready) return;
    if (clock.monotonic() > deadline) {
      throw new ProblemError({
        code: 'unit.not-ready',
        where: `${component} ${run.instance}`,
        found: probe.why,
        expected: `ready within ${run.startTimeoutMs} ms after its restart`,
        remedy: 'see its log; the instances after it were not touched',
      });
    }
    await clock.sleep(POLL_MS);
  }
}
