import { commitValue } from '../../src/release/index.ts';
import { runAction } from '../shared/job.ts';
import { openFor, runDone } from '../shared/service.ts';
import { gitopsCommit } from './definition.ts';

await runAction(gitopsCommit, async (inputs, job) => {
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
});
