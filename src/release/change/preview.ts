import { environmentNames, promotionOrder, wayTo } from '../../config/index.ts';
import type { ChangeWhat } from '../../model/change.ts';
import { schemaAllows } from '../../model/ledger.ts';
import { traitsOf } from '../../model/procedures.ts';
import type { Release } from '../../model/release.ts';
import { windowAt } from '../../procedure/gate/windows.ts';
import { listRuns, type Plan, type PlanNode, type RunSummary } from '../../procedure/index.ts';
import type { Service } from '../door.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { type Rules, underPolicy } from '../policy/persons.ts';
import { knownReleases, readEnvironmentRecord, readLedger } from '../record.ts';
import { migrateProcedure, planMigrate } from '../run/migrate.ts';
import type { ReleaseInputs } from '../run/procedure.ts';
import { planPromotion } from '../run/promote.ts';
import { planRelease, treeOf } from '../run/release.ts';
import { needsChange } from '../runbook/change.ts';
import type { Runbook } from '../runbook/define.ts';
import { planRunbook, procedureOfRunbook } from '../runbook/run.ts';
import { RECENT_RUNS, type RiskFacts } from './risk.ts';
import { meantBy, planDigest } from './with-change.ts';

/** What a change would do if it were carried out now. Looks only. */
export interface Preview {
  readonly plan: Plan;
  /** As records name it. */
  readonly digest: string;
  readonly facts: RiskFacts;
  /** What is done when it fails: in words, then by step. */
  readonly wayBack: { readonly words: string; readonly steps: readonly string[] };
  readonly rules: Rules;
  /** Does the policy ask for a record of it? */
  readonly needed: boolean;
  /** As a record would have it: commits and versions of today. */
  readonly what: ChangeWhat;
}

export type FindRunbook = (name: string) => Promise<Runbook>;

/** What is asked for by a person: of commits, the one that is checked out. */
export type Wish =
  | {
      readonly kind: 'release';
      readonly version?: string | undefined;
      readonly seed: boolean;
      readonly commit?: string | undefined;
    }
  | {
      readonly kind: 'promotion';
      readonly from?: string | undefined;
      readonly version?: string | undefined;
      readonly seed: boolean;
      readonly commit?: string | undefined;
    }
  | {
      readonly kind: 'migration';
      readonly phase: Release['migrations'][number]['phase'];
      readonly commit?: string | undefined;
    }
  | { readonly kind: 'runbook'; readonly runbook: string; readonly inputs: Readonly<Record<string, string>> };

/** The wish behind a record: what is planned again to see whether it is still the same. Pure. */
export function wishOf(what: ChangeWhat): Wish {
  switch (what.kind) {
    case 'release':
    case 'promotion':
      return { ...what, seed: what.seed === true };
    case 'migration':
    case 'runbook':
      return what;
  }
}

/**
 * @param begins when it is to begin, milliseconds since 1970
 * @throws ProblemError when it cannot be planned here: another commit is checked out, nothing answers
 */
export async function previewOf(
  service: ServiceEnvironment,
  wish: Wish,
  begins: number,
  find: FindRunbook,
): Promise<Preview> {
  if (wish.kind === 'runbook') return runbookPreview(service, wish, begins, find);
  const request = { why: '', seed: false, allowDirty: false, commit: wish.commit, awaitOverride: true };
  switch (wish.kind) {
    case 'release': {
      const { version, seed } = wish;
      const { release, inputs, rules } = await planRelease(service, { ...request, version, seed });
      const { commit } = inputs.candidate.release;
      const what: ChangeWhat = {
        kind: 'release',
        commit: inputs.candidate.configCommit ?? commit,
        ...(version === undefined ? {} : { version }),
        ...(seed ? { seed } : {}),
      };
      return ofRelease(service, { what, plan: release, inputs, rules, begins, tree: treeOf(service) });
    }
    case 'promotion': {
      const { from, version, seed } = wish;
      const { release, inputs, rules } = await planPromotion(service, { ...request, from, version, seed });
      const { promotion, candidate } = inputs;
      const what: ChangeWhat = {
        kind: 'promotion',
        from: promotion?.from ?? '',
        version: promotion?.version ?? candidate.release.version,
        commit: candidate.release.commit,
        ...(seed ? { seed } : {}),
      };
      return ofRelease(service, { what, plan: release, inputs, rules, begins, tree: treeOf(service) });
    }
    case 'migration': {
      const { phase } = wish;
      const { plan, inputs, rules } = await planMigrate(service, {
        ...request,
        ...(phase === 'expand' ? {} : { phase }),
      });
      const what: ChangeWhat = { kind: 'migration', commit: inputs.candidate.release.commit, phase };
      const tree = (one: ReleaseInputs) => migrateProcedure(one, service.target);
      return ofRelease(service, { what, plan, inputs, rules, begins, tree });
    }
  }
}

interface OfRelease {
  readonly what: Exclude<ChangeWhat, { kind: 'runbook' }>;
  readonly plan: Plan;
  readonly inputs: ReleaseInputs;
  readonly rules: Rules;
  readonly begins: number;
  readonly tree: (inputs: ReleaseInputs) => Parameters<typeof planDigest>[0];
}

async function ofRelease(
  service: ServiceEnvironment,
  { what, plan, inputs, rules, begins, tree }: OfRelease,
): Promise<Preview> {
  const { target, store, config, clock } = service;
  const { candidate, stable } = inputs;
  const before = new Set((stable?.release.migrations ?? []).map(({ id }) => id));
  const migrations = candidate.release.migrations
    .filter(({ id, phase }) =>
      what.kind === 'migration' ? phase === what.phase : phase !== 'contract' && !before.has(id),
    )
    .map(({ id }) => id);
  const tried =
    what.kind === 'promotion' ? (inputs.promotion?.run ?? null) : await triedRelease(service, candidate.release.commit);
  const meant = tree(meantBy(inputs));
  return {
    what,
    plan,
    rules,
    digest: planDigest(meant),
    needed: (await underPolicy(service, 'look')).changes?.releases === true,
    wayBack: { words: meant.description, steps: onFailure(plan.root) },
    facts: {
      ...(await commonFacts({ config, store, clock }, target.environment, { plan, rules, begins })),
      doing: doingOf(what),
      migrations,
      wayBack: await schemaAfterwards(service, inputs),
      first: stable === null && what.kind !== 'migration',
      tried,
    },
  };
}

function doingOf(what: OfRelease['what']): RiskFacts['doing'] {
  switch (what.kind) {
    case 'release':
      return { kind: 'release' };
    case 'promotion':
      return { kind: 'promotion', from: what.from };
    case 'migration':
      return { kind: 'migration', phase: what.phase };
  }
}

/** Does what serves now run on the schema that this leaves behind? */
async function schemaAfterwards(
  { target: { database, store, environment, service }, clock }: ServiceEnvironment,
  { candidate, stable }: ReleaseInputs,
): Promise<RiskFacts['wayBack']> {
  if (database === null || stable === null || candidate.schema === stable.schema) return null;
  const { version } = stable.release;
  const { schema } = candidate;
  const ledger = await readLedger(store, environment, service);
  const time = new Date(clock.now()).toISOString();
  const declared = database.rows({ release: candidate.release, stable: version, from: stable.schema, time });
  return { version, schema, answer: schemaAllows({ ...ledger, rows: [...declared, ...ledger.rows] }, version, schema) };
}

/** A run that brought this commit to serve somewhere. */
async function triedRelease({ config, store }: Service, commit: string): Promise<string | null> {
  for (const environment of environmentNames(config)) {
    const versions = (await knownReleases(store, environment)).filter((one) => one.commit === commit);
    const { history } = await readEnvironmentRecord(store, environment, config.service.service);
    const entry = history.findLast(
      ({ outcome, version }) => outcome === 'released' && versions.some((one) => one.version === version),
    );
    if (entry !== undefined) return entry.run;
  }
  return null;
}

async function runbookPreview(
  service: ServiceEnvironment,
  wish: Extract<Wish, { kind: 'runbook' }>,
  begins: number,
  find: FindRunbook,
): Promise<Preview> {
  const { config, store, clock, target } = service;
  const runbook = await find(wish.runbook);
  const request = { texts: wish.inputs };
  const plan = await planRunbook(service, runbook, request);
  const ruled = await underPolicy(service, 'look');
  const { rules } = ruled;
  const done = (await listRuns(store)).findLast(
    ({ procedure, finished }) => procedure === plan.procedure && finished?.outcome === 'done',
  );
  return {
    what: { kind: 'runbook', runbook: runbook.id, inputs: { ...wish.inputs } },
    plan,
    rules,
    needed: needsChange(ruled, runbook),
    digest: planDigest(await procedureOfRunbook(service, runbook, request)),
    wayBack: { words: runbook.wayBack, steps: onFailure(plan.root) },
    facts: {
      ...(await commonFacts({ config, store, clock }, target.environment, { plan, rules, begins })),
      doing: {
        kind: 'runbook',
        runbook: runbook.id,
        severity: runbook.severity === 'destructive' ? 'destructive' : 'changes',
      },
      migrations: [],
      wayBack: null,
      first: false,
      tried: done?.run ?? null,
      // Hours of releases say nothing about runbooks.
      closed: null,
    },
  };
}

async function commonFacts(
  { config, store, clock }: Pick<Service, 'config' | 'store' | 'clock'>,
  environment: string,
  { plan, rules, begins }: { readonly plan: Plan; readonly rules: Rules; readonly begins: number },
): Promise<Pick<RiskFacts, 'last' | 'environment' | 'failures' | 'refusals' | 'unseen' | 'closed'>> {
  const order = promotionOrder(config);
  const windows = rules.kind === 'policy' ? rules.policy.rules.windows : null;
  const answer = windows === null ? null : windowAt(windows, Math.max(begins, clock.now()));
  return {
    environment,
    // Nothing comes after it: no other way leads through it.
    last: !order.some((other) => other !== environment && wayTo(config, other).includes(environment)),
    failures: failuresAmong(await listRuns(store), environment),
    refusals: plan.problems.map(({ where, found }) => `${where}: ${found}`),
    unseen: unseenIn(plan.root),
    closed: answer === null || answer.kind === 'open' ? null : answer.why,
  };
}

/** Pure. */
export function failuresAmong(runs: readonly RunSummary[], environment: string): RiskFacts['failures'] {
  const over = runs
    .filter((one) => one.environment === environment && traitsOf(one.procedure).stopped === 'resumed')
    .filter(({ finished }) => finished !== null && finished.outcome !== 'refused')
    .slice(-RECENT_RUNS);
  const failed = over.filter(({ finished }) => finished?.outcome === 'failed' || finished?.outcome === 'rolled-back');
  return { of: over.length, runs: failed.map(({ run }) => run) };
}

function unseenIn(node: PlanNode): readonly string[] {
  if (node.kind === 'opaque') return [`${node.title}: ${node.promise}`];
  if (node.kind === 'step' && node.decision.kind === 'unknown') {
    return [`${node.title}: ${node.decision.problems[0]?.found ?? 'no answer'}`];
  }
  return 'children' in node ? node.children.flatMap(unseenIn) : [];
}

/** Titles of what a failure would lead to, in the order of the plan. */
function onFailure(node: PlanNode): readonly string[] {
  const below = 'children' in node ? node.children.flatMap(onFailure) : [];
  return node.kind === 'sequence' ? [...node.onFailure, ...below] : below;
}
