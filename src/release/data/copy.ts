import { z } from 'zod';
import { promotionOrder } from '../../config/index.ts';
import { copyRows, planCopy, resolveDsn, ruleText } from '../../migrate/index.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { opaque, type Procedure, procedure } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { engineOptions, openEnvironment, type ServiceEnvironment } from '../environment/service.ts';
import { orderCheck, underPolicy } from '../policy/persons.ts';
import { runAgain } from '../run/again.ts';
import { databaseSettings } from '../run/migrate.ts';
import { agreeWithGit, tellGit } from '../run/shared.ts';

/** Rows of one environment for another one, made harmless on the way. */

export interface CopyRequest {
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** What becomes of each column. */
export interface CopyTablePlan {
  readonly table: string;
  /** Null: none of its rows is copied. */
  readonly columns: readonly { readonly column: string; readonly rule: string }[] | null;
}

export interface CopiedData {
  readonly run: string;
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
}

const copiedSchema = z.strictObject({
  tables: z.array(z.strictObject({ table: z.string(), rows: z.number() })).readonly(),
  rules: z.string(),
});

export interface Ends {
  readonly target: ServiceEnvironment;
  readonly key: string;
  readonly options: Parameters<typeof planCopy>[0];
}

/** Looks only. */
export async function planDataCopy(door: DoorOptions, request: CopyRequest): Promise<readonly CopyTablePlan[]> {
  const { options } = await endsOf(door, request);
  return (await planCopy(options)).map(({ table, columns }) => ({
    table: table.name,
    columns: columns?.map(({ column, rule }) => ({ column: column.name, rule: ruleText(rule) })) ?? null,
  }));
}

/** Under the lease of the environment that is filled. One that died is begun again: it empties the tables first. */
export async function copyData(
  door: DoorOptions,
  request: CopyRequest,
  tell: (line: string) => void,
): Promise<CopiedData> {
  const ends = await endsOf(door, request);
  const service = await underPolicy(ends.target, 'forward');
  await agreeWithGit(service);
  // What speaks against it is said before anything is emptied.
  const plans = await planCopy(ends.options);
  const found: CopiedData['tables'][number][] = [];
  const tree = copyProcedure(request, { ...ends, plans }, tell, (tables) => found.push(...tables));
  const result = await runAgain(tree, engineOptions(service, { mayOrder: orderCheck(service) }));
  await tellGit(service);
  if (result.outcome !== 'done') throw new ProblemError(result.problems);
  return { run: result.run, tables: found };
}

const COPY_MS = 24 * 3600_000;
const BATCH = 1000;

function copyProcedure(
  { from, to, why }: CopyRequest,
  { options, key, target, plans }: Ends & { readonly plans: Awaited<ReturnType<typeof planCopy>> },
  tell: (line: string) => void,
  ended: (tables: CopiedData['tables']) => void,
): Procedure {
  const { service } = target.target;
  return procedure({
    id: 'data-copy',
    title: `Fill the database of ${service} in ${to} with harmless rows of ${from}`,
    description: `Every table of ${to} is emptied and filled again. ${from} is only read.`,
    environment: to,
    inputs: { from, to, why },
    root: opaque({
      id: 'copy',
      title: `Copy the rows of ${from}`,
      inputs: { from, to },
      outputs: copiedSchema,
      promise: `the tables of ${to} hold the rows of ${from}, each column by its rule`,
      probe: 'repeatable',
      timeoutMs: COPY_MS,
      run: async (ctx) => {
        const { run, signal } = ctx;
        const copied = await copyRows({ ...options, from, key, run, batch: BATCH, signal, tell }, plans);
        ended(copied.tables);
        return { rules: copied.rules, tables: [...copied.tables] };
      },
    }),
  });
}

/** Both ends of a copy. @throws ProblemError when rows must not go this way */
export async function endsOf(door: DoorOptions, { from, to }: CopyRequest): Promise<Ends> {
  const [source, target] = [await openEnvironment(door, from), await openEnvironment(door, to)];
  const here = databaseSettings(source);
  const there = databaseSettings(target);
  const problems = wrongWay(source, from, to);
  if (problems.length > 0) throw new ProblemError(problems);
  if (here.desensitise === null) throw new ProblemError(noRules(from));
  const [read, filled] = [
    resolveDsn(here.accounts?.copy?.dsn ?? here.dsn, source.secrets),
    resolveDsn(there.dsn, target.secrets),
  ];
  if (read.resource === filled.resource) throw new ProblemError(sameDatabase(from, to, read.resource));
  const { key, tables } = here.desensitise;
  return {
    target,
    key: typeof key === 'string' ? key : source.secrets.get(key.secret),
    options: { source: read.options, target: filled.options, tables },
  };
}

/** Rows go away from production, never towards it. */
function wrongWay({ config }: ServiceEnvironment, from: string, to: string): readonly Problem[] {
  const order = promotionOrder(config);
  const [source, target] = [order.indexOf(from), order.indexOf(to)];
  if (from !== to && (source < 0 || target < 0 || target < source)) return [];
  return [
    {
      code: 'data.wrong-way',
      where: to,
      found:
        from === to
          ? 'the environment that the rows come from'
          : `an environment behind ${from} in the order of promotion`,
      expected: `one before ${from}: ${order.slice(0, Math.max(0, source)).join(', ') || 'there is none'}`,
      remedy: 'name the two the other way round, if that is what was meant',
    },
  ];
}

function noRules(from: string): Problem {
  return {
    code: 'data.no-rules',
    where: `environments.${from}.database`,
    found: 'no `desensitise:`',
    expected: 'rules for what may leave this environment',
    remedy: 'write `desensitise: { key: { secret: … }, tables: { … } }` below `database:`; docs/desensitise.md',
  };
}

function sameDatabase(from: string, to: string, where: string): Problem {
  return {
    code: 'data.same-database',
    where,
    found: `the database of ${from} and of ${to}`,
    expected: 'two databases: the second is emptied',
    remedy: 'mend `database.dsn` of one of them',
  };
}
