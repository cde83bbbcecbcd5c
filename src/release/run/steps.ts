import { type LedgerAnswer, type LedgerRow, schemaAllows } from '../../model/ledger.ts';
import type { PlatformState } from '../../model/platform.ts';
import type { Problem } from '../../model/problem.ts';
import type { RoutesState } from '../../model/traffic.ts';
import { action, type DecideContext, type Node, type Step } from '../../procedure/index.ts';
import { doOrNothing, smokeAt } from '../../rollout/index.ts';
import { type Maintenance, readMaintenance, underMaintenance } from '../../traffic/index.ts';
import { releasedAs, releasedOtherwise } from '../build/immutable.ts';
import { currentFiles, purgeEffects, type Target } from '../environment/target.ts';
import { manifestEffects } from '../promotion/manifest.ts';
import { digestsOf } from '../quarantine/record.ts';
import {
  cameToServe,
  type HistoryEntry,
  historyEffect,
  ledgerEffect,
  type ReleaseRecord,
  readEnvironmentRecord,
  readLedger,
  recordEffect,
} from '../record.ts';

/** The steps around a rollout: check, record, purge, verify. */

/** Version that serves: the route that holds its traffic by itself, else what the platform calls current. Pure. */
export function servingVersion(routes: RoutesState, platform: PlatformState, component: string): string | null {
  if (routes.kind === 'observed') {
    const stable = routes.routes.filter((route) => route.hold === 'stable' && route.endpoints.length > 0);
    const most = stable.toSorted((a, b) => b.configuredShare - a.configuredShare)[0];
    if (most !== undefined) return most.version;
  }
  return platform.current[component] ?? null;
}

interface CheckFacts {
  readonly serving: string | null;
  readonly answer: LedgerAnswer;
  readonly schema: string | null;
  readonly quarantined: readonly Problem[];
  readonly closed: Maintenance | null;
}

/**
 * Nothing has changed since the plan was made, and the version that serves may stay on the schema to come. `made` names what serves by its
 * component: the candidate, or, where nothing is released, what serves already.
 */
export function checkStep(
  target: Target,
  candidate: ReleaseRecord,
  stable: ReleaseRecord | null,
  made: Pick<ReleaseRecord, 'unit' | 'files'> = candidate,
): Step<CheckFacts, object> {
  const component = made.unit?.component ?? made.files[0]?.component ?? '';
  const expected = stable?.release.version ?? null;
  return action<CheckFacts>({
    id: 'check',
    title: 'Check that the environment is as planned',
    inputs: { serves: expected, schemaAfter: candidate.schema },
    read: async (ctx) => {
      const serving = await servingNow(target, made.unit !== null, component, ctx.signal);
      const schema = target.database === null ? null : await target.database.schema();
      const quarantined = await target.quarantine(digestsOf(candidate));
      // What only migrates is often done under maintenance.
      const closed = made === candidate ? await closedNow(target) : null;
      return { serving, schema, quarantined, closed, answer: await ledgerAnswer(target, candidate, stable, schema) };
    },
    decide: (facts) => {
      const problems = checkProblems(facts, expected, candidate, target.environment);
      return problems.length > 0 ? { kind: 'refuse', problems } : { kind: 'nothing', why: 'it is as planned' };
    },
    probe: 'repeatable',
  });
}

async function servingNow(
  { ports, files }: Target,
  runs: boolean,
  component: string,
  signal: AbortSignal,
): Promise<string | null> {
  if (!runs) return currentFiles(await files.observe(signal), component) ?? null;
  const [routes, platform] = await Promise.all([ports.router.observe(signal), ports.platform.observe(signal)]);
  return servingVersion(routes, platform, component);
}

async function ledgerAnswer(
  target: Target,
  candidate: ReleaseRecord,
  stable: ReleaseRecord | null,
  schema: string | null,
): Promise<LedgerAnswer> {
  if (stable === null || target.database === null || schema === null || schema === candidate.schema) return 'yes';
  const ledger = await readLedger(target.store, target.environment, target.service);
  const declared = target.database.rows({
    release: candidate.release,
    stable: stable.release.version,
    from: schema,
    time: new Date(target.clock.now()).toISOString(),
  });
  return schemaAllows({ ...ledger, rows: [...declared, ...ledger.rows] }, stable.release.version, candidate.schema);
}

/**
 * The schema of now, where it was moved under what serves by a run that did not come to its end: neither was that released on it, nor does the ledger
 * say that it runs there. Null: it is known.
 */
export async function unprovenSchema(target: Target, stable: ReleaseRecord | null): Promise<string | null> {
  if (stable === null || target.database === null) return null;
  const schema = await target.database.schema();
  if (schema === stable.schema) return null;
  const ledger = await readLedger(target.store, target.environment, target.service);
  return schemaAllows(ledger, stable.release.version, schema) === 'yes' ? null : schema;
}

/** What the ledger learns of a version that went on serving although it did not answer: whoever goes back to it is asked. Pure. */
export function unansweredRow(
  version: string,
  { schema, time }: { readonly schema: string; readonly time: string },
  unanswered: readonly string[],
  run: string,
): LedgerRow {
  return {
    version,
    schema,
    answer: 'unknown',
    proof: `in run ${run} it did not answer ${unanswered.join('; ')}`,
    time,
  };
}

function checkProblems(
  facts: CheckFacts,
  expected: string | null,
  candidate: ReleaseRecord,
  environment: string,
): readonly Problem[] {
  const problems: Problem[] = [...facts.quarantined];
  if (facts.closed !== null) problems.push(underMaintenance(environment, facts.closed));
  // After a crash in the middle of this very release the candidate itself may serve already.
  if (facts.serving !== expected && facts.serving !== candidate.release.version) {
    problems.push({
      code: 'release.changed-since-planned',
      where: environment,
      found: `${facts.serving ?? 'nothing'} serves`,
      expected: `${expected ?? 'nothing'}, as when this release was planned`,
      remedy: 'start again with `shiplock release`: it plans from what serves now',
    });
  }
  if (facts.answer !== 'yes') {
    problems.push({
      code: facts.answer === 'no' ? 'release.schema-breaks-stable' : 'release.schema-unknown',
      where: `${expected ?? ''} on schema ${candidate.schema}`,
      found:
        facts.answer === 'no'
          ? 'the running version cannot run on the new schema'
          : 'nobody knows whether the running version can run on the new schema',
      expected: 'proof that both versions run on it: during a canary both do',
      remedy:
        facts.answer === 'no'
          ? 'split the migration into expand now and contract later, or declare `breaks=` truthfully in its header'
          : `prove it with \`shiplock migrate prove ${environment}\`, or declare \`breaks=\` truthfully in the header`,
    });
  }
  return problems;
}

/** Writes down what this release is, before it is rolled out: the way back of the next one needs it. */
export function keepRecordStep(
  target: Pick<Target, 'store' | 'environment'>,
  candidate: ReleaseRecord,
): Step<readonly Problem[], object> {
  const { store, environment } = target;
  return action<readonly Problem[]>({
    id: 'keep-record',
    title: `Record release ${candidate.release.version}`,
    inputs: { version: candidate.release.version, configHash: candidate.release.configHash },
    // Where every release passes, however it was made: built here, promoted, or part of a unit.
    read: async () => releasedOtherwise(candidate.release, environment, await releasedAs(store, candidate.release)),
    decide: (problems) =>
      problems.length > 0
        ? { kind: 'refuse', problems }
        : { kind: 'do', effects: [...manifestEffects(store, candidate), recordEffect(store, candidate)] },
    probe: 'repeatable',
  });
}

export interface Outcome {
  readonly id: string;
  readonly version: string;
  readonly outcome: HistoryEntry['outcome'];
  /** A release: what came, and what served beside it. The ledger learns from both. */
  readonly learn?: {
    readonly candidate: ReleaseRecord;
    readonly stable: ReleaseRecord | null;
    /** What it did not answer although it served; none: it answered. */
    readonly unanswered?: (ctx: Pick<DecideContext, 'outputOf'>) => readonly string[];
  };
  readonly who: string;
  readonly why: string;
}

interface HistoryFacts {
  readonly record: Awaited<ReturnType<typeof readEnvironmentRecord>>;
  readonly ledger: Awaited<ReturnType<typeof readLedger>>;
  readonly schema: string | null;
  readonly time: string;
}

/**
 * What the ledger learns when a release ends, by the schema of that moment: what its migrations declare, and then, saying more
 * than any declaration, who really served on it. During a canary both versions did. Pure.
 */
export function learntRows(
  target: Pick<Target, 'database'>,
  outcome: Outcome,
  facts: { readonly schema: string | null; readonly time: string },
  run: string,
  unanswered: readonly string[] = [],
): readonly LedgerRow[] {
  const { schema, time } = facts;
  if (schema === null || target.database === null) return [];
  const { learn, version } = outcome;
  const served = (one: string, proof: string): LedgerRow => ({ version: one, schema, answer: 'yes', proof, time });
  const stable = learn?.stable ?? null;
  const declared =
    learn === undefined
      ? []
      : target.database.rows({
          release: learn.candidate.release,
          stable: stable?.release.version ?? null,
          from: stable?.schema ?? 'empty',
          time,
        });
  const came = cameToServe(outcome);
  return [
    ...declared,
    ...(stable === null || stable.unit === null
      ? []
      : [
          unanswered.length === 0
            ? served(stable.release.version, `served there while ${version} was released, in run ${run}`)
            : unansweredRow(stable.release.version, { schema, time }, unanswered, run),
        ]),
    ...(came ? [served(version, `served there in run ${run}`)] : []),
  ];
}

/** One line of the environment's history, and what was learnt for the ledger. */
export function historyStep(target: Target, outcome: Outcome): Step<HistoryFacts, object> {
  return action<HistoryFacts>({
    id: outcome.id,
    title: `Write the history: ${outcome.version} ${outcome.outcome}`,
    inputs: { version: outcome.version, outcome: outcome.outcome },
    read: async (ctx) => ({
      record: await readEnvironmentRecord(target.store, target.environment, target.service),
      ledger: await readLedger(target.store, target.environment, target.service),
      schema: await schemaAtTheEnd(target, outcome, ctx.mode),
      time: new Date(ctx.clock.now()).toISOString(),
    }),
    decide: (facts, ctx) => {
      const entry = {
        version: outcome.version,
        run: ctx.run,
        time: facts.time,
        outcome: outcome.outcome,
        who: outcome.who,
        why: outcome.why,
      };
      const rows = learntRows(target, outcome, facts, ctx.run, outcome.learn?.unanswered?.(ctx) ?? []);
      return doOrNothing(
        [
          ...historyEffect(target.store, facts.record, entry),
          ...ledgerEffect(target.store, target.environment, facts.ledger, rows),
        ],
        'it is written',
      );
    },
    probe: 'repeatable',
    urgent: true,
  });
}

/** The schema as it is, when a run looks; in a plan the migrations of the release are still to come. */
async function schemaAtTheEnd(
  { database }: Target,
  { outcome }: Outcome,
  mode: 'plan' | 'run',
): Promise<string | null> {
  if (database === null) return null;
  return mode === 'plan' && outcome === 'released' ? database.after() : database.schema();
}

export function purgeStep(target: Target, id: string): Node | null {
  if (target.purge.length === 0) return null;
  return action<null>({
    id,
    title: 'Purge what is cached',
    inputs: { urls: target.purge.map((one) => one.url) },
    read: async () => null,
    decide: () => ({ kind: 'do', effects: purgeEffects(target.purge) }),
    probe: 'repeatable',
    retry: { attempts: 3, delayMs: 1000 },
    urgent: true,
  });
}

/** Users' way in: the requests that must be answered through the proxy once the new version has all traffic. */
export function verifyStep(target: Target, id: string): Node | null {
  if (target.verify.length === 0) return null;
  return action<null>({
    id,
    title: 'Verify the release from the users’ side',
    inputs: { entry: target.entry, requests: target.verify.map(({ path, status }) => ({ path, status })) },
    read: async () => null,
    decide: () => ({
      kind: 'do',
      effects: [],
      why: target.verify.map((one) => `GET ${target.entry}${one.path}`).join(', '),
    }),
    probe: 'repeatable',
    retry: { attempts: 3, delayMs: 500 },
    verify: async () =>
      (await closedNow(target)) === null ? smokeAt(target.ports.http, target.entry, target.verify) : [],
  });
}

/** Under maintenance users are not let in: what they would see of a rollback cannot be looked at. */
async function closedNow({ doors }: Pick<Target, 'doors'>): Promise<Maintenance | null> {
  return doors === null ? null : readMaintenance(doors.directory);
}
