import { runAction } from '../shared/job.ts';
import { securityScan } from './definition.ts';

// What acts is loaded once the inputs are read: a wrong one is told at once.
await runAction(securityScan, async (inputs, job) => (await import('./act.ts')).act(inputs, job));
