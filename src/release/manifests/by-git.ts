import type { Procedure, RunResult } from '../../procedure/index.ts';
import { engineOptions } from '../environment/service.ts';
import type { Ruled } from '../policy/persons.ts';
import { runAgain } from '../run/again.ts';
import type { ReleaseOutcome } from '../run/release.ts';
import { agreeWithGit, tellGit } from '../run/shared.ts';

/** What is done by way of git without a release: it is begun and told alike. */

export async function begin(service: Ruled, tree: Procedure): Promise<RunResult> {
  await agreeWithGit(service);
  const result = await runAgain(tree, engineOptions(service));
  await tellGit(service);
  return result;
}

export function outcomeOf(service: Ruled, result: RunResult, version: string, said: string): ReleaseOutcome {
  const { run, outcome, exit, problems, planHash, anchor } = result;
  const first = problems[0];
  const sentence = first === undefined ? `${said}.` : `${said}: ${first.found} (${first.code}).`;
  const { service: name, environment } = service.target;
  const about = { service: name, environment, version, before: null };
  return {
    exit,
    run,
    version,
    problems,
    summary: { ...about, outcome, sentence, run, planHash, anchor, gate: null, problems },
  };
}
