import { waitForArgoCd } from '../../src/release/index.ts';
import { runAction } from '../shared/job.ts';
import { openFor, runDone } from '../shared/service.ts';
import { argocdWait } from './definition.ts';

await runAction(argocdWait, async (inputs, job) => {
  const service = await openFor(job, inputs);
  const outcome = await waitForArgoCd(service, { commit: inputs.commit, why: inputs.reason });
  const { outputs, ...done } = await runDone(service, outcome);
  const { version: _commit, ...run } = outputs;
  return { ...done, outputs: { ...run, commit: outcome.commit, revision: outcome.revision } };
});
