import { commitValue } from '../../src/release/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import { openFor, runDone } from '../shared/service.ts';
import type { gitopsCommit } from './definition.ts';

/** Commits one value. */
export async function act(
  inputs: InputsOf<typeof gitopsCommit>,
  job: Job,
): Promise<Done<keyof OutputsOf<typeof gitopsCommit>>> {
  const service = await openFor(job, inputs);
  const { path, value, file, reason: why } = inputs;
  const outcome = await commitValue(service, { path, value, file, why });
  const { committed } = outcome;
  const { outputs, ...done } = await runDone(service, outcome);
  const { version: _value, ...run } = outputs;
  return {
    ...done,
    outputs: {
      ...run,
      commit: committed?.commit ?? '',
      before: String(committed?.before ?? ''),
      changed: String(committed?.changed ?? false),
    },
  };
}
