import { z } from 'zod';
import type { ResolvedDatabase } from '../../config/index.ts';
import { type GenerateConfig, generateRows, openDatabase, planGenerate, resolveDsn } from '../../migrate/index.ts';
import { ProblemError } from '../../model/problem.ts';
import { opaque, type Procedure, procedure, type RunResult } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { engineOptions, openEnvironment, type ServiceEnvironment } from '../environment/service.ts';
import { orderCheck, underPolicy } from '../policy/persons.ts';
import { runAgain } from '../run/again.ts';
import { databaseSettings } from '../run/migrate.ts';
import { agreeWithGit, tellGit } from '../run/shared.ts';
import { originAllows, throwAwayProblems } from './throw-away.ts';

/** Made-up rows into the empty tables of an environment. */

export interface GenerateRequest {
  readonly environment: string;
  readonly why: string;
  /** Rows of each table that says nothing itself; left out: as configured. */
  readonly rows?: number | undefined;
  /** Factor for the rows of all tables. */
  readonly scale?: number | undefined;
  readonly seed?: string | undefined;
}

/** What becomes of each table. */
export interface GenerateTablePlan {
  readonly table: string;
  readonly what: 'fill' | 'keep' | 'empty';
  readonly rows: number;
  /** What is not read or otherwise than asked for, for people. */
  readonly notes: readonly string[];
}

export interface FilledData {
  readonly run: string;
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
}

const filledSchema = z.strictObject({
  tables: z.array(z.strictObject({ table: z.string(), rows: z.number() })).readonly(),
  rules: z.string(),
});

/** Rows of one INSERT. */
const BATCH = 1000;
const FILL_MS = 24 * 3600_000;

/** Where it goes, and what is asked of it. */
export interface Filling {
  readonly service: ServiceEnvironment;
  readonly database: ResolvedDatabase;
  readonly options: Omit<Parameters<typeof generateRows>[0], 'run' | 'signal' | 'tell' | 'clock'>;
  /** `mysql:host:port/database` */
  readonly resource: string;
}

/** Looks at the configuration and at what the database says of itself. @throws ProblemError when it may not be emptied or filled from here */
export async function fillingOf(door: DoorOptions, request: GenerateRequest): Promise<Filling> {
  const service = await openEnvironment(door, request.environment);
  const database = databaseSettings(service);
  const problems = throwAwayProblems(service, database);
  if (problems.length > 0) throw new ProblemError(problems);
  const { options } = resolveDsn(database.dsn, service.secrets);
  const opened = openDatabase({
    dsn: database.dsn,
    secrets: service.secrets,
    connectTimeoutMs: database.connectTimeoutMs,
  });
  const others = originAllows((await opened.look()).origin, request.environment, opened.resource);
  if (others.length > 0) throw new ProblemError(others);
  return {
    service,
    database,
    resource: opened.resource,
    options: {
      target: options,
      database: opened.name,
      family: database.engine,
      settings: settingsOf(database.generate, request),
      environment: request.environment,
      lock: opened.lock,
      batch: BATCH,
    },
  };
}

/** The configuration as flags change it. Pure. */
export function settingsOf(
  config: GenerateConfig,
  { rows, scale = 1, seed }: Pick<GenerateRequest, 'rows' | 'scale' | 'seed'>,
): GenerateConfig {
  const scaled = (count: number): number => Math.max(count === 0 ? 0 : 1, Math.round(count * scale));
  const tables = Object.entries(config.tables).map(([name, told]) => {
    const own = typeof told === 'string' || told.rows === undefined ? told : { ...told, rows: scaled(told.rows) };
    return [name, own] as const;
  });
  return {
    rows: scaled(rows ?? config.rows),
    seed: seed ?? config.seed,
    tables: Object.fromEntries(tables),
  };
}

/** Looks only. */
export async function planDataGenerate(
  door: DoorOptions,
  request: GenerateRequest,
): Promise<readonly GenerateTablePlan[]> {
  const { options } = await fillingOf(door, request);
  const { tables } = await planGenerate(options);
  return tables.map(({ kind, table, rows, notes }) => ({ table: table.name, what: kind, rows, notes }));
}

/** Under the lease of the environment. One that died is begun again, and goes on behind the last batch that arrived. */
export async function generateData(
  door: DoorOptions,
  request: GenerateRequest,
  tell: (line: string) => void,
): Promise<FilledData> {
  const filling = await fillingOf(door, request);
  // What speaks against it is said before anything begins.
  await planGenerate(filling.options);
  const found: FilledData['tables'][number][] = [];
  const { environment, why } = request;
  const tree = procedure({
    id: 'data-generate',
    title: `Fill the database of ${filling.service.target.service} in ${environment} with made-up rows`,
    description: 'Nothing is deleted: the tables must be empty, or half filled by a run that was cut.',
    environment,
    inputs: { environment, why },
    root: fillStep(filling, tell, (tables) => found.push(...tables)),
  });
  const result = await runOn(filling.service, tree);
  return { run: result.run, tables: found };
}

/** Makes the rows. */
export function fillStep(
  { options }: Filling,
  tell: (line: string) => void,
  ended: (tables: FilledData['tables']) => void,
) {
  const { environment, settings } = options;
  return opaque({
    id: 'generate',
    title: 'Make rows up',
    inputs: { environment, seed: settings.seed, rows: settings.rows },
    outputs: filledSchema,
    promise: 'the tables hold made-up rows, the same for the same seed',
    probe: 'repeatable',
    timeoutMs: FILL_MS,
    run: async (ctx) => {
      const made = await generateRows({ ...options, run: ctx.run, signal: ctx.signal, clock: ctx.clock, tell });
      ended(made.tables);
      return { rules: made.rules, tables: [...made.tables] };
    },
  });
}

/** A procedure that looks whether its steps are done, under the policy and the lease. @throws ProblemError when it did not come through */
export async function runOn(opened: ServiceEnvironment, tree: Procedure): Promise<RunResult> {
  const service = await underPolicy(opened, 'forward');
  await agreeWithGit(service);
  const result = await runAgain(tree, engineOptions(service, { mayOrder: orderCheck(service) }));
  await tellGit(service);
  if (result.outcome !== 'done') throw new ProblemError(result.problems);
  return result;
}
