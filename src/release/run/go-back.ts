import { type Problem, ProblemError } from '../../model/problem.ts';
import { listRuns, type Plan, planProcedure, readRun, runProcedure } from '../../procedure/index.ts';
import { announced } from '../announce.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import { personOptions, underPolicy } from '../policy/persons.ts';
import { digestsOf } from '../quarantine/record.ts';
import {
  cameToServe,
  previousVersion,
  type ReleaseRecord,
  readEnvironmentRecord,
  readReleaseRecord,
} from '../record.ts';
import { type ReleaseInputs, releaseInputsSchema, rollbackProcedure } from './procedure.ts';
import { outcomeOf, type ReleaseOutcome, stableRecord } from './release.ts';
import { fetchRecords, fetchRecordsAtOnce, fetchRunUnderWay, tellGit } from './shared.ts';

export interface RollbackRequest {
  /** Version to go back to; default: the one that served before. */
  readonly to?: string | undefined;
  readonly why: string;
}

/**
 * Takes an environment back to an earlier release. Needs no approval and no window, and pre-empts a run of the environment that is still
 * under way or waits at a gate: that run then finds its lease taken and stops.
 */
export async function rollback(service: ServiceEnvironment, request: RollbackRequest): Promise<ReleaseOutcome> {
  const inputs = await rollbackInputs(service, request);
  const preempt = await unfinishedRun(service);
  return runRollback(service, inputs, preempt === null ? {} : { preempt });
}

/** Goes back as prepared. */
export async function runRollback(
  service: ServiceEnvironment,
  inputs: ReleaseInputs,
  more: {
    /** A run of the environment that it takes over. */
    readonly preempt?: string;
    /** Its id; left out, it gets one. */
    readonly run?: string;
  },
): Promise<ReleaseOutcome> {
  const persons = await personOptions(await underPolicy(service, 'back'), inputs);
  const result = await announced(service, undefined, (observing) =>
    runProcedure(rollbackProcedure(inputs, service.target), {
      ...engineOptions(service, { urgent: true, ...observing, ...persons }),
      ...more,
      run: more.run ?? service.door.run,
    }),
  );
  await tellGit(service);
  return outcomeOf(service, 'rollback', inputs, result);
}

export async function planRollback(
  service: ServiceEnvironment,
  request: RollbackRequest,
): Promise<{ readonly plan: Plan; readonly inputs: ReleaseInputs }> {
  const inputs = await rollbackInputs(service, request);
  return { inputs, plan: await planProcedure(rollbackProcedure(inputs, service.target), engineOptions(service)) };
}

/** A run of this environment that has not ended: the one a rollback undoes. */
export async function unfinishedRun(service: ServiceEnvironment): Promise<string | null> {
  const runs = await listRuns(service.store);
  return runs.findLast((run) => run.environment === service.target.environment && run.finished === null)?.run ?? null;
}

/** What a rollback would be made from. @throws ProblemError when there is no way back */
export async function rollbackInputs(service: ServiceEnvironment, request: RollbackRequest): Promise<ReleaseInputs> {
  const { store, target } = service;
  const { environment } = target;
  const asked = await fetchRecordsAtOnce(service);
  const cut = await cutOff(service, request);
  if (cut !== null) return { ...cut, who: service.door.who, why: request.why };
  const record = await readEnvironmentRecord(store, environment, target.service);
  const way = await underWay(service);
  const under = way?.candidate ?? null;
  const serving = way?.stable ?? (await servingRecord(service, asked));
  if (serving === null) {
    throw new ProblemError({
      code: 'release.nothing-to-roll-back',
      where: environment,
      found: 'nothing serves',
      expected: 'a release to go back from',
      remedy: '`shiplock status` says what is live; `shiplock release` makes the first release',
    });
  }
  // In the middle of a release the way back leads to what still serves; after it, to what served before.
  const to = request.to ?? (under === null ? previousVersion(record) : serving.release.version);
  const from = under ?? serving;
  const goal = to === null ? null : await readReleaseRecord(store, environment, to);
  if (goal === null || goal.release.version === from.release.version) {
    throw new ProblemError({
      code: 'release.no-way-back',
      where: environment,
      found:
        to === null
          ? 'no earlier release in the history'
          : goal === null
            ? `no record of ${to}`
            : `${to} serves already`,
      expected: 'an earlier release with its record',
      remedy: 'name one with --to; `shiplock status --json` lists the history. Otherwise release a fixed version',
    });
  }
  // What serves already goes on serving whatever is on the list: taking that away would leave nothing.
  if (goal.release.version !== serving.release.version) {
    const held = await target.quarantine(digestsOf(goal), 'back');
    if (held.length > 0) throw new ProblemError(held);
  }
  // What has served here was verified then, and its way back never waits. Another record may be anything.
  const served = record.history.some((entry) => entry.version === goal.release.version && cameToServe(entry));
  if (!served && goal.release.version !== serving.release.version) {
    const found = await target.provenance(goal, 'run');
    if (found.kind === 'refused') throw new ProblemError(found.problems);
  }
  return { candidate: from, stable: goal, seed: false, who: service.door.who, why: request.why };
}

/**
 * What a way back that did not come to its end was begun with; null: the newest run is none, or leads elsewhere. Whoever says the same words again wants
 * that end: what serves meanwhile, and the history, may be those of the version that it goes back to, from which they would lead one release further.
 */
async function cutOff({ store, target }: ServiceEnvironment, { to }: RollbackRequest): Promise<ReleaseInputs | null> {
  const newest = (await listRuns(store)).findLast(
    ({ environment, procedure }) =>
      environment === target.environment && (procedure === 'release' || procedure === 'rollback'),
  );
  if (newest === undefined || newest.procedure !== 'rollback' || newest.finished !== null) return null;
  const inputs = releaseInputsSchema.safeParse((await readRun(store, newest.run)).inputs).data;
  if (inputs === undefined || inputs.stable === null) return null;
  return to === undefined || to === inputs.stable.release.version ? inputs : null;
}

/** What serves. @param asked git has told already what other machines remember */
export async function servingRecord(service: ServiceEnvironment, asked: boolean): Promise<ReleaseRecord | null> {
  return stableRecord(service).catch(async (error: unknown) => {
    // What serves was released by another machine: only git knows what it is.
    if (asked) throw error;
    await fetchRecords(service);
    return stableRecord(service);
  });
}

interface UnderWay {
  readonly candidate: ReleaseRecord | null;
  /** What served when it began; null: what serves now says so. */
  readonly stable: ReleaseRecord | null;
}

/** A release that is under way: its candidate's share goes back first, to what served when it began. */
async function underWay(service: ServiceEnvironment): Promise<UnderWay | null> {
  const { target, shared } = service;
  const [routes, platform] = await Promise.all([target.ports.router.observe(), target.ports.platform.observe()]);
  const leased = routes.kind === 'observed' ? routes.routes.find((route) => route.hold === 'leased') : undefined;
  const known =
    leased === undefined ? null : await readReleaseRecord(service.store, target.environment, leased.version);
  let begun = await begunRelease(service);
  if (leased !== undefined && known === null && begun === null && shared !== undefined) {
    // Another machine releases it: what that run began with stands in its journal, which is in git before anything is sent traffic.
    await fetchRunUnderWay(service);
    begun = await begunRelease(service);
  }
  const version = begun?.candidate.release.version;
  const touched =
    platform.instances.some((one) => one.version === version && one.state !== 'stopped') ||
    (routes.kind === 'observed' && routes.routes.some((route) => route.version === version));
  // Late in a rolling release the share of the new version is no lease any more, and yet it is not what is to stay.
  if (begun !== null && begun.stable !== null && touched) return begun;
  if (leased === undefined) return null;
  const candidate = begun?.candidate.release.version === leased.version ? begun.candidate : known;
  if (candidate === null && shared !== undefined) throw new ProblemError(unknownCandidate(service, leased.version));
  return { candidate, stable: null };
}

/** What the unfinished release of this environment was begun with. */
async function begunRelease(service: ServiceEnvironment): Promise<ReleaseInputs | null> {
  const run = await unfinishedRun(service);
  if (run === null) return null;
  const { procedure, inputs } = await readRun(service.store, run);
  return procedure === 'release' ? (releaseInputsSchema.safeParse(inputs).data ?? null) : null;
}

function unknownCandidate({ target, shared }: ServiceEnvironment, version: string): Problem {
  return {
    code: 'release.unknown-candidate',
    where: target.environment,
    found: `${version} is on trial, released by another machine whose run is not in ${shared?.where ?? 'git'}`,
    expected: 'the run that released it: its version goes back first',
    remedy: 'roll back on the machine that released it; without it, its share ends by itself when nobody watches',
  };
}
