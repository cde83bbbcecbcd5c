import { runAction } from '../shared/job.ts';
import { releaseNotes } from './definition.ts';

// What acts is loaded once the inputs are read: a wrong one is told at once.
await runAction(releaseNotes, async (inputs, job) => (await import('./act.ts')).act(inputs, job));
