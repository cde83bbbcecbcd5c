import { runAction } from '../shared/job.ts';
import { buildFrontend } from './definition.ts';

// What acts is loaded once the inputs are read: a wrong one is told at once.
await runAction(buildFrontend, async (inputs, job) => (await import('./act.ts')).buildFrontendPages(inputs, job));
