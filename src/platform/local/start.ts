import { accessSync, constants } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { createSecrets } from '../../procedure/masking/secrets.ts';
import { freePorts, isFree, LOOPBACK } from './host-ports.ts';
import { inheritedEnvironment, launch } from './launch.ts';
import { type ComponentLayout, fill, guardName, instanceName, type Layout } from './layout.ts';
import { type LockEnd, withLock } from './lock.ts';
import type { GuardTemplate, RunRecord, StartSettings, Unit } from './records.ts';
import { isRunning } from './running.ts';
import { clearAway, isLeaving } from './stop.ts';
import { components, makeDirectories, readRuns, readUnit, readWanted, writeRecord } from './store.ts';
import type { SupervisorSpec } from './supervisor-spec.ts';

/** Values of secrets reach `unit start` under this name and the variable's own (`…_DSN` for `DSN`): never as arguments. */
export const SECRET_PREFIX = 'SHIPLOCK_UNIT_SECRET_';

const LOCK_WAIT_MS = 60_000;
const POLL_MS = 25;
const STOP_GRACE_MS = 6_000;

export interface StartRequest {
  readonly component: string;
  readonly version: string;
  readonly settings: StartSettings;
  /** Environment of the command: secrets, PATH. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface StartOutcome {
  readonly started: readonly string[];
  readonly already: readonly string[];
}

/**
 * Starts what is missing of the wanted number of instances (and of their guards). Instances that run stay as they are; dead
 * ones keep their port. Ends when the processes are spawned: readiness is awaited by whoever gives them traffic.
 */
export async function start(host: Layout, request: StartRequest, clock: Clock): Promise<StartOutcome> {
  const at = host.component(request.component);
  const unit = await readUnit(at, request.version);
  const { settings } = unit;
  if (settings.command.length === 0) throw onlyFiles(unit);
  const secrets = resolveSecrets(unit, request.env, host.root);
  await makeDirectories(at);
  const deadline = clock.monotonic() + settings.stopTimeoutMs + STOP_GRACE_MS;
  for (;;) {
    const outcome = await withLock(host.lock, LOCK_WAIT_MS, (lock) =>
      startNow(host, at, unit, request, secrets, lock, clock),
    );
    if (outcome !== 'leaving') return outcome;
    if (clock.monotonic() > deadline) throw stillLeaving(unit);
    await clock.sleep(POLL_MS);
  }
}

/** With the lock held. `leaving`: instances of the version are being stopped, so nothing was done yet. */
async function startNow(
  host: Layout,
  at: ComponentLayout,
  unit: Unit,
  request: StartRequest,
  secrets: ReadonlyMap<string, string>,
  lock: LockEnd,
  clock: Clock,
): Promise<StartOutcome | 'leaving'> {
  const runs = (await readRuns(at)).runs.filter((run) => run.version === unit.version);
  for (const run of runs) if (await isLeaving(at, run)) return 'leaving';
  const wanted = await readWanted(at);
  const plan = await planInstances(host, runs, unit, request.settings, clock);
  const specs = plan.missing.map((missing) => specFor(at, unit, request, secrets, missing));
  for (const spec of specs) checkCommand(spec, at);
  await writeRecord(at.wanted, { v: 1, versions: { ...wanted.versions, [unit.version]: request.settings } });
  if (request.settings.guard !== null) {
    await mkdir(dirname(heartbeatFile(request.settings.guard, unit.version)), { recursive: true });
  }
  // All are waited for even when one fails: the lock must not go while another is still on its way.
  const launched = await Promise.allSettled(specs.map((spec) => launch(at, spec, lock, clock)));
  for (const result of launched) if (result.status === 'rejected') throw result.reason;
  return { started: specs.map((spec) => spec.instance), already: plan.running };
}

interface Missing {
  readonly instance: string;
  readonly role: 'service' | 'guard';
  readonly port: number;
  /** Port of the instance that a guard watches; its own for a service. */
  readonly servicePort: number;
}

async function planInstances(
  host: Layout,
  runs: readonly RunRecord[],
  unit: Unit,
  settings: StartSettings,
  clock: Clock,
): Promise<{ readonly missing: readonly Missing[]; readonly running: readonly string[] }> {
  const mine = new Map(runs.map((run) => [run.instance, run]));
  const running: string[] = [];
  const absent: { readonly instance: string; readonly role: 'service' | 'guard'; readonly of: string }[] = [];
  for (let index = 1; index <= settings.instances; index++) {
    const instance = instanceName(unit.version, index);
    const wanted = [{ instance, role: 'service' as const, of: instance }];
    const guard = { instance: guardName(instance), role: 'guard' as const, of: instance };
    for (const entry of settings.guard === null ? wanted : [...wanted, guard]) {
      const run = mine.get(entry.instance);
      if (run !== undefined && isRunning(run)) running.push(entry.instance);
      else absent.push(entry);
    }
  }
  const ports = await givePorts(
    host,
    settings,
    absent.map((entry) => entry.instance),
    mine,
    clock,
  );
  const portOf = (instance: string): number => ports.get(instance) ?? mine.get(instance)?.port ?? 0;
  const missing = absent.map(({ instance, role, of }) => ({
    instance,
    role,
    port: portOf(instance),
    servicePort: portOf(of),
  }));
  return { missing, running };
}

/** A port for each name: the one it had when that is free, else a new one. What dead instances left behind is cleared first. */
async function givePorts(
  host: Layout,
  settings: StartSettings,
  names: readonly string[],
  known: ReadonlyMap<string, RunRecord>,
  clock: Clock,
): Promise<ReadonlyMap<string, number>> {
  const ports = new Map<string, number>();
  for (const name of names) {
    const before = known.get(name);
    if (before === undefined) continue;
    await clearAway(before, clock);
    if (await isFree(before.port)) ports.set(name, before.port);
  }
  const others = names.filter((name) => !ports.has(name));
  if (others.length === 0) return ports;
  const taken = new Set<number>();
  for (const component of await components(host)) {
    for (const run of (await readRuns(host.component(component))).runs) taken.add(run.port);
  }
  const fresh = await freePorts(others.length, settings.ports, { taken, root: host.root, clock });
  others.forEach((name, index) => {
    ports.set(name, fresh[index] ?? 0);
  });
  return ports;
}

function resolveSecrets(unit: Unit, env: StartRequest['env'], base: string): ReadonlyMap<string, string> {
  const references = createSecrets({ env, base });
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(unit.settings.env)) {
    if (typeof value === 'string') continue;
    values.set(name, env[`${SECRET_PREFIX}${name}`] ?? references.get(value.secret));
  }
  return values;
}

function specFor(
  at: ComponentLayout,
  unit: Unit,
  request: StartRequest,
  secrets: ReadonlyMap<string, string>,
  missing: Missing,
): Omit<SupervisorSpec, 'marker'> {
  const { settings, version } = unit;
  const { guard, crash, log } = request.settings;
  const { instance, role, port, servicePort } = missing;
  const release = at.release(version);
  const values = { port: String(servicePort), host: LOOPBACK, release, shared: at.shared, version, instance };
  const inherited = inheritedEnvironment(request.env);
  const service = role === 'service';
  const argv =
    service || guard === null
      ? settings.command.map((word) => fill(word, values))
      : fillGuard(guard, { ...values, guardPort: String(port), readyPath: settings.readyPath });
  const own = Object.entries(settings.env).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? fill(value, values) : (secrets.get(name) ?? ''),
  ]);
  return {
    component: unit.component,
    version,
    instance,
    role,
    argv,
    cwd: release,
    // A guard gets no environment of the service: it needs none of its secrets.
    env: service ? { ...inherited, ...Object.fromEntries(own) } : inherited,
    secrets: service ? [...secrets.values()] : [],
    port,
    runFile: at.runFile(instance),
    logFile: at.log(instance),
    readyPath: service ? settings.readyPath : '',
    startTimeoutMs: settings.startTimeoutMs,
    stopTimeoutMs: service ? settings.stopTimeoutMs : Math.min(settings.stopTimeoutMs, 2_000),
    crash,
    log,
  };
}

function heartbeatFile(guard: GuardTemplate, version: string): string {
  return fill(guard.heartbeatFile, { version });
}

function fillGuard(guard: GuardTemplate, values: Readonly<Record<string, string>> & { version: string }): string[] {
  const all = { ...values, heartbeatFile: heartbeatFile(guard, values.version) };
  // `{instance}` is the one it watches, so without the suffix of its own name.
  return guard.argv.map((word) => fill(word, { ...all, instance: (values['instance'] ?? '').replace(/\.guard$/, '') }));
}

/** Said at once instead of after five restarts. */
function checkCommand(spec: Omit<SupervisorSpec, 'marker'>, at: ComponentLayout): void {
  const [command = ''] = spec.argv;
  const path = spec.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';
  const candidates = command.includes('/')
    ? [resolve(spec.cwd, command)]
    : path.split(delimiter).map((directory) => join(directory, command));
  if (candidates.some(isExecutable)) return;
  throw new ProblemError({
    code: 'unit.command-not-found',
    where: `${at.component} ${spec.version}`,
    found: `no executable ${JSON.stringify(command)}`,
    expected: command.includes('/') ? `an executable file ${candidates[0] ?? ''}` : `${command} on PATH (${path})`,
    remedy: 'mend `command` of the component, or its artefact',
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function stillLeaving(unit: Unit): ProblemError {
  return new ProblemError({
    code: 'unit.still-stopping',
    where: `${unit.component} ${unit.version}`,
    found: 'instances that are still being stopped',
    expected: 'them to end within their stop time-out',
    remedy: 'see `unit status`; run the command again when they are gone',
  });
}

function onlyFiles(unit: Unit): ProblemError {
  return new ProblemError({
    code: 'unit.only-files',
    where: `${unit.component} ${unit.version}`,
    found: 'a release without a command',
    expected: 'a command to start',
    remedy: 'files need no start: make the version current (`unit current`)',
  });
}
