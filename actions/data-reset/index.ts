import { runAction } from '../shared/job.ts';
import { dataReset } from './definition.ts';

// What acts is loaded once the inputs are read: a wrong one is told at once.
await runAction(dataReset, async (inputs, job) => (await import('./act.ts')).act(inputs, job));
