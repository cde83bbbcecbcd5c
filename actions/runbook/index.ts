import { runAction } from '../shared/job.ts';
import { runbook } from './definition.ts';

// What acts is loaded once the inputs are read: a wrong one is told at once.
await runAction(runbook, async (inputs, job) => (await import('./act.ts')).act(inputs, job));
