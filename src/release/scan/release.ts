import { type Problem, ProblemError } from '../../model/problem.ts';
import { readRun } from '../../procedure/index.ts';
import { sourceCommit } from '../build/naming.ts';
import type { Ruled } from '../policy/persons.ts';
import type { ReleaseInputs } from '../run/procedure.ts';
import type { ScanAsked } from './asked.ts';
import { refusedBy, runScan } from './procedure.ts';
import { readScanRules, type ScanRules } from './rules.ts';

/** The scan as part of a release: made before it begins, asked for at its gate. */

export interface ScanRequest {
  readonly allowDirty: boolean;
  /** Begin although the scan does not let it pass: the run then waits at its gate for an override. */
  readonly awaitOverride?: boolean | undefined;
}

/** Commits that a release is made of: its software, and its configuration where that is another. Pure. */
function commitsOf({ candidate }: Pick<ReleaseInputs, 'candidate'>): readonly string[] {
  return [...new Set([candidate.release.commit, candidate.configCommit ?? candidate.release.commit])];
}

/**
 * The inputs with what the policy asks of the scan; nothing where it asks nothing. Scans what has no fresh result, and throws a ProblemError
 * (exit 5, nothing is changed) when something counts, or when a scanner could not do its work.
 */
export async function withScan(service: Ruled, inputs: ReleaseInputs, request: ScanRequest): Promise<ReleaseInputs> {
  const rules = await rulesOf(service);
  if (rules.demand === null) return inputs;
  const asked: ScanAsked = { commits: commitsOf(inputs) };
  // What is scanned is a commit: files beside it would be released without anybody having looked at them.
  if (request.allowDirty) await sourceCommit(service, false);
  const { result } = await runScan(service, { commits: asked.commits, anew: false }, rules);
  const mayWait = request.awaitOverride === true && result.outcome === 'refused';
  if (result.outcome !== 'done' && !mayWait) throw refusedBy(result);
  return { ...inputs, scan: asked };
}

/** The same for a plan: nothing is scanned. */
export async function planScan(service: Ruled, inputs: ReleaseInputs): Promise<ReleaseInputs> {
  const { demand } = await rulesOf(service);
  return demand === null ? inputs : { ...inputs, scan: { commits: commitsOf(inputs) } };
}

/** Read with the policy a moment ago, or now. */
async function rulesOf(service: Ruled): Promise<ScanRules> {
  return service.scans ?? readScanRules(service, service.environment);
}

/**
 * Before a run is gone on with: while it has changed nothing its scan must be there and fresh, so what is too old is made anew; its gate
 * judges. Once something has changed what the gate let through has begun.
 */
export async function scanAgain(service: Ruled, run: string, inputs: ReleaseInputs): Promise<void> {
  const rules = await rulesOf(service);
  if (rules.demand === null || (await hasChanged(service.store, run))) return;
  if (inputs.scan === undefined) throw new ProblemError(notAsked(run));
  const { result } = await runScan(service, { commits: inputs.scan.commits, anew: false }, rules);
  if (result.outcome !== 'done' && result.outcome !== 'refused') throw refusedBy(result);
}

/** Before a run of a unit's member is begun: hours may lie between the plan of the unit and its turn, and the policy ask for more by then. */
export async function scanStillAsked(service: Ruled, run: string, inputs: ReleaseInputs): Promise<void> {
  const { demand } = await rulesOf(service);
  if (demand !== null && inputs.scan === undefined) throw new ProblemError(notAsked(run));
}

function notAsked(run: string): Problem {
  return {
    code: 'policy.scan-changed',
    where: `run ${run}`,
    found: 'a run that was planned without a scan',
    expected: 'a scan of what is released, as the policy asks today',
    remedy: 'roll back and start a new run, which asks for what is asked today',
  };
}

/** Has the run begun effects? */
export async function hasChanged(store: string, run: string): Promise<boolean> {
  const { entries } = await readRun(store, run);
  return entries.some(({ record, payload }) => {
    if (record.type !== 'step.intent') return false;
    if (typeof payload !== 'object' || payload === null || !('effects' in payload)) return true;
    const { effects, what } = payload;
    return what === 'opaque' || (Array.isArray(effects) && effects.length > 0);
  });
}
