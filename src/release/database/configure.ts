import { z } from 'zod';
import {
  compareSettings,
  type Difference,
  fitting,
  type Machine,
  memoryPlan,
  type Setting,
  setStatement,
  settingsFile,
  settingsFor,
  thisMachine,
  validateArgv,
  type Wanted,
} from '../../database/index.ts';
import { openDsnSession, resolveDsn } from '../../migrate/index.ts';
import type { Text } from '../../model/effect.ts';
import { ProblemError } from '../../model/problem.ts';
import { type Node, type Procedure, procedure, type RunResult, sequence, step } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { hostNames } from '../environment/platform.ts';
import { engineOptions, openEnvironment, type ServiceEnvironment } from '../environment/service.ts';
import { runAgain } from '../run/again.ts';

/** Brings the server of an environment to what its machine allows: what it takes while it runs at once, the rest in its file for the next start. */

export interface ConfigureRequest {
  readonly environment: string;
  /** What is told instead of found: the machine of the server is often another one. */
  readonly machine: Partial<Machine>;
  readonly share: number;
  /** Connections that one instance opens at most. */
  readonly pool: number;
  /** Beside those of the instances. */
  readonly reserve: number;
  /** Null: the one it has. */
  readonly serverId: number | null;
  /** Reference to the connection string of an administrator (`env:NAME`); null: that of the migrations. */
  readonly admin: string | null;
  /** Program of the server, which is asked whether it would start; null: it is not asked. */
  readonly program: string | null;
  readonly why: string;
}

export interface ConfigurePlan {
  readonly wanted: Wanted;
  readonly version: string;
  readonly memory: ReturnType<typeof memoryPlan>;
  readonly differences: readonly Difference[];
  readonly file: string;
}

interface Opened {
  readonly service: ServiceEnvironment;
  readonly dsn: Text;
  readonly plan: ConfigurePlan;
}

const variable = z.object({ Variable_name: z.string(), Value: z.string() });

/**
 * What would be set, beside what is set. Only looks.
 * @throws ProblemError `database.none`, `database.other-family`, `database.too-small`, `database.refuses-settings`
 */
export async function planConfigure(door: DoorOptions, request: ConfigureRequest): Promise<ConfigurePlan> {
  return (await open(door, request)).plan;
}

async function open(door: DoorOptions, request: ConfigureRequest): Promise<Opened> {
  const service = await openEnvironment(door, request.environment);
  const { environment, secrets, exec } = service;
  const { database } = environment;
  if (database === null) throw none(request.environment);
  const { engine, connectTimeoutMs } = database;
  const dsn: Text = request.admin === null ? database.dsn : { secret: request.admin };
  const running = await readRunning(resolveDsn(dsn, secrets), connectTimeoutMs);
  const version = running.get('version') ?? '';
  const family = /mariadb/i.test(version) ? 'mariadb' : 'mysql';
  if (family !== engine) throw otherFamily(engine, version);
  const machine: Machine = { ...(await thisMachine()), ...request.machine };
  const wanted: Wanted = {
    engine,
    machine,
    share: request.share,
    connections: connectionsOf(environment, request),
    version,
    serverId: request.serverId ?? Math.max(1, Number(running.get('server_id') ?? 1)),
  };
  const { fits, needed } = fitting(wanted);
  if (!fits) throw tooSmall(wanted, needed);
  const settings = settingsFor(wanted);
  if (request.program !== null) {
    const said = await exec.read(validateArgv(engine, request.program, settings), { timeoutMs: 60_000 });
    if (said.exitCode !== 0) throw refused(request.program, said.stderr);
  }
  const differences = compareSettings(settings, running);
  const known = differences.filter(({ now }) => now !== null);
  return {
    service,
    dsn,
    plan: { wanted, version, memory: memoryPlan(wanted), differences, file: settingsFile(engine, known, running) },
  };
}

async function readRunning(
  dsn: ReturnType<typeof resolveDsn>,
  connectTimeoutMs: number,
): Promise<ReadonlyMap<string, string>> {
  const session = await openDsnSession(dsn, connectTimeoutMs);
  try {
    const rows = await session.ask(variable, 'SHOW GLOBAL VARIABLES');
    return new Map(rows.map((row) => [row.Variable_name.toLowerCase(), row.Value]));
  } finally {
    await session.close();
  }
}

/** While a release is under way two versions have their connections open. */
export function connectionsOf(
  { platform }: ServiceEnvironment['environment'],
  { pool, reserve }: Pick<ConfigureRequest, 'pool' | 'reserve'>,
): number {
  const instances = platform.kind === 'kubernetes' ? 8 : platform.replicas * hostNames(platform).length * 2;
  return instances * pool + reserve;
}

/** Sets what the server takes while it runs, as a run: each setting a step that is taken back when a later one fails. */
export async function configure(
  door: DoorOptions,
  request: ConfigureRequest,
): Promise<{ readonly result: RunResult; readonly plan: ConfigurePlan }> {
  const { service, dsn, plan } = await open(door, request);
  const result = await runAgain(configureProcedure(service, dsn, plan, request), engineOptions(service));
  return { result, plan };
}

function configureProcedure(
  service: ServiceEnvironment,
  dsn: Text,
  { wanted, differences }: ConfigurePlan,
  request: ConfigureRequest,
): Procedure {
  const live = differences.filter((one) => one.live && one.now !== null && !one.same);
  const { environment } = service.environment;
  return procedure({
    id: 'database-configure',
    title: `Set up the database of ${environment}`,
    description: 'Sets what the server takes while it runs; each setting is taken back when a later one fails.',
    environment,
    inputs: {
      environment,
      why: request.why,
      engine: wanted.engine,
      settings: Object.fromEntries(live.map(({ name, value }) => [name, value])),
    },
    root: sequence({
      id: 'settings',
      title: 'Set what is not as it should be',
      steps: live.map((setting) => settingStep(service, dsn, wanted, setting)),
    }),
  });
}

const before = z.strictObject({ before: z.string().nullable() });

function settingStep(service: ServiceEnvironment, dsn: Text, { engine }: Wanted, setting: Setting): Node {
  const { name, value, why } = setting;
  const connectTimeoutMs = service.environment.database?.connectTimeoutMs ?? 10_000;
  const look = async (): Promise<Difference> => {
    const running = await readRunning(resolveDsn(dsn, service.secrets), connectTimeoutMs);
    const [difference] = compareSettings([setting], running);
    return difference ?? { ...setting, now: null, same: false };
  };
  const effect = (statement: string) => ({
    ...{ kind: 'sql' as const, dsn, statements: [statement], lock: 'shiplock:database-configure', timeoutMs: 120_000 },
    why,
  });
  return step<Difference, z.infer<typeof before>>({
    id: name,
    title: `Set ${name} to ${value}`,
    inputs: { name, value },
    timeoutMs: 180_000,
    read: look,
    decide: ({ same, now }) =>
      same
        ? { kind: 'nothing', why: `it is ${now}` }
        : { kind: 'do', effects: [effect(setStatement(engine, setting))] },
    outputs: before,
    collect: (_results, { same, now }) => ({ before: same ? null : now }),
    planned: ({ now }) => ({ before: now }),
    probe: 'repeatable',
    verify: async () => {
      const after = await (name === 'innodb_buffer_pool_size' ? lookLong(look, service) : look());
      return after.same ? [] : [notTaken(name, String(value), after.now)];
    },
    undo: ({ before: was }) =>
      was === null
        ? { kind: 'nothing', why: 'it was so before' }
        : { kind: 'do', effects: [effect(setStatement(engine, { name, value: asWritten(was) }))] },
  });
}

/** A buffer pool grows while the server goes on: it says its new size at the end. */
async function lookLong(look: () => Promise<Difference>, { clock }: ServiceEnvironment): Promise<Difference> {
  let found = await look();
  for (let tries = 0; !found.same && tries < 50; tries++) {
    await clock.sleep(200);
    found = await look();
  }
  return found;
}

function asWritten(text: string): number | string {
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}

function none(environment: string): ProblemError {
  return new ProblemError({
    code: 'database.none',
    where: `environments.${environment}.database`,
    found: 'no database',
    expected: 'an environment with a database',
    remedy: 'write `database:` in shiplock.yaml, or name another environment',
  });
}

function otherFamily(engine: string, version: string): ProblemError {
  return new ProblemError({
    code: 'database.other-family',
    where: 'database.engine',
    found: `a server that says it is ${version}`,
    expected: engine,
    remedy: 'mend `database.engine`, or the connection string',
  });
}

export function tooSmall({ machine, share, connections }: Wanted, needed: number): ProblemError {
  const mib = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MiB`;
  return new ProblemError({
    code: 'database.too-small',
    where: 'the machine of the server',
    found: `${mib(machine.memory * share)} for the server, and ${connections} connections`,
    expected: `at least ${mib(needed)}`,
    remedy: 'give it more memory (--memory, --share), or open fewer connections (--pool, --reserve)',
  });
}

function refused(program: string, said: string): ProblemError {
  return new ProblemError({
    code: 'database.refuses-settings',
    where: program,
    found: said.trim().split('\n').slice(-3).join(' ').slice(0, 400),
    expected: 'a server that starts with these settings',
    remedy: 'is it the program of the server that runs? Report it, with its version',
  });
}

function notTaken(name: string, wanted: string, now: string | null) {
  return {
    code: 'database.not-taken',
    where: name,
    found: now ?? 'no such setting',
    expected: wanted,
    remedy: 'read the error log of the server; what was set before is set again',
  };
}
