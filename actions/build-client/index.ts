import { runAction } from '../shared/job.ts';
import { buildClient } from './definition.ts';

// What acts is loaded once the inputs are read: a wrong one is told at once.
await runAction(buildClient, async (inputs, job) =>
  (await import('../shared/act-build.ts')).build('script', inputs, job),
);
