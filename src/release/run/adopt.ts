import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResolvedDatabase } from '../../config/index.ts';
import {
  acceptStep,
  adoptStep,
  type Baseline,
  changeText,
  importedSchema,
  type MigrationDatabase,
  notNew,
  openDatabase,
  openScratch,
  readMigrations,
  type Structure,
  scratchAt,
  structureChanges,
  TOOL_TABLES,
  takeOver,
} from '../../migrate/index.ts';
import { type Problem, ProblemError, unwrap } from '../../model/problem.ts';
import { type Procedure, procedure, type RunResult, sequence } from '../../procedure/index.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import { runAgain } from './again.ts';
import { databaseOf, databaseSettings } from './migrate.ts';
import { agreeWithGit, tellGit } from './shared.ts';

/** Takes over a database that others have migrated until now. */

export interface AdoptRequest {
  /** Number or id of the newest file that it has; null: what the history of the other tool says (imported.json). */
  readonly at: string | null;
  /** Address of a throw-away server, on which the files are applied for the comparison. */
  readonly server: string;
  readonly why: string;
}

export interface Adopted {
  readonly run: string;
  /** Ids that count as applied now. */
  readonly applied: readonly string[];
}

/** Refuses unless the files make the structure that the database has. */
export async function adopt(service: ServiceEnvironment, request: AdoptRequest): Promise<Adopted> {
  const settings = databaseSettings(service);
  await agreeWithGit(service);
  const database = open(service, settings);
  const { applied } = await database.look();
  const known = notNew(applied, database.resource);
  if (known.length > 0) throw new ProblemError(known);
  const baseline = await baselineOf(request.at, settings, database);
  const { structure } = await database.bothStructures();
  const problems = await differences(service, request.server, baseline, structure);
  if (problems.length > 0) throw new ProblemError(problems);
  const digest = await database.structure();
  const options = {
    database,
    lockWaitTimeoutMs: settings.lockWaitTimeoutMs,
    statementTimeoutMs: settings.statementTimeoutMs,
  };
  const steps = [adoptStep({ ...options, baseline, structure: digest }), acceptStep(options)];
  const result = await carryOut(service, request.why, `Adopt the database of ${service.target.service}`, steps);
  return { run: result.run, applied: baseline.map(({ migration }) => migration.id) };
}

/** Takes the live structure as it is for what the last migration left. */
export async function acceptStructure(service: ServiceEnvironment, why: string): Promise<Adopted> {
  const settings = databaseSettings(service);
  await agreeWithGit(service);
  const database = open(service, settings);
  const { lockWaitTimeoutMs, statementTimeoutMs } = settings;
  const step = acceptStep({ database, lockWaitTimeoutMs, statementTimeoutMs });
  const result = await carryOut(service, why, `Accept the structure of ${service.target.service}`, [step]);
  return { run: result.run, applied: [] };
}

async function carryOut(
  service: ServiceEnvironment,
  why: string,
  title: string,
  steps: Parameters<typeof sequence>[0]['steps'],
): Promise<RunResult> {
  const tree: Procedure = procedure({
    id: 'adopt',
    title: `${title} in ${service.target.environment}`,
    description: 'Writes down what is there already. No migration is run.',
    environment: service.target.environment,
    inputs: { why, who: service.door.who },
    root: sequence({ id: 'adoption', title, steps }),
  });
  const result = await runAgain(tree, engineOptions(service));
  await tellGit(service);
  if (result.outcome !== 'done') throw new ProblemError(result.problems);
  return result;
}

function open({ secrets }: ServiceEnvironment, { dsn, connectTimeoutMs }: ResolvedDatabase): MigrationDatabase {
  return openDatabase({ dsn, secrets, connectTimeoutMs });
}

async function baselineOf(
  at: string | null,
  settings: ResolvedDatabase,
  database: MigrationDatabase,
): Promise<readonly Baseline[]> {
  const migrations = await readMigrations(settings.migrations);
  if (at !== null) {
    const newest = migrations.find(({ id, number }) => id === at || (/^\d{1,4}$/.test(at) && number === Number(at)));
    if (newest === undefined) throw new ProblemError(noSuchFile(at, settings.migrations));
    const there = migrations.filter(({ number }) => number <= newest.number);
    return there.map((migration) => ({ migration, at: null, by: null }));
  }
  const imported = await readImported(settings.migrations);
  const taken = unwrap(takeOver(imported, await database.history(imported.tool), database.resource));
  return taken.map(({ id, at: time, by }) => {
    const migration = migrations.find((one) => one.id === id);
    if (migration === undefined) throw new ProblemError(noSuchFile(id, settings.migrations));
    return { migration, at: time, by: by === null ? imported.tool : `${imported.tool}: ${by}` };
  });
}

async function readImported(dir: string) {
  const file = join(dir, 'imported.json');
  try {
    return importedSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new ProblemError({
      code: 'migrate.adopt-nothing-imported',
      where: file,
      found: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      expected: 'what `shiplock migrate import` wrote, or --at with the newest file that the database has',
      remedy: 'give --at, or import the migrations of the other tool',
    });
  }
}

const MOST_SHOWN = 20;

async function differences(
  { environment, target, secrets }: ServiceEnvironment,
  server: string,
  baseline: readonly Baseline[],
  live: Structure,
): Promise<readonly Problem[]> {
  const scratch = await openScratch(scratchAt(server), databaseOf(target).name);
  try {
    const engine = environment.database?.engine;
    if (scratch.family !== engine) return [otherFamily(scratch.family, engine ?? '')];
    const { name, connection } = await scratch.database(baseline.map(({ migration }) => migration));
    const { user, password, host, port } = connection;
    const made = openDatabase({
      dsn: `mysql://${user}:${password}@${host}:${port}/${name}`,
      secrets,
      connectTimeoutMs: 10_000,
    });
    const changes = structureChanges(own((await made.bothStructures()).structure), own(live));
    if (changes.length === 0) return [];
    const lines = changes.slice(0, MOST_SHOWN).map(changeText);
    const rest = changes.length - lines.length;
    return [
      {
        code: 'migrate.adopt-differs',
        where: databaseOf(target).name,
        found: `a structure that these files do not make:\n  ${lines.join('\n  ')}${rest > 0 ? `\n  and ${rest} more` : ''}`,
        expected: 'the structure that the files make on an empty server of the same family',
        remedy: 'write a file for what is missing, or name an earlier file with --at',
      },
    ];
  } finally {
    await scratch.close();
  }
}

/** Without the tables in which tools keep their histories, and what no migration makes: the database itself. */
function own(structure: Structure): Structure {
  const left = new Set(['database', ...TOOL_TABLES.map((name) => `table ${name}`)]);
  return Object.fromEntries(Object.entries(structure).filter(([object]) => !left.has(object)));
}

function noSuchFile(at: string, dir: string): Problem {
  return {
    code: 'migrate.adopt-no-file',
    where: dir,
    found: `no migration ${at}`,
    expected: 'the number or the id of one of the files',
    remedy: 'name the newest file whose changes the database has, for instance --at 0012',
  };
}

function otherFamily(found: string, expected: string): Problem {
  return {
    code: 'migrate.scratch-other-family',
    where: '--server',
    found,
    expected,
    remedy: 'give the address of a throw-away server of the same family and version',
  };
}
