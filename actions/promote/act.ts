import { promote as promoteRelease } from '../../src/release/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import { openFor, runDone } from '../shared/service.ts';
import { journalsIn, told } from '../shared/tell.ts';
import type { promote } from './definition.ts';

/** Promotes what another environment has proven. */
export async function act(inputs: InputsOf<typeof promote>, job: Job): Promise<Done<keyof OutputsOf<typeof promote>>> {
  const service = await openFor(job, inputs);
  const { from, release: version, reason: why, seed, change } = inputs;
  const outcome = await told(job, inputs.token, journalsIn(service.store), () =>
    promoteRelease(service, { from, version, why, seed, change, allowDirty: false }),
  );
  return runDone(service, outcome);
}
