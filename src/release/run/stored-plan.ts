import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { bad, ok, type Problem, ProblemError, type Result } from '../../model/problem.ts';
import { momentSchema } from '../../model/release.ts';
import { digestOf } from '../../procedure/journal/canonical.ts';
import { fileName, isMissing, replaceFile } from '../../procedure/store.ts';
import { readRecord } from '../record.ts';
import { afterSchema, keptMannerSchema } from './kept-manner.ts';

/** A plan of migrations that somebody looked at: what it was made from, so that it is applied only while all of that is so. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What was planned. Its digest is the name of the plan. */
export const plannedSchema = z.strictObject({
  formatVersion: z.literal(1),
  procedure: z.literal('migrate'),
  service: z.string(),
  environment: z.string(),
  /** Commit whose migrations they are. */
  commit: z.string(),
  /** The release that served; null: none did. */
  base: z.strictObject({ version: z.string(), commit: z.string() }).nullable(),
  /** The schema that it was made on: its state, and a digest of what the database was made of. */
  schema: z.strictObject({ state: z.string(), digest: sha256 }),
  /** Every pending statement, in order. */
  statements: z
    .array(
      z.strictObject({
        migration: z.string(),
        number: z.number().int().positive(),
        title: z.string(),
        sha256,
        /** Left out where no throw-away server was asked. */
        manner: keptMannerSchema.exactOptional(),
      }),
    )
    .readonly(),
  /** What the migrations change, as the throw-away server had it after them; left out where none was asked. */
  after: afterSchema.exactOptional(),
  /** Plan hash of the procedure without its reason and who asks: steps, gates and all that they are made from. */
  planHash: sha256,
});
export type Planned = Readonly<z.infer<typeof plannedSchema>>;

/** What is kept of it: docs/formats/plan.schema.json. */
export const storedPlanSchema = z.strictObject({
  ...plannedSchema.shape,
  /** Who had it made, and when; not part of its name. */
  who: z.string(),
  time: momentSchema,
});

/** Fewer digits could be made to fit another plan on purpose. */
export const LEAST_PLAN_DIGITS = 16;

/** SHA-256 of what was planned, hexadecimal. Pure. */
export function planName(planned: Planned): string {
  return digestOf(plannedSchema.parse(planned));
}

export function plansDirectory(store: string, environment: string): string {
  return join(store, 'plans', fileName(environment));
}

/** Keeps a plan; the same plan is kept once, by whoever had it made first. Returns its name. */
export async function storePlan(
  store: string,
  planned: Planned,
  made: { readonly who: string; readonly time: string },
): Promise<string> {
  const name = planName(planned);
  const path = join(plansDirectory(store, planned.environment), `${name}.json`);
  if ((await readRecord(path, storedPlanSchema)) === null)
    await replaceFile(path, `${JSON.stringify({ ...planned, ...made }, null, 2)}\n`);
  return name;
}

/** The plan that these first digits name. A file whose content is not what its name says is refused. */
export async function readPlan(
  store: string,
  environment: string,
  digits: string,
): Promise<{ readonly name: string; readonly planned: Planned }> {
  const directory = plansDirectory(store, environment);
  const names = (await readdir(directory).catch(missingIsEmpty))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
  const found = names.filter((name) => name.startsWith(digits));
  const [name] = found;
  if (name === undefined || found.length > 1 || digits.length < LEAST_PLAN_DIGITS)
    throw new ProblemError(noPlan(environment, digits, found.length));
  const stored = await readRecord(join(directory, `${name}.json`), storedPlanSchema);
  if (stored === null) throw new ProblemError(noPlan(environment, digits, 0));
  const { who, time, ...planned } = stored;
  if (planName(planned) !== name) throw new ProblemError(swapped(environment, name, who, time));
  return { name, planned };
}

function missingIsEmpty(error: unknown): string[] {
  if (isMissing(error)) return [];
  throw error;
}

/** Is all as it was when the plan was made? Every difference is told. Pure. */
export function stillHolds(name: string, then: Planned, now: Planned): Result<void> {
  const problems: Problem[] = [];
  const differ = (code: string, what: string, before: string, after: string): void => {
    if (before !== after) problems.push(changed(code, name, then.environment, what, before, after));
  };
  differ('release.plan-other-commit', 'the commit', then.commit, now.commit);
  differ('release.plan-other-base', 'the release that serves', baseText(then.base), baseText(now.base));
  differ('release.plan-other-schema', 'the schema', schemaText(then.schema), schemaText(now.schema));
  differ('release.plan-other-statements', 'the statements', statementsText(then), statementsText(now));
  // What is left: gates of the policy, the configuration, this program.
  if (problems.length === 0) differ('release.plan-other-hash', 'the procedure', planName(then), planName(now));
  return problems.length === 0 ? ok(undefined) : bad(...problems);
}

function baseText(base: Planned['base']): string {
  return base === null ? 'nothing' : `${base.version}, commit ${base.commit.slice(0, 12)}`;
}

function schemaText({ state, digest }: Planned['schema']): string {
  return `${state}, digest ${digest.slice(0, 12)}`;
}

function statementsText({ statements }: Planned): string {
  return `${statements.length}, digest ${digestOf(statements.map((one) => ({ ...one }))).slice(0, 12)}`;
}

/** The database was changed after the plan was compared and before the run had the environment. */
export function otherSchema(name: string, now: Planned['schema'], digest: string): Problem {
  return {
    code: 'release.plan-other-schema',
    where: `plan ${name.slice(0, LEAST_PLAN_DIGITS)}`,
    found: `the schema is now ${schemaText(now)}`,
    expected: `the schema as it was planned, digest ${digest.slice(0, 12)}`,
    remedy: 'find out who changes the database beside its migrations, then look at a new plan; nothing was changed',
  };
}

function changed(
  code: string,
  name: string,
  environment: string,
  what: string,
  before: string,
  after: string,
): Problem {
  return {
    code,
    where: `plan ${name.slice(0, LEAST_PLAN_DIGITS)}`,
    found: `${what} is now ${after}`,
    expected: `${what} as it was planned: ${before}`,
    remedy: `look at a new plan: \`shiplock migrate plan ${environment}\`; nothing was changed`,
  };
}

function noPlan(environment: string, digits: string, count: number): Problem {
  return {
    code: 'release.no-plan',
    where: `plan ${digits}`,
    found: count === 0 ? 'no such plan here' : `${count} plans, or fewer than ${LEAST_PLAN_DIGITS} digits`,
    expected: `the first ${LEAST_PLAN_DIGITS} digits, or more, of a plan of ${environment}`,
    remedy: `make one: \`shiplock migrate plan ${environment}\` prints its name`,
  };
}

function swapped(environment: string, name: string, who: string, time: string): Problem {
  return {
    code: 'release.plan-swapped',
    where: `plan ${name.slice(0, LEAST_PLAN_DIGITS)}`,
    found: `another content than its name says, made by ${who} at ${time}`,
    expected: 'a plan as it was stored',
    remedy: `find out who changed it; make a new one with \`shiplock migrate plan ${environment}\``,
  };
}
