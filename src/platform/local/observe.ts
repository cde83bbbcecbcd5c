import type { HostLook, Instance } from '../../model/platform.ts';
import type { Clock } from '../../model/ports.ts';
import { problemsOf } from '../../model/problem.ts';
import { LOOPBACK } from './host-ports.ts';
import { installedDigest, settingsHash, stampOf } from './install.ts';
import type { ComponentLayout, Layout } from './layout.ts';
import { probeReady } from './probe.ts';
import { ageMs, isAlive } from './processes.ts';
import type { RunRecord } from './records.ts';
import { isRunning } from './running.ts';
import { components, installedVersions, readCurrent, readRuns, readUnit } from './store.ts';

export interface InstalledRow {
  readonly component: string;
  readonly version: string;
  readonly digest: string;
  /** Hash of the settings it is run with. */
  readonly settings: string;
}

export interface LocalInstance extends Omit<Instance, 'on'> {
  /** How long it may take to finish its requests. */
  readonly stopTimeoutMs: number;
}

/** What a host says of itself as the port wants it, and what else it knows. */
export interface LocalState extends HostLook {
  readonly instances: readonly LocalInstance[];
  readonly installed: readonly InstalledRow[];
  /** What could not be read: told, never thrown, so that one broken file does not hide a whole host. */
  readonly broken: readonly string[];
}

export interface ObserveOptions {
  /** Only this component. */
  readonly component?: string | undefined;
  /** Computes every digest from the bytes on disk instead of trusting size and time. */
  readonly verify?: boolean;
  readonly probeTimeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const PROBE_TIMEOUT_MS = 500;

/** Looks at a host: run files, processes, readiness, releases, current links. Changes nothing; an absent root is an empty host. */
export async function observeHost(host: Layout, clock: Clock, options: ObserveOptions = {}): Promise<LocalState> {
  const names = options.component === undefined ? await components(host) : [options.component];
  const states = await Promise.all(names.map((name) => observeComponent(host.component(name), clock, options)));
  return {
    instances: states.flatMap((state) => state.instances),
    installed: states.flatMap((state) => state.installed),
    current: Object.assign({}, ...states.map((state) => state.current)),
    broken: states.flatMap((state) => state.broken),
  };
}

async function observeComponent(at: ComponentLayout, clock: Clock, options: ObserveOptions): Promise<LocalState> {
  const broken: string[] = [];
  const [runs, installed, current] = await Promise.all([
    readRuns(at),
    observeInstalled(at, options.verify === true, broken),
    readCurrent(at).catch((error: unknown) => {
      broken.push(`${at.current}: ${words(error, at.current)}`);
      return undefined;
    }),
  ]);
  broken.push(...runs.broken.map(({ file, why }) => `${file}: ${why}`));
  const guards = new Map(
    runs.runs.filter((run) => run.role === 'guard' && isRunning(run)).map((run) => [run.instance, run.port]),
  );
  const instances = await Promise.all(
    runs.runs
      .filter((run) => run.role === 'service')
      .map((run) => observeInstance(run, guards.get(`${run.instance}.guard`), clock, options)),
  );
  return { instances, installed, current: current === undefined ? {} : { [at.component]: current }, broken };
}

async function observeInstance(
  run: RunRecord,
  guardPort: number | undefined,
  clock: Clock,
  options: ObserveOptions,
): Promise<LocalInstance> {
  const condition = await conditionOf(run, clock, options);
  return {
    component: run.component,
    version: run.version,
    instance: run.instance,
    host: LOOPBACK,
    port: run.port,
    ...(guardPort === undefined ? {} : { guardPort }),
    restarts: run.restarts,
    stopTimeoutMs: run.stopTimeoutMs,
    ...condition,
  };
}

async function conditionOf(
  run: RunRecord,
  clock: Clock,
  options: ObserveOptions,
): Promise<Pick<Instance, 'state' | 'detail'>> {
  if (!isAlive(run.supervisor, run.boot)) {
    const orphan = isAlive(run.child, run.boot) ? '; its process still runs and ends with the next start or stop' : '';
    return { state: 'stopped', detail: `its supervisor is gone (killed, or the machine restarted)${orphan}` };
  }
  switch (run.phase) {
    case 'stopped':
      return { state: 'stopped', detail: '' };
    case 'stopping':
      return { state: 'draining', detail: 'finishes its requests' };
    case 'crash-loop':
      return { state: 'crash-loop', detail: lastWords(run) };
    case 'backoff':
      return { state: 'not-ready', detail: lastWords(run) };
    case 'running': {
      if (run.readyPath === '') return { state: 'ready', detail: '' };
      const timeoutMs = options.probeTimeoutMs ?? PROBE_TIMEOUT_MS;
      const probe = await probeReady(
        { host: LOOPBACK, port: run.port },
        run.readyPath,
        timeoutMs,
        clock,
        options.signal,
      );
      if (probe.ready) return { state: 'ready', detail: '' };
      const young = run.child !== null && ageMs(run.child) < run.startTimeoutMs;
      const before = run.restarts > 0 ? `; before: ${lastWords(run)}` : '';
      return { state: young ? 'starting' : 'not-ready', detail: `${probe.why}${before}` };
    }
  }
}

function lastWords(run: RunRecord): string {
  const { lastExit } = run;
  const how =
    lastExit === null
      ? 'ended'
      : lastExit.signal !== null
        ? `killed by ${lastExit.signal}`
        : lastExit.code === null
          ? 'could not be started'
          : `exit ${lastExit.code}`;
  const said = run.lastLines.slice(-3).join(' | ');
  return said === '' ? how : `${how}: ${said}`;
}

async function observeInstalled(
  at: ComponentLayout,
  verify: boolean,
  broken: string[],
): Promise<readonly InstalledRow[]> {
  const versions = await installedVersions(at);
  const rows = await Promise.all(
    versions.map(async (version): Promise<InstalledRow | undefined> => {
      try {
        const unit = await readUnit(at, version);
        const fresh = !verify && (await stampOf(at.release(version))) === unit.stamp;
        const digest = fresh ? unit.digest : await installedDigest(at, unit);
        if (digest !== unit.digest)
          broken.push(`${at.release(version)}: content changed after installation: ${digest}`);
        return { component: at.component, version, digest, settings: settingsHash(unit.settings) };
      } catch (error) {
        broken.push(`${at.release(version)}: ${words(error, at.component)}`);
        return undefined;
      }
    }),
  );
  return rows.filter((row) => row !== undefined);
}

function words(error: unknown, where: string): string {
  return problemsOf(error, where)
    .map((problem) => problem.found)
    .join('; ');
}
