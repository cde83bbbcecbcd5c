import { rollback as goBack } from '../../src/release/index.ts';
import { runAction } from '../shared/job.ts';
import { openFor, runDone } from '../shared/service.ts';
import { rollback } from './definition.ts';

await runAction(rollback, async (inputs, job) => {
  const service = await openFor(job, inputs);
  return runDone(service, await goBack(service, { to: inputs.to, why: inputs.reason }));
});
