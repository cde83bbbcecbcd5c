import { rollback as goBack } from '../../src/release/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import { openFor, runDone } from '../shared/service.ts';
import { journalsIn, told } from '../shared/tell.ts';
import type { rollback } from './definition.ts';

/** Takes the environment back. */
export async function act(
  inputs: InputsOf<typeof rollback>,
  job: Job,
): Promise<Done<keyof OutputsOf<typeof rollback>>> {
  const service = await openFor(job, inputs);
  const outcome = await told(job, inputs.token, journalsIn(service.store), () =>
    goBack(service, { to: inputs.to, why: inputs.reason }),
  );
  return runDone(service, outcome);
}
