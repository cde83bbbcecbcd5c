import { release } from '../../src/release/index.ts';
import { runAction } from '../shared/job.ts';
import { openFor, runDone } from '../shared/service.ts';
import { rollout } from './definition.ts';

await runAction(rollout, async (inputs, job) => {
  const service = await openFor(job, inputs);
  const { release: version, reason: why, seed } = inputs;
  return runDone(service, await release(service, { version, why, seed, allowDirty: false }));
});
