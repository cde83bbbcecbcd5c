import { runAction } from '../shared/job.ts';
import { buildApi } from './definition.ts';

// What acts is loaded once the inputs are read: a wrong one is told at once.
await runAction(buildApi, async (inputs, job) => (await import('../shared/act-build.ts')).buildGo(inputs, job));
