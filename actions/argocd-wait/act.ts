import { waitForArgoCd } from '../../src/release/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import { openFor, runDone } from '../shared/service.ts';
import type { argocdWait } from './definition.ts';

/** Waits until Argo CD has what git says. */
export async function act(
  inputs: InputsOf<typeof argocdWait>,
  job: Job,
): Promise<Done<keyof OutputsOf<typeof argocdWait>>> {
  const service = await openFor(job, inputs);
  const outcome = await waitForArgoCd(service, { commit: inputs.commit, why: inputs.reason });
  const { outputs, ...done } = await runDone(service, outcome);
  const { version: _commit, ...run } = outputs;
  return { ...done, outputs: { ...run, commit: outcome.commit, revision: outcome.revision } };
}
