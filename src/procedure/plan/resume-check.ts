import type { Problem } from '../../model/problem.ts';
import type { ResumeOptions, RunResult } from '../api.ts';
import type { PayloadOf } from '../journal/records.ts';
import type { RunState } from '../journal/state.ts';
import { resultOf } from '../run/result.ts';
import type { Procedure } from '../tree.ts';
import { differences, gatesToReopen, outlineOf, titlesOf } from './hash.ts';

/** May this procedure go on with that run? */

export function whyRefused(
  procedure: Procedure,
  hash: string,
  state: RunState,
  options: ResumeOptions,
): Problem | undefined {
  const { outcome, allowChanged } = options;
  if (outcome !== undefined && state.nodes.get(outcome.step)?.open !== true) {
    return {
      code: 'procedure.no-open-step',
      where: outcome.step,
      found: 'no step of this run whose outcome is unknown',
      expected: `one of ${openSteps(state).join(', ') || '(none)'}`,
      remedy: 'resume without --step, or name the step as the run printed it',
    };
  }
  const policy = state.started?.policy;
  if (policy !== undefined && options.gatekeeper === undefined) return policyMissing(state.run, policy.place);
  if (hash === state.planHash || allowChanged !== undefined) return undefined;
  const changes = differences(state.outline, outlineOf(procedure));
  const list = changes.map(({ path, change }) => `${path === '' ? '(inputs)' : path} ${change}`);
  return {
    code: 'procedure.changed',
    where: `run ${state.run}`,
    found: `another procedure than the one that was started: ${list.slice(0, 8).join(', ') || 'environment'}${list.length > 8 ? ` and ${list.length - 8} more` : ''}`,
    expected: `plan ${state.planHash.slice(0, 12)}`,
    remedy:
      'resume with the version that started it; or --allow-changed with a reason: gates over what changed open again',
  };
}

/** A run whose persons are checked goes on with a policy or not at all. */
export function policyMissing(run: string, place: string): Problem {
  return {
    code: 'policy.missing',
    where: `run ${run}`,
    found: 'no policy: `people:` and `policy:` are not in shiplock.yaml',
    expected: `the policy of ${place}, under which this run was started`,
    remedy: 'put them back as they are on the protected branch',
  };
}

function openSteps(state: RunState): readonly string[] {
  return [...state.nodes].filter(([, node]) => node.open).map(([path]) => path);
}

export function changedPayload(
  procedure: Procedure,
  state: RunState,
  options: ResumeOptions,
): NonNullable<PayloadOf<'run.resumed'>['changed']> {
  const { role, reason } = options.allowChanged ?? { role: '', reason: '' };
  const outline = outlineOf(procedure);
  const changes = differences(state.outline, outline);
  return {
    role,
    reason,
    from: state.planHash,
    outline,
    titles: titlesOf(procedure),
    differences: [...changes],
    reopened: [...gatesToReopen(procedure, changes)],
  };
}

export function preemptedResult(state: RunState, by: string, hash: string): RunResult {
  const problem: Problem = {
    code: 'procedure.preempted',
    where: `run ${state.run}`,
    found: `run ${by} has taken the environment over and undone this one`,
    expected: 'a run that is still to be gone on with',
    remedy: `see what ${by} did (\`shiplock journal show ${by}\`), then start a new run`,
  };
  return resultOf({ run: state.run, outcome: 'refused', problems: [problem], planHash: hash, state });
}
