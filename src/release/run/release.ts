import { configHash } from '../../config/index.ts';
import type { ExitCode } from '../../model/exit.ts';
import { type Problem, ProblemError, unwrap } from '../../model/problem.ts';
import type { Release } from '../../model/release.ts';
import { type Plan, type Procedure, planProcedure, type RunResult, runProcedure } from '../../procedure/index.ts';
import { announced } from '../announce.ts';
import { mustBeAttested } from '../attest/ask.ts';
import type { AttestResult, attestRelease, Signed } from '../attest/make.ts';
import { type Built, buildRelease, planBuild } from '../build/build.ts';
import { commitTime, nameVersion, sourceCommit } from '../build/naming.ts';
import { type Source, sourceOf } from '../build/source.ts';
import { artefactsOf, unitsOf } from '../build/units.ts';
import { type ChangeRequest, mustNameChange, planChange, withChange } from '../change/with-change.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import { approvalOf } from '../policy/approval.ts';
import { orderCheck, personOptions, type Ruled, type Rules, underPolicy } from '../policy/persons.ts';
import { manifestOf } from '../promotion/manifest.ts';
import { mayReleaseHere } from '../promotion/order.ts';
import { knownReleases, liveVersion, type ReleaseRecord, readEnvironmentRecord, readReleaseRecord } from '../record.ts';
import { type Summary, summarise } from '../report/summary.ts';
import { planScan, withScan } from '../scan/release.ts';
import { type ReleaseInputs, releaseProcedure } from './procedure.ts';
import { agreeWithGit, tellGit } from './shared.ts';
import { servingVersion } from './steps.ts';

export interface ReleaseRequest extends ChangeRequest {
  /** Version to release; default: named after the commit (naming.ts). */
  readonly version?: string | undefined;
  readonly why: string;
  /** Load seed data on a first release. */
  readonly seed: boolean;
  /** First digits of the commit that is meant; refused when another is checked out. */
  readonly commit?: string | undefined;
  /** Release although the working tree differs from its commit; the version says so. */
  readonly allowDirty: boolean;
  /** Begin although the scan does not let it pass, or without a change record, and wait at the gate for an override. */
  readonly awaitOverride?: boolean | undefined;
}

export interface ReleaseOutcome {
  readonly exit: ExitCode;
  readonly run: string | null;
  readonly version: string;
  readonly problems: readonly Problem[];
  readonly summary: Summary;
}

/** Builds what the commit holds, then releases it: the main job. Every door calls this. */
export async function release(opened: ServiceEnvironment, request: ReleaseRequest): Promise<ReleaseOutcome> {
  const prepared = await prepareRelease(opened, request);
  return prepared.kind === 'failed' ? prepared.outcome : runRelease(prepared.service, prepared.inputs);
}

export type Prepared =
  | {
      readonly kind: 'ready';
      readonly service: Ruled;
      readonly inputs: ReleaseInputs;
      /** Null: nothing is signed here. */
      readonly signed: Signed | null;
    }
  /** The build failed. */
  | { readonly kind: 'failed'; readonly outcome: ReleaseOutcome };

/**
 * Builds what the commit holds, and says what its release would be; refuses it where the policy asks for an attestation that counts. Touches
 * nothing of the environment.
 */
export async function prepareRelease(opened: ServiceEnvironment, request: ReleaseRequest): Promise<Prepared> {
  const prepared = await makeRelease(opened, request, 'in-reach', (service) => mustNameChange(service, request));
  if (prepared.kind === 'failed') return prepared;
  await mustBeAttested(prepared.service, prepared.inputs.candidate);
  // After the build, which has brought the modules that scanners of code read.
  const { service } = prepared;
  const scanned = await withScan(service, prepared.inputs, request);
  return { ...prepared, inputs: await withChange(service, scanned, request, treeOf(service)) };
}

/**
 * Builds what the commit holds, and signs it where a key is named, whoever trusts that key.
 *
 * @param sign `in-reach`: on a machine without the key, what another has signed must do
 * @param may throws where it may not be released, before the time that a build takes
 */
export async function makeRelease(
  opened: ServiceEnvironment,
  request: ReleaseRequest,
  sign: 'must' | 'in-reach',
  may: (service: Ruled) => void = () => undefined,
): Promise<Prepared> {
  mayReleaseHere(opened);
  const service = await underPolicy(opened, 'forward');
  may(service);
  await agreeWithGit(service);
  const stable = await stableRecord(service);
  const commit = await commitMeant(service, request);
  const source = await sourceOf(service, request.version, commit, stable);
  const built = await buildRelease(service, source);
  if (built.kind === 'failed') {
    return { kind: 'failed', outcome: buildOutcome(service, built.result, request.version ?? commit.slice(0, 12)) };
  }
  // A build takes its time: what lies there now must still be what was meant, since the run reads migrations from it.
  await commitMeant(service, { ...request, commit });
  const inputs = await releaseInputs(service, request, { ...source, head: commit }, built.artefacts, stable);
  const { candidate } = inputs;
  // Without a policy that asks, nobody else would tell that a signature is missing.
  const must = sign === 'must' || service.trust === null;
  const signing = await signed(service, { candidate, run: built.result.run, clean: !request.allowDirty }, must);
  if (signing?.kind === 'failed') {
    return { kind: 'failed', outcome: buildOutcome(service, signing.result, candidate.release.version) };
  }
  return { kind: 'ready', service, inputs, signed: signing?.signed ?? null };
}

/** Where no key is named, nothing of what signs is loaded. */
async function signed(
  service: Ruled,
  made: Parameters<typeof attestRelease>[1],
  must: boolean,
): Promise<AttestResult | null> {
  if (service.config.service.signing === undefined) return null;
  return (await import('../attest/make.ts')).attestRelease(service, made, must);
}

/**
 * Releases what was prepared, here or in the environment before.
 *
 * @param run the id of the run; left out, it gets one
 */
export async function runRelease(service: Ruled, inputs: ReleaseInputs, run?: string): Promise<ReleaseOutcome> {
  const persons = await personOptions(service, inputs);
  const result = await announced(service, undefined, (observing) =>
    runProcedure(releaseProcedure(inputs, service.target), {
      ...engineOptions(service, { ...observing, ...persons, mayOrder: orderCheck(service) }),
      run: run ?? service.door.run,
    }),
  );
  await tellGit(service);
  return outcomeOf(service, 'release', inputs, result);
}

/** The commit that is checked out, which must be the one that is meant where one is named. */
export async function commitMeant(
  service: Pick<ServiceEnvironment, 'exec' | 'baseDir'>,
  { commit, allowDirty }: Pick<ReleaseRequest, 'commit' | 'allowDirty'>,
): Promise<string> {
  const found = await sourceCommit(service, allowDirty);
  if (commit === undefined || found.startsWith(commit)) return found;
  throw new ProblemError({
    code: 'release.other-commit',
    where: service.baseDir,
    found: found.slice(0, 12),
    expected: `commit ${commit.slice(0, 12)}, which is meant`,
    remedy: `git checkout ${commit.slice(0, 12)}, then start again; nothing was changed`,
  });
}

/** What a release would do now. Looks only; a build that has not been made yet shows as `<build.digest>`. */
export async function planRelease(
  opened: ServiceEnvironment,
  request: ReleaseRequest,
): Promise<{ readonly build: Plan; readonly release: Plan; readonly inputs: ReleaseInputs; readonly rules: Rules }> {
  mayReleaseHere(opened);
  const service = await underPolicy(opened, 'plan');
  const stable = await stableRecord(service);
  const commit = await commitMeant(service, request);
  const source = await sourceOf(service, request.version, commit, stable);
  const { plan, artefacts } = await planBuild(service, source);
  const planned = await releaseInputs(service, request, { ...source, head: commit }, artefacts, stable);
  const inputs = await planChange(service, await planScan(service, planned), request, treeOf(service));
  return {
    build: plan,
    inputs,
    rules: service.rules,
    release: await planProcedure(releaseProcedure(inputs, service.target), engineOptions(service)),
  };
}

/** The tree of a release here, for whoever asks what it would be. */
export function treeOf({ target }: Pick<ServiceEnvironment, 'target'>): (inputs: ReleaseInputs) => Procedure {
  return (inputs) => releaseProcedure(inputs, target);
}

/** What serves now, with all that is needed to run it again. */
export async function stableRecord(service: ServiceEnvironment): Promise<ReleaseRecord | null> {
  const { target, store, environment } = service;
  const [routes, platform, record] = await Promise.all([
    target.ports.router.observe(),
    target.ports.platform.observe(),
    readEnvironmentRecord(store, target.environment, target.service),
  ]);
  const version = servingVersion(routes, platform, environment.traffic.component) ?? liveVersion(record);
  if (version === null) return null;
  const known = await readReleaseRecord(store, target.environment, version);
  if (known !== null) return known;
  throw new ProblemError({
    code: 'release.unknown-stable',
    where: target.environment,
    found: `${version} serves, but the state directory ${store} has no record of it`,
    expected: 'a record of the release that serves: without it there is no way back',
    remedy: 'use the state directory that released it (--state), or restore it from a backup',
  });
}

async function releaseInputs(
  service: Ruled,
  request: ReleaseRequest,
  source: Source & { readonly head: string },
  artefacts: Built,
  stable: ReleaseRecord | null,
): Promise<ReleaseInputs> {
  const { environment, target, store } = service;
  const { commit, head } = source;
  const hash = configHash(environment);
  const version = unwrap(
    nameVersion({
      wanted: source.version,
      described: artefacts.version,
      commit,
      hash,
      live: stable?.release.version ?? null,
      known: await knownReleases(store, target.environment),
    }),
  );
  const units = unitsOf(environment, version, artefacts.byComponent);
  const list = [...(units.unit === null ? [] : [units.unit]), ...units.files].flatMap(({ component, ...spec }) =>
    artefactsOf(component, artefacts.byComponent[component] ?? { digest: spec.digest, path: spec.artefact }),
  );
  const images = Object.entries(artefacts.images).flatMap(([name, one]) => artefactsOf(name, one));
  // With changes that are not committed, the time of the commit says nothing about what is released.
  const timeOf = (one: string) => (request.allowDirty ? null : commitTime(service, one));
  const [committed, configured] = await Promise.all([timeOf(commit), head === commit ? null : timeOf(head)]);
  const made: Release = {
    formatVersion: 1,
    service: target.service,
    version,
    commit,
    ...(committed === null ? {} : { commitTime: committed }),
    artefacts: [...list, ...images],
    configHash: hash,
    migrations: target.database?.migrations ?? [],
    ...(artefacts.sbom === undefined ? {} : { sbom: artefacts.sbom }),
  };
  const candidate: ReleaseRecord = {
    formatVersion: 1,
    environment: target.environment,
    release: made,
    unit: units.unit,
    files: units.files,
    schema: (await target.database?.after()) ?? 'empty',
    ...manifestOf(made),
    ...(head === commit ? {} : { configCommit: head }),
    ...(configured === null ? {} : { configCommitTime: configured }),
  };
  return {
    candidate,
    stable,
    seed: request.seed,
    ...(service.trust === null ? {} : { attested: true }),
    ...approvalOf(service.rules.kind === 'policy' ? service.rules.policy.rules : undefined),
    who: service.door.who,
    why: request.why,
  };
}

/** How a build went, in the words of a release. Pure. */
export function buildOutcome(service: ServiceEnvironment, result: RunResult, version: string): ReleaseOutcome {
  const { target } = service;
  return {
    exit: result.exit,
    run: result.run,
    version,
    problems: result.problems,
    summary: summarise({
      service: target.service,
      environment: target.environment,
      kind: 'build',
      version,
      before: null,
      result,
    }),
  };
}

export function outcomeOf(
  service: ServiceEnvironment,
  kind: 'release' | 'rollback' | 'migrate',
  inputs: ReleaseInputs,
  result: RunResult,
): ReleaseOutcome {
  const { target } = service;
  const { version, before } = subjectOf(kind, inputs);
  return {
    exit: result.exit,
    run: result.run,
    version,
    problems: result.problems,
    summary: summarise({ service: target.service, environment: target.environment, kind, version, before, result }),
  };
}

/** What a run brings and what served before it: a rollback brings the stable version back. Pure. */
export function subjectOf(
  kind: 'release' | 'rollback' | 'migrate',
  inputs: ReleaseInputs,
): { readonly version: string; readonly before: string | null } {
  const candidate = inputs.candidate.release.version;
  const stable = inputs.stable?.release.version ?? null;
  return kind === 'rollback'
    ? { version: stable ?? 'nothing', before: candidate }
    : { version: candidate, before: stable };
}
