import { configHash } from '../../config/index.ts';
import type { LedgerRow } from '../../model/ledger.ts';
import { ProblemError } from '../../model/problem.ts';
import {
  action,
  type Plan,
  type Procedure,
  planHash,
  planProcedure,
  procedure,
  runProcedure,
  sequence,
} from '../../procedure/index.ts';
import { doOrNothing } from '../../rollout/index.ts';
import { describedVersion } from '../build/naming.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import type { DatabaseTarget, SchemaPlan, Target } from '../environment/target.ts';
import { approvalGate, approvalOf } from '../policy/approval.ts';
import { orderCheck, personOptions, type Ruled, type Rules, underPolicy } from '../policy/persons.ts';
import { mayReleaseHere } from '../promotion/order.ts';
import { ledgerEffect, readLedger } from '../record.ts';
import { inputsAsJson, type ReleaseInputs } from './procedure.ts';
import { commitMeant, outcomeOf, type ReleaseOutcome, stableRecord } from './release.ts';
import { agreeWithGit, tellGit } from './shared.ts';
import { checkStep } from './steps.ts';
import { LEAST_PLAN_DIGITS, mustHold, otherSchema, type Planned, readPlan, storePlan } from './stored-plan.ts';

/** The expand migrations of a commit ahead of its release, as a run of their own: what serves goes on serving. */

export interface MigrateRequest {
  readonly why: string;
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
  await agreeWithGit(service);
  const inputs = await withPlan(service, request.plan, await migrateInputs(service, request));
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
  const inputs = await migrateInputs(service, request);
  const plan = await planProcedure(migrateProcedure(inputs, service.target), engineOptions(service));
  return { plan, inputs, rules: service.rules };
}

/** The same, kept under a name that `migrate` takes; refused while there is something against it, since nobody could apply that. */
export async function planAndStore(
  opened: ServiceEnvironment,
  request: MigrateRequest,
): Promise<Awaited<ReturnType<typeof planMigrate>> & { readonly name: string; readonly planned: Planned }> {
  await agreeWithGit(opened);
  const made = await planMigrate(opened, request);
  if (made.plan.problems.length > 0) throw new ProblemError(made.plan.problems);
  const planned = await plannedNow(opened, made.inputs);
  const { store, clock, door } = opened;
  const name = await storePlan(store, planned, { who: door.who, time: new Date(clock.now()).toISOString() });
  await tellGit(opened);
  return { ...made, name, planned };
}

/** All that a plan depends on, as it is now. */
async function plannedNow(service: ServiceEnvironment, inputs: ReleaseInputs): Promise<Planned> {
  const { candidate, stable } = inputs;
  const { state, digest, statements } = await databaseOf(service.target).planned();
  return {
    formatVersion: 1,
    procedure: 'migrate',
    service: candidate.release.service,
    environment: candidate.environment,
    commit: candidate.release.commit,
    base: stable === null ? null : { version: stable.release.version, commit: stable.release.commit },
    schema: { state, digest },
    statements,
    planHash: planHash(migrateProcedure({ ...inputs, who: '', why: '' }, service.target)),
  };
}

async function withPlan(
  service: ServiceEnvironment,
  digits: string | undefined,
  inputs: ReleaseInputs,
): Promise<ReleaseInputs> {
  if (digits === undefined) return inputs;
  const { name, planned } = await readPlan(service.store, service.target.environment, digits);
  mustHold(name, planned, await plannedNow(service, inputs));
  return { ...inputs, plan: { name, schema: planned.schema.digest } };
}

/** A release that brings nothing but its migrations. */
async function migrateInputs(service: Ruled, request: MigrateRequest): Promise<ReleaseInputs> {
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
      schema: await database.after(),
    },
    stable,
    seed: false,
    ...approvalOf(service.rules.kind === 'policy' ? service.rules.policy.rules : undefined),
    who: service.door.who,
    why: request.why,
  };
}

/** Approval, the ledger's answer for what serves, the migrations, and what the ledger learns from their headers. */
export function migrateProcedure(inputs: ReleaseInputs, target: Target): Procedure {
  const { candidate, stable } = inputs;
  const { version } = candidate.release;
  const database = databaseOf(target);
  const approval = approvalGate(inputs.approval, version, target.environment);
  return procedure({
    id: 'migrate',
    title: `Migrate the database of ${target.service} in ${target.environment} to ${version}`,
    description: 'Expand migrations only: what serves goes on serving on the new schema. They are not taken back.',
    environment: target.environment,
    inputs: inputsAsJson(inputs),
    root: sequence({
      id: 'migrations',
      title: `Apply the migrations of ${version}`,
      steps: [
        ...(approval === null ? [] : [approval]),
        checkStep(target, candidate, stable, stable ?? candidate),
        ...(inputs.plan === undefined ? [] : [planStep(database, inputs.plan)]),
        database.migrate(),
        learnStep(target, database, inputs),
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
function learnStep(target: Target, database: DatabaseTarget, { candidate, stable }: ReleaseInputs) {
  return action<{ readonly ledger: Awaited<ReturnType<typeof readLedger>>; readonly time: string }>({
    id: 'ledger',
    title: 'Write into the ledger what the migrations declare',
    inputs: { version: candidate.release.version, schema: candidate.schema },
    read: async (ctx) => ({
      ledger: await readLedger(target.store, target.environment, target.service),
      time: new Date(ctx.clock.now()).toISOString(),
    }),
    decide: ({ ledger, time }) => {
      const rows: readonly LedgerRow[] = database.rows({
        release: candidate.release,
        stable: stable?.release.version ?? null,
        from: stable?.schema ?? 'empty',
        time,
      });
      return doOrNothing(ledgerEffect(target.store, target.environment, ledger, rows), 'it is written');
    },
    probe: 'repeatable',
  });
}

function databaseOf({ database, environment }: Target): DatabaseTarget {
  if (database !== null) return database;
  throw new ProblemError({
    code: 'release.no-database',
    where: `environments.${environment}`,
    found: 'no `database:`',
    expected: 'an environment with a database',
    remedy: 'write `database:` into shiplock.yaml, with its migrations',
  });
}
