import { z } from 'zod';
import {
  copyRows,
  emptyRows,
  filledByMigrations,
  mustSayKeep,
  type Origin,
  planGenerate,
  readMigrations,
} from '../../migrate/index.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { type Node, opaque, procedure, sequence } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { databaseOf, migrateInputs, migrateProcedure } from '../run/migrate.ts';
import { underPolicy } from '../policy/persons.ts';
import { type CopyRequest, endsOf, planDataCopy } from './copy.ts';
import { type FilledData, type Filling, fillingOf, fillStep, runOn } from './generate.ts';
import { originAllows } from './throw-away.ts';

/** The data of a development or testing environment, thrown away and made anew. */

export interface ResetRequest {
  readonly environment: string;
  readonly why: string;
  /** Pending migrations are applied although the working tree differs from its commit. */
  readonly allowDirty: boolean;
}

export interface ResetPlan {
  readonly fill: 'generate' | 'copy' | 'seed' | 'nothing';
  /** Whose rows come; null: nobody's. */
  readonly from: string | null;
  /** Tables whose rows stay. */
  readonly keep: readonly string[];
  /** How many statements of pending expand migrations are run. */
  readonly pending: number;
  readonly resource: string;
}

export interface ResetData extends FilledData {
  readonly emptied: readonly string[];
}

/** Looks only: what would be done, once everything that speaks against it was asked. */
export async function planDataReset(door: DoorOptions, request: ResetRequest): Promise<ResetPlan> {
  return (await opened(door, request)).plan;
}

/**
 * Empties the tables, applies what is pending of expand migrations, fills them. Under the lease of the environment; one that died is begun again,
 * and until it is through nothing else is released or migrated there.
 */
export async function resetData(
  door: DoorOptions,
  request: ResetRequest,
  tell: (line: string) => void,
): Promise<ResetData> {
  const { plan, filling } = await opened(door, request);
  const emptied: string[] = [];
  const filled: FilledData['tables'][number][] = [];
  const { service } = filling.service.target;
  const { environment, why } = request;
  const migrations = plan.pending === 0 ? [] : [await migrationNode(filling, request)];
  const tree = procedure({
    id: 'data-reset',
    title: `Reset the data of ${service} in ${environment}`,
    description: `Every table but those that are kept is emptied. Then: ${WORDS[plan.fill]}.`,
    environment,
    inputs: { environment, why, fill: plan.fill },
    root: sequence({
      id: 'reset',
      title: 'Empty and fill',
      steps: [
        emptyStep(filling, plan, (tables) => emptied.push(...tables)),
        ...migrations,
        ...(await fillNodes(door, filling, plan, tell, (tables) => filled.push(...tables))),
      ],
    }),
  });
  const result = await runOn(filling.service, tree);
  return { run: result.run, emptied, tables: filled };
}

const WORDS: Readonly<Record<ResetPlan['fill'], string>> = {
  generate: 'made-up rows',
  copy: 'harmless rows of another environment',
  seed: 'the seed data',
  nothing: 'nothing',
};

const FILLS: Readonly<Record<ResetPlan['fill'], string>> = {
  generate: 'fill them with made-up rows',
  copy: 'fill them with harmless rows of',
  seed: 'load the seed data',
  nothing: 'leave them empty',
};

/** What it would do, for people. Pure. */
export function resetLines({ fill, from, keep, pending, resource }: ResetPlan): readonly string[] {
  return [
    `empty every table of ${resource}${keep.length === 0 ? '' : ` but ${keep.join(', ')}`}`,
    ...(pending === 0 ? [] : [`apply ${pending} statements of pending migrations`]),
    from === null ? FILLS[fill] : `${FILLS[fill]} ${from}`,
  ];
}

async function opened(
  door: DoorOptions,
  request: ResetRequest,
): Promise<{ readonly plan: ResetPlan; readonly filling: Filling }> {
  const { environment, why } = request;
  const filling = await fillingOf(door, { environment, why });
  const { database, service, resource, options } = filling;
  const fill = database.reset?.fill ?? 'nothing';
  const from = database.reset?.from ?? null;
  const told = database.generate.tables;
  if (fill !== 'copy') mustSayKeep(filledByMigrations(await readMigrations(database.migrations), database.engine), told);
  if (fill === 'seed' && database.seed === null) throw new ProblemError(noSeed(environment));
  if (fill === 'copy' && from !== null) await planDataCopy(door, { from, to: environment, why });
  const { statements } = await databaseOf(service.target).planned();
  // What is pending may change the tables: then whether they can be filled shows afterwards.
  if (fill === 'generate' && statements.length === 0) await planGenerate(options);
  const keep = fill === 'copy' ? [] : Object.keys(told).filter((name) => told[name] === 'keep');
  return { filling, plan: { fill, from, keep, pending: statements.length, resource } };
}

const EMPTY_MS = 3600_000;
const COPY_MS = 24 * 3600_000;
const COPY_BATCH = 1000;

function emptyStep({ options, resource }: Filling, { keep }: ResetPlan, ended: (tables: readonly string[]) => void) {
  const { target, family, environment, lock } = options;
  const allow = (origin: Origin | null): void => {
    const problems = originAllows(origin, environment, resource);
    if (problems.length > 0) throw new ProblemError(problems);
  };
  return opaque({
    id: 'empty',
    title: 'Empty the tables',
    inputs: { database: resource, keep: [...keep] },
    outputs: z.strictObject({ tables: z.array(z.string()).readonly() }),
    promise: `every table but ours${keep.length === 0 ? '' : ` and ${keep.join(', ')}`} has no row`,
    probe: 'repeatable',
    timeoutMs: EMPTY_MS,
    run: async ({ run, signal }) => {
      const tables = await emptyRows({ target, family, environment, lock, run, keep, signal, allow });
      ended(tables);
      return { tables: [...tables] };
    },
  });
}

/** As `shiplock migrate` does it, but with nobody to wait for. */
async function migrationNode({ service: opened }: Filling, { why, allowDirty }: ResetRequest): Promise<Node> {
  const service = await underPolicy(opened, 'plan');
  const { approval, ...inputs } = await migrateInputs(service, { why, allowDirty });
  if (approval !== undefined) throw new ProblemError(needsApproval(service.target.environment));
  return migrateProcedure(inputs, service.target).root;
}

async function fillNodes(
  door: DoorOptions,
  filling: Filling,
  { fill, from }: ResetPlan,
  tell: (line: string) => void,
  ended: (tables: FilledData['tables']) => void,
): Promise<readonly Node[]> {
  const { environment } = filling.options;
  if (fill === 'generate') return [fillStep(filling, tell, ended)];
  if (fill === 'copy' && from !== null) return [await copyNode(door, { from, to: environment, why: '' }, tell, ended)];
  const seed = fill === 'seed' ? databaseOf(filling.service.target).seed() : null;
  return seed === null ? [] : [seed];
}

async function copyNode(
  door: DoorOptions,
  request: CopyRequest,
  tell: (line: string) => void,
  ended: (tables: FilledData['tables']) => void,
): Promise<Node> {
  const { options, key } = await endsOf(door, request);
  const { from, to } = request;
  return opaque({
    id: 'copy',
    title: `Copy the rows of ${from}`,
    inputs: { from, to },
    outputs: z.strictObject({ rules: z.string() }),
    promise: `the tables of ${to} hold the rows of ${from}, each column by its rule`,
    probe: 'repeatable',
    timeoutMs: COPY_MS,
    run: async ({ run, signal }) => {
      const copied = await copyRows({ ...options, from, key, run, batch: COPY_BATCH, signal, tell });
      ended(copied.tables);
      return { rules: copied.rules };
    },
  });
}

function noSeed(environment: string): Problem {
  return {
    code: 'data.no-seed',
    where: `environments.${environment}.database`,
    found: '`reset: { fill: seed }` without `seed:`',
    expected: 'a file of seed data',
    remedy: 'write `seed: FILE` below `database:`, or `fill: generate`',
  };
}

function needsApproval(environment: string): Problem {
  return {
    code: 'data.needs-approval',
    where: environment,
    found: 'pending migrations, for which the policy asks for an approval or a window',
    expected: 'a database that is up to date: a reset waits for nobody',
    remedy: `apply them first: \`shiplock migrate ${environment}\`, or release`,
  };
}
