import { configHash } from '../../config/index.ts';
import { type Problem, ProblemError, unwrap } from '../../model/problem.ts';
import type { Release } from '../../model/release.ts';
import { listRuns, type Plan, planProcedure } from '../../procedure/index.ts';
import { artefactProblems } from '../attest/artefacts.ts';
import { provenanceProblems } from '../attest/ask.ts';
import { imageProblems } from '../attest/images.ts';
import { deployableIn } from '../build/deployable.ts';
import { commitTime, nameVersion, sourceCommit } from '../build/naming.ts';
import { unitsOf } from '../build/units.ts';
import { type ChangeRequest, mustNameChange, planChange, withChange } from '../change/with-change.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import { approvalOf } from '../policy/approval.ts';
import { promotionRulesOf, type Ruled, type Rules, underPolicy } from '../policy/persons.ts';
import { travelling } from '../promotion/manifest.ts';
import { comesFrom } from '../promotion/order.ts';
import {
  cameToServe,
  type EnvironmentRecord,
  type HistoryEntry,
  knownReleases,
  liveVersion,
  type ReleaseRecord,
  readEnvironmentRecord,
  readReleaseRecord,
} from '../record.ts';
import { planScan, withScan } from '../scan/release.ts';
import { type ReleaseInputs, releaseProcedure } from './procedure.ts';
import { type ReleaseOutcome, runRelease, stableRecord, treeOf } from './release.ts';
import { agreeWithGit, fetchDocumentsOf, fetchRun } from './shared.ts';

export interface PromoteRequest extends ChangeRequest {
  /** Environment in which the release has proven itself; default: the one before, where the configuration has an order. */
  readonly from?: string | undefined;
  /** Default: what serves there. */
  readonly version?: string | undefined;
  /** First digits of the commit that is meant; refused when the release is of another. */
  readonly commit?: string | undefined;
  readonly why: string;
  readonly seed: boolean;
  readonly allowDirty: boolean;
  /** Begin although the scan does not let it pass, or without a change record, and wait at the gate for an override. */
  readonly awaitOverride?: boolean | undefined;
}

/**
 * Takes the release that serves in one environment to this one: the same commit, artefacts and migrations, nothing is built again. Only the
 * configuration is that of this environment. From there on it is a release like any other.
 */
export async function promote(opened: ServiceEnvironment, request: PromoteRequest): Promise<ReleaseOutcome> {
  const { service, inputs } = await preparePromotion(opened, request);
  return runRelease(service, inputs);
}

/** What it would bring. Touches nothing of the environment. */
export async function preparePromotion(
  opened: ServiceEnvironment,
  request: PromoteRequest,
): Promise<{ readonly service: Ruled; readonly inputs: ReleaseInputs }> {
  const service = await underPolicy(opened, 'forward');
  mustNameChange(service, request);
  await agreeWithGit(service);
  const scanned = await withScan(service, await promoteInputs(service, request), request);
  return { service, inputs: await withChange(service, scanned, request, treeOf(service)) };
}

/** What that would do now. Looks only. */
export async function planPromotion(
  opened: ServiceEnvironment,
  request: PromoteRequest,
): Promise<{ readonly release: Plan; readonly inputs: ReleaseInputs; readonly rules: Rules }> {
  const service = await underPolicy(opened, 'plan');
  const scanned = await planScan(service, await promoteInputs(service, request));
  const inputs = await planChange(service, scanned, request, treeOf(service));
  const release = await planProcedure(releaseProcedure(inputs, service.target), engineOptions(service));
  return { inputs, release, rules: service.rules };
}

async function promoteInputs(service: Ruled, request: PromoteRequest): Promise<ReleaseInputs> {
  const { target, store, environment, door } = service;
  const { why, seed } = request;
  const from = comesFrom(service, request.from);
  await fetchDocumentsOf(service, from);
  const { record: source, run } = await provenRelease(service, from, request.version);
  const stable = await stableRecord(service);
  const head = await sourceCommit(service, request.allowDirty);
  const made = source.release;
  const deployable = deployableIn(environment, source);
  const deployed = Object.entries(deployable.byComponent).map(([component, { digest }]) => ({ component, digest }));
  const problems = [
    ...otherCommit(made, request.commit),
    ...migrationProblems(made, target.database?.migrations ?? [], head),
    ...(service.trust === null ? await artefactProblems(source) : await provenanceProblems(service, source, 'refused')),
    ...deployable.problems,
    ...(await target.quarantine(deployed)),
  ];
  if (problems.length > 0) throw new ProblemError(problems);

  const hash = configHash(environment);
  const version = unwrap(
    nameVersion({
      wanted: made.version,
      described: made.version,
      commit: made.commit,
      hash,
      live: stable?.release.version ?? null,
      known: await knownReleases(store, target.environment),
    }),
  );
  const units = unitsOf(environment, version, deployable.byComponent);
  const gone = await imageProblems(environment, service.secrets, units);
  if (gone.length > 0) throw new ProblemError(gone);
  const configured = head === made.commit || request.allowDirty ? null : await commitTime(service, head);
  const candidate: ReleaseRecord = {
    formatVersion: 1,
    environment: target.environment,
    release: { ...made, version, configHash: hash },
    ...units,
    schema: (await target.database?.after()) ?? 'empty',
    ...(source.manifest === undefined ? {} : { manifest: source.manifest }),
    ...(head === made.commit ? {} : { configCommit: head }),
    ...(configured === null ? {} : { configCommitTime: configured }),
  };
  return {
    candidate,
    stable,
    seed,
    ...(service.trust === null ? {} : { attested: true }),
    ...approvalOf(service.rules.kind === 'policy' ? service.rules.policy.rules : undefined),
    promotion: {
      from,
      version: source.release.version,
      run,
      manifest: await travelling(store, source),
      rules: promotionRulesOf(service.rules),
    },
    who: door.who,
    why,
  };
}

/** The record of a release that serves in its environment and went through its whole run there. */
async function provenRelease(
  { store, shared, target }: ServiceEnvironment,
  from: string,
  wanted: string | undefined,
): Promise<{ readonly record: ReleaseRecord; readonly run: string }> {
  const history = await readEnvironmentRecord(store, from, target.service);
  const version = wanted ?? liveVersion(history);
  const entry = version === null ? undefined : provenEntry(history, version);
  const record = version === null ? null : await readReleaseRecord(store, from, version);
  const ran = async () => (await listRuns(store)).find((one) => one.run === entry?.run);
  // Another machine may have brought it, not always as the last one there.
  if (entry !== undefined && (await ran()) === undefined) await fetchRun({ shared, store }, entry.run);
  const run = await ran();
  const outcome = run?.finished?.outcome ?? null;
  if (version !== null && entry !== undefined && record !== null && outcome === 'done') {
    return { record, run: entry.run };
  }
  throw new ProblemError({
    code: 'release.not-proven',
    where: version === null ? from : `${version} in ${from}`,
    found: notProven(history, version, entry, record, run === undefined ? 'no journal' : (outcome ?? run.state)),
    expected: `a release that serves ${from} and was verified there to the end of its run`,
    remedy: `\`shiplock status ${from}\` says what serves; release it there first, or name another with --release`,
  });
}

/** The entry by which this version came to serve, while nothing has taken it back since. Pure. */
export function provenEntry(
  { history }: Pick<EnvironmentRecord, 'history'>,
  version: string,
): HistoryEntry | undefined {
  let serves: HistoryEntry | undefined;
  const takenBack = new Set<string>();
  const proven = new Map<string, HistoryEntry>();
  for (const entry of history) {
    if (entry.outcome === 'rolled-back' || entry.outcome === 'removed') takenBack.add(entry.version);
    if (entry.outcome === 'went-back-to' && serves !== undefined && serves.version !== entry.version) {
      takenBack.add(serves.version);
    }
    if (entry.outcome === 'released') {
      takenBack.delete(entry.version);
      proven.set(entry.version, entry);
    }
    if (cameToServe(entry)) serves = entry;
    if (entry.outcome === 'removed') serves = undefined;
  }
  return takenBack.has(version) ? undefined : proven.get(version);
}

function notProven(
  { history }: Pick<EnvironmentRecord, 'history'>,
  version: string | null,
  entry: HistoryEntry | undefined,
  record: ReleaseRecord | null,
  outcome: string,
): string {
  if (version === null) return 'nothing serves';
  if (!history.some((one) => one.version === version)) return 'a version that was never released there';
  if (entry === undefined) return 'a version that was taken back there';
  return record === null
    ? 'no record of the release'
    : `a release whose run ${entry.run} has not ended well: ${outcome}`;
}

function otherCommit({ version, commit }: Release, meant: string | undefined): readonly Problem[] {
  if (meant === undefined || commit.startsWith(meant)) return [];
  return [
    {
      code: 'release.other-commit',
      where: version,
      found: commit.slice(0, 12),
      expected: `commit ${meant.slice(0, 12)}, which is meant`,
      remedy: 'see what serves in the environment before; name another release with --release, or its commit',
    },
  ];
}

/** The migrations that lie here are those that belong to the release. Pure. */
export function migrationProblems(
  release: Pick<Release, 'version' | 'commit' | 'migrations'>,
  here: Release['migrations'],
  head: string,
): readonly Problem[] {
  const list = (all: Release['migrations']): readonly string[] => all.map(({ id, sha256 }) => `${id} ${sha256}`);
  const [theirs, ours] = [list(release.migrations), list(here)];
  const differs = [...theirs.filter((one) => !ours.includes(one)), ...ours.filter((one) => !theirs.includes(one))];
  const [first] = differs;
  if (first === undefined) return [];
  return [
    {
      code: 'release.other-migrations',
      where: `migrations at ${head.slice(0, 12)}`,
      found: `${differs.length} that are not those of ${release.version}, the first: ${first.split(' ')[0] ?? ''}`,
      expected: `the migrations of commit ${release.commit.slice(0, 12)}`,
      remedy: `git checkout ${release.commit.slice(0, 12)}, then promote again`,
    },
  ];
}
