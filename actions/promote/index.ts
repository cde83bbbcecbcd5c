import { promote as promoteRelease } from '../../src/release/index.ts';
import { runAction } from '../shared/job.ts';
import { openFor, runDone } from '../shared/service.ts';
import { promote } from './definition.ts';

await runAction(promote, async (inputs, job) => {
  const service = await openFor(job, inputs);
  const { from, release: version, reason: why, seed } = inputs;
  return runDone(service, await promoteRelease(service, { from, version, why, seed, allowDirty: false }));
});
