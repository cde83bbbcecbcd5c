import { rollback as goBack } from '../../src/release/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import { openFor, runDone } from '../shared/service.ts';
import type { rollback } from './definition.ts';

/** Takes the environment back. */
export async function act(
  inputs: InputsOf<typeof rollback>,
  job: Job,
): Promise<Done<keyof OutputsOf<typeof rollback>>> {
  const service = await openFor(job, inputs);
  return runDone(service, await goBack(service, { to: inputs.to, why: inputs.reason }));
}
