import { release } from '../../src/release/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import { openFor, runDone } from '../shared/service.ts';
import { journalsIn, told } from '../shared/tell.ts';
import type { rollout } from './definition.ts';

/** Releases the commit. */
export async function act(inputs: InputsOf<typeof rollout>, job: Job): Promise<Done<keyof OutputsOf<typeof rollout>>> {
  const service = await openFor(job, inputs);
  const { release: version, reason: why, seed, change } = inputs;
  const outcome = await told(job, inputs.token, journalsIn(service.store), () =>
    release(service, { version, why, seed, change, allowDirty: false }),
  );
  return runDone(service, outcome);
}
