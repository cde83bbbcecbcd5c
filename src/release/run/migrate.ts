import { configHash, type ResolvedDatabase } from '../../config/index.ts';
import type { MannerPlan } from '../../migrate/index.ts';
import type { LedgerRow } from '../../model/ledger.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { Phase } from '../../model/release.ts';
import {
  action,
  type Plan,
  type Procedure,
  planHash,
  planProcedure,
  procedure,
  type ReadContext,
  runProcedure,
  sequence,
} from '../../procedure/index.ts';
import { doOrNothing } from '../../rollout/index.ts';
import { describedVersion } from '../build/naming.ts';
import { changeGate } from '../change/asked.ts';
import { type ChangeRequest, mustNameChange, planChange, withChange } from '../change/with-change.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import type { StaysSteps } from '../environment/stays.ts';
import type { DatabaseTarget, SchemaPlan, Target } from '../environment/target.ts';
import { approvalGate, approvalOf } from '../policy/approval.ts';
import { orderCheck, personOptions, type Ruled, type Rules, underPolicy } from '../policy/persons.ts';
import { mayReleaseHere } from '../promotion/order.ts';
import { ledgerEffect, readLedger } from '../record.ts';
import { hoursStep } from './hours.ts';
import { mannerProblems, mannersOf, withManners } from './kept-manner.ts';
import { inputsAsJson, type ReleaseInputs } from './procedure.ts';
import { commitMeant, outcomeOf, type ReleaseOutcome, stableRecord } from './release.ts';
import { agreeWithGit, tellGit } from './shared.ts';
import { checkStep, unansweredRow, unprovenSchema } from './steps.ts';
import { LEAST_PLAN_DIGITS, otherSchema, type Planned, readPlan, stillHolds, storePlan } from './stored-plan.ts';

/** The expand migrations of a commit ahead of its release, as a run of their own: what serves goes on serving. */

export interface MigrateRequest extends ChangeRequest {
  readonly why: string;
  /** Which migrations; without it those of phase expand. */
  readonly phase?: Phase | undefined;
  /** Although the working tree differs from its commit. */
  readonly allowDirty: boolean;
  /** First digits of the commit that is meant; undefined: whatever is checked out. */
  readonly commit?: string | undefined;
  /** First digits of a stored plan: applied only while everything that it was made from is unchanged. */
  readonly plan?: string | undefined;
}

/** Applies the pending expand migrations of the commit that is checked out. Under the same policy and lease as a release. */
export async function migrate(
  opened: ServiceEnvironment,
  request: MigrateRequest,
): Promise<ReleaseOutcome & { readonly schema: string }> {
  mayReleaseHere(opened);
  const service = await underPolicy(opened, 'forward');
  mustNameChange(service, request);
  await agreeWithGit(service);
  const planned = await withPlan(service, request.plan, await migrateInputs(service, request));
  const inputs = await withChange(service, planned, request, treeOf(service));
  const persons = await personOptions(service, inputs);
  const result = await runProcedure(migrateProcedure(inputs, service.target), {
    ...engineOptions(service, { ...persons, mayOrder: orderCheck(service) }),
    run: service.door.run,
  });
  await tellGit(service);
  return { ...outcomeOf(service, 'migrate', inputs, result), schema: inputs.candidate.schema };
}

/** What that would do now. Looks only. */
export async function planMigrate(
  opened: ServiceEnvironment,
  request: MigrateRequest,
): Promise<{ readonly plan: Plan; readonly inputs: ReleaseInputs; readonly rules: Rules }> {
  mayReleaseHere(opened);
  const service = await underPolicy(opened, 'plan');
  const inputs = await planChange(service, await migrateInputs(service, request), request, treeOf(service));
  const plan = await planProcedure(migrateProcedure(inputs, service.target), engineOptions(service));
  return { plan, inputs, rules: service.rules };
}

/** What a change asks for is the migrations; by which stored plan they are applied is said when it is carried out. */
function treeOf({ target }: ServiceEnvironment): (inputs: ReleaseInputs) => Procedure {
  return ({ plan: _, ...inputs }) => migrateProcedure(inputs, target);
}

type MadePlan = Awaited<ReturnType<typeof planMigrate>> & {
  /** How each statement will be run; null where no throw-away server is configured. */
  readonly manners: MannerPlan | null;
  /** Null: something stands against it, and nobody could apply that. */
  readonly kept: { readonly name: string; readonly planned: Planned } | null;
};

/** The same, tried on a throw-away server where one is configured, and kept under a name that `migrate` takes. */
export async function planAndStore(opened: ServiceEnvironment, request: MigrateRequest): Promise<MadePlan> {
  await agreeWithGit(opened);
  const made = await planMigrate(opened, request);
  if (made.plan.problems.length > 0) throw new ProblemError(made.plan.problems);
  const manners = await databaseOf(opened.target).manners();
  if (mannerProblems(manners).length > 0) return { ...made, manners, kept: null };
  const planned = await plannedNow(opened, made.inputs, manners);
  const { store, clock, door } = opened;
  const name = await storePlan(store, planned, { who: door.who, time: new Date(clock.now()).toISOString() });
  await tellGit(opened);
  return { ...made, manners, kept: { name, planned } };
}

/** All that a plan depends on, as it is now. */
async function plannedNow(
  service: ServiceEnvironment,
  inputs: ReleaseInputs,
  manners: MannerPlan | null,
): Promise<Planned> {
  // A stored plan is for whatever change asks for it.
  const { change: _, ...unasked } = inputs;
  const { candidate, stable } = inputs;
  const { state, digest, statements } = await databaseOf(service.target).planned();
  const after = manners?.after ?? null;
  return {
    formatVersion: 1,
    procedure: 'migrate',
    service: candidate.release.service,
    environment: candidate.environment,
    commit: candidate.release.commit,
    base: stable === null ? null : { version: stable.release.version, commit: stable.release.commit },
    schema: { state, digest },
    statements: withManners(statements, manners),
    ...(after === null ? {} : { after }),
    planHash: planHash(migrateProcedure({ ...unasked, who: '', why: '' }, service.target)),
  };
}

async function withPlan(
  service: ServiceEnvironment,
  digits: string | undefined,
  inputs: ReleaseInputs,
): Promise<ReleaseInputs> {
  if (digits === undefined) return inputs;
  const { name, planned } = await readPlan(service.store, service.target.environment, digits);
  // What was tried is tried again: also rows may have come that do not fit.
  const tried = planned.statements.some(({ manner }) => manner !== undefined);
  const manners = tried ? await databaseOf(service.target).manners() : null;
  const held = stillHolds(name, planned, await plannedNow(service, inputs, manners));
  const problems = [...mannerProblems(manners), ...(held.ok ? [] : held.problems)];
  if (problems.length > 0) throw new ProblemError(problems);
  const kept = planned.statements.flatMap(({ migration, number, manner }) =>
    manner === undefined ? [] : [{ migration, number, manner }],
  );
  return {
    ...inputs,
    plan: {
      ...{ name, schema: planned.schema.digest },
      ...(kept.length === 0 ? {} : { manners: kept }),
      ...(planned.after === undefined ? {} : { after: planned.after }),
    },
  };
}

/** A release that brings nothing but its migrations. */
export async function migrateInputs(service: Ruled, request: MigrateRequest): Promise<ReleaseInputs> {
  const { environment, target } = service;
  const database = databaseOf(target);
  const stable = await stableRecord(service);
  const commit = await commitMeant(service, request);
  return {
    candidate: {
      formatVersion: 1,
      environment: target.environment,
      release: {
        formatVersion: 1,
        service: target.service,
        version: await describedVersion(service, commit),
        commit,
        artefacts: [],
        configHash: configHash(environment),
        migrations: database.migrations,
      },
      unit: null,
      files: [],
      schema: await database.after(request.phase),
    },
    stable,
    seed: false,
    ...(request.phase === undefined ? {} : { phase: request.phase }),
    ...approvalOf(service.rules.kind === 'policy' ? service.rules.policy.rules : undefined),
    who: service.door.who,
    why: request.why,
  };
}

const ABOUT: Readonly<Record<Phase, string>> = {
  expand: 'Expand migrations only: what serves goes on serving on the new schema. They are not taken back.',
  backfill: 'Backfill migrations only: rows are changed in short transactions while what serves goes on serving.',
  contract:
    'Contract migrations only: refused unless the ledger knows that what serves runs without what they take away.',
};

/** Approval, the ledger's answer for what serves, the migrations, and what the ledger learns from their headers. */
export function migrateProcedure(inputs: ReleaseInputs, target: Target): Procedure {
  const { candidate, stable, phase = 'expand' } = inputs;
  const { version } = candidate.release;
  const database = databaseOf(target);
  const approval = approvalGate(inputs.approval, `May ${version} go to ${target.environment}?`, inputs.change);
  const change = changeGate(inputs.change, target.change);
  const hours = inputs.approval?.windows === true ? hoursStep(database) : null;
  const stays = database.stays(target, stable?.unit ?? null, () => unprovenSchema(target, stable));
  return procedure({
    id: 'migrate',
    title: `Migrate the database of ${target.service} in ${target.environment} to ${version}`,
    description: ABOUT[phase],
    environment: target.environment,
    inputs: inputsAsJson(inputs),
    root: sequence({
      id: 'migrations',
      title: `Apply the migrations of ${version}`,
      steps: [
        ...(approval === null ? [] : [approval]),
        ...(change === null ? [] : [change]),
        ...(hours === null ? [] : [hours]),
        checkStep(target, candidate, stable, stable ?? candidate),
        ...(inputs.plan === undefined ? [] : [planStep(database, inputs.plan)]),
        ...(stays === null ? [] : [stays.before]),
        database.migrate({
          phase,
          ...(hours === null ? {} : { heeds: (ctx: ReadContext) => !ctx.outputOf(hours).overridden }),
          expected: inputs.plan?.after,
          manner: inputs.plan?.manners === undefined ? undefined : mannersOf(inputs.plan.manners),
        }),
        ...(stays === null ? [] : [stays.after, stays.owed]),
        learnStep(target, database, inputs, stays),
      ],
    }),
  });
}

/** The same once more under the lease: between the comparison before the run and this nobody else may have changed the database. */
function planStep(database: DatabaseTarget, { name, schema }: NonNullable<ReleaseInputs['plan']>) {
  return action<SchemaPlan>({
    id: 'plan',
    title: 'Check that the database is as it was planned',
    inputs: { plan: name, schema },
    read: () => database.planned(),
    decide: ({ state, digest }) =>
      digest === schema
        ? { kind: 'nothing', why: `the schema is the one of plan ${name.slice(0, LEAST_PLAN_DIGITS)}` }
        : { kind: 'refuse', problems: [otherSchema(name, { state, digest }, schema)] },
    probe: 'repeatable',
  });
}

/** A later rollback asks the ledger whether the earlier version runs on this schema: it must know although no release told it. */
function learnStep(
  target: Target,
  database: DatabaseTarget,
  { candidate, stable }: ReleaseInputs,
  stays: Pick<StaysSteps, 'unanswered'> | null,
) {
  return action<{ readonly ledger: Awaited<ReturnType<typeof readLedger>>; readonly time: string }>({
    id: 'ledger',
    title: 'Write into the ledger what the migrations declare',
    inputs: { version: candidate.release.version, schema: candidate.schema },
    read: async (ctx) => ({
      ledger: await readLedger(target.store, target.environment, target.service),
      time: new Date(ctx.clock.now()).toISOString(),
    }),
    decide: ({ ledger, time }, ctx) => {
      const unanswered = stays?.unanswered(ctx) ?? [];
      const declared = database.rows({
        release: candidate.release,
        stable: stable?.release.version ?? null,
        from: stable?.schema ?? 'empty',
        time,
      });
      const at = { schema: candidate.schema, time };
      const rows: readonly LedgerRow[] =
        stable === null || unanswered.length === 0
          ? declared
          : [...declared, unansweredRow(stable.release.version, at, unanswered, ctx.run)];
      return doOrNothing(ledgerEffect(target.store, target.environment, ledger, rows), 'it is written');
    },
    probe: 'repeatable',
  });
}

/** Throws ProblemError when the environment has none. */
export function databaseOf({ database, environment }: Target): DatabaseTarget {
  if (database !== null) return database;
  throw new ProblemError(noDatabase(environment));
}

/** Throws ProblemError when the environment has none. */
export function databaseSettings({ environment }: Pick<ServiceEnvironment, 'environment'>): ResolvedDatabase {
  if (environment.database !== null) return environment.database;
  throw new ProblemError(noDatabase(environment.environment));
}

function noDatabase(environment: string): Problem {
  return {
    code: 'release.no-database',
    where: `environments.${environment}`,
    found: 'no `database:`',
    expected: 'an environment with a database',
    remedy: 'write `database:` into shiplock.yaml, with its migrations',
  };
}
