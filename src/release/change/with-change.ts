import type { ChangeAsked } from '../../model/change.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { type Procedure, planHash } from '../../procedure/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import type { Ruled } from '../policy/persons.ts';
import type { ReleaseInputs } from '../run/procedure.ts';
import { hasChanged } from '../scan/release.ts';
import { needed, unknownChange } from './missing.ts';
import { outcomesOf, runsOf } from './runs.ts';

/** The change record as part of a run: named before it begins, looked at again at its gate. */

export interface ChangeRequest {
  /** Id of the record that asks for it. */
  readonly change?: string | undefined;
  /** Begin although the policy asks for a record and none is named: the run then waits at its gate for an override. */
  readonly awaitOverride?: boolean | undefined;
}

/** Stands for a digest that only the build will know. */
const UNKNOWN = `sha256:${'0'.repeat(64)}`;

/**
 * What of a release a change asks for: everything but who begins it and why, and the digests of what is built, which its commit stands for. The
 * same before and after the build. Pure.
 */
export function meantBy({ change: _, ...inputs }: ReleaseInputs): ReleaseInputs {
  const { manifest: __, ...candidate } = inputs.candidate;
  const { sbom: ___, provenance: ____, ...release } = candidate.release;
  const blank = <T extends object>(unit: T): T => ({ ...unit, digest: UNKNOWN, artefact: '' });
  return {
    ...inputs,
    who: '',
    why: '',
    candidate: {
      ...candidate,
      release: { ...release, artefacts: release.artefacts.map((one) => ({ ...one, digest: UNKNOWN })) },
      unit: candidate.unit === null ? null : blank(candidate.unit),
      files: candidate.files.map(blank),
    },
  };
}

/** Digest of a plan, as a record names it. */
export function planDigest(tree: Procedure): string {
  return `sha256:${planHash(tree)}`;
}

/** Before anything is built: a release that needs a record and names none goes no further. */
export function mustNameChange(
  { changes, environment }: Ruled,
  { change, awaitOverride = false }: ChangeRequest,
): void {
  if (change !== undefined || awaitOverride || changes?.releases !== true) return;
  throw new ProblemError(needed(environment.environment));
}

/**
 * The inputs with their change, where one is named or asked for.
 *
 * @param tree of these inputs
 * @throws ProblemError when the record does not ask for this, and never will; a window that is not open yet is waited for
 */
export async function withChange(
  service: Ruled,
  inputs: ReleaseInputs,
  request: ChangeRequest,
  tree: (inputs: ReleaseInputs) => Procedure,
): Promise<ReleaseInputs> {
  mustNameChange(service, request);
  const asked = await askedFor(service, request, service.changes?.releases === true, () => tree(meantBy(inputs)));
  if (asked === null) return inputs;
  await mayBegin(service, asked);
  return { ...inputs, change: asked };
}

/** The same for a plan: what speaks against it is shown at its gate. */
export async function planChange(
  service: Ruled,
  inputs: ReleaseInputs,
  request: ChangeRequest,
  tree: (inputs: ReleaseInputs) => Procedure,
): Promise<ReleaseInputs> {
  const asked = await askedFor(service, request, service.changes?.releases === true, () => tree(meantBy(inputs)));
  return asked === null ? inputs : { ...inputs, change: asked };
}

/** What a run carries of its change; null where none is named and none is needed. */
export async function askedFor(
  { store, target }: Pick<ServiceEnvironment, 'store' | 'target'>,
  { change }: ChangeRequest,
  wanted: boolean,
  tree: () => Procedure,
): Promise<ChangeAsked | null> {
  if (change === undefined && !wanted) return null;
  const plan = planDigest(tree());
  if (change === undefined) return { id: null, request: null, plan };
  // Few runs have a record: what reads one is loaded by them alone.
  const [{ readChange }, { requestDigest }] = await Promise.all([import('./store.ts'), import('./text.ts')]);
  const record = await readChange(store, target.environment, change);
  if (record === null) throw new ProblemError(unknownChange(change, target.environment));
  return { id: record.head.change, request: requestDigest(record), plan };
}

/** @throws ProblemError for what cannot get better by waiting at the gate; no record at all is what an override is waited for */
export async function mayBegin(service: ServiceEnvironment, asked: ChangeAsked): Promise<void> {
  if (asked.id === null) return;
  const { store, target, clock } = service;
  const { environment } = target;
  const [{ fetchRunsOf }, { readChange }, { objections }] = await Promise.all([
    import('./fetch.ts'),
    import('./store.ts'),
    import('./standing.ts'),
  ]);
  await fetchRunsOf(service, asked.id);
  const record = await readChange(store, environment, asked.id);
  const runs = outcomesOf(await runsOf(store, environment, asked.id));
  const against = objections({ asked, environment, record, runs, now: clock.now() }).filter(({ never }) => never);
  if (against.length > 0) throw new ProblemError(against.map(({ problem }) => problem));
}

/** Before a run is gone on with that has changed nothing: what needs a record today, and was begun without one, goes no further. */
export async function changeAgain({ store, changes }: Ruled, run: string, inputs: ReleaseInputs): Promise<void> {
  if (changes?.releases !== true || inputs.change !== undefined || (await hasChanged(store, run))) return;
  throw new ProblemError(notAsked(run));
}

/** Before a run of a unit's member is begun: hours may lie between the plan of the unit and its turn, and the policy ask for more by then. */
export function changeStillAsked({ changes }: Ruled, run: string, { change }: ReleaseInputs): void {
  if (changes?.releases === true && change === undefined) throw new ProblemError(notAsked(run));
}

function notAsked(run: string): Problem {
  return {
    code: 'policy.change-changed',
    where: `run ${run}`,
    found: 'a run that was begun without a change record',
    expected: 'one, as the policy asks today',
    remedy: 'abort this run, ask for the change with `shiplock change new`, and begin one with --change',
  };
}
