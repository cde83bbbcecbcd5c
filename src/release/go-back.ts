import { ProblemError } from '../model/problem.ts';
import { listRuns, type Plan, planProcedure, readRun, runProcedure } from '../procedure/index.ts';
import { announced } from './announce.ts';
import { personOptions, underPolicy } from './persons.ts';
import { type ReleaseInputs, releaseInputsSchema, rollbackProcedure } from './procedure.ts';
import { previousVersion, type ReleaseRecord, readEnvironmentRecord, readReleaseRecord } from './record.ts';
import { outcomeOf, type ReleaseOutcome, stableRecord } from './release.ts';
import { engineOptions, type ServiceEnvironment } from './service.ts';
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
  const persons = await personOptions(await underPolicy(service, 'back'), inputs);
  const result = await announced(service, undefined, (observing) =>
    runProcedure(
      rollbackProcedure(inputs, service.target),
      engineOptions(service, { urgent: true, ...observing, ...persons, ...(preempt === null ? {} : { preempt }) }),
    ),
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

async function rollbackInputs(service: ServiceEnvironment, request: RollbackRequest): Promise<ReleaseInputs> {
  const { store, target } = service;
  const { environment } = target;
  const asked = await fetchRecordsAtOnce(service);
  const serving = await stableRecord(service).catch(async (error: unknown) => {
    // What serves was released by another machine: only git knows what it is.
    if (asked) throw error;
    await fetchRecords(service);
    return stableRecord(service);
  });
  const record = await readEnvironmentRecord(store, environment, target.service);
  const under = await candidateUnderWay(service);
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
  return { candidate: from, stable: goal, seed: false, who: service.door.who, why: request.why };
}

/** The candidate of a release that is under way: its share goes back first. */
async function candidateUnderWay(service: ServiceEnvironment): Promise<ReleaseRecord | null> {
  const { store, target, shared } = service;
  const routes = await target.ports.router.observe();
  const leased = routes.kind === 'observed' ? routes.routes.find((route) => route.hold === 'leased') : undefined;
  if (leased === undefined) return null;
  const known = await readReleaseRecord(store, target.environment, leased.version);
  if (known !== null || shared === undefined) return known;
  const found = await candidateElsewhere(service, leased.version);
  if (found !== null) return found;
  throw new ProblemError({
    code: 'release.unknown-candidate',
    where: target.environment,
    found: `${leased.version} is on trial, released by another machine whose run is not in ${shared.where}`,
    expected: 'the run that released it: its version goes back first',
    remedy: 'roll back on the machine that released it; without it, its share ends by itself when nobody watches',
  });
}

/** Another machine releases it: what that run began with stands in its journal, which is in git before anything is sent traffic. */
async function candidateElsewhere(service: ServiceEnvironment, version: string): Promise<ReleaseRecord | null> {
  const { store, target } = service;
  await fetchRunUnderWay(service);
  for (const { run, environment, procedure, finished } of await listRuns(store)) {
    if (environment !== target.environment || procedure !== 'release' || finished !== null) continue;
    const inputs = releaseInputsSchema.safeParse((await readRun(store, run)).inputs);
    if (inputs.data?.candidate.release.version === version) return inputs.data.candidate;
  }
  return null;
}
