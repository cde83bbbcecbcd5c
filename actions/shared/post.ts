import * as core from '@actions/core';
import { problemsOf } from '../../src/model/problem.ts';
import { openJob, RUN_STATE, TOLD_STATE } from './job.ts';

/**
 * After the job, however it ended: a run whose process was killed gives its environment back, and the forge is told how it stands. What ended by itself has done so already.
 * Never fails the job: how that ended is told by the step itself.
 */
const { job } = openJob();
const run = core.getState(RUN_STATE);
if (run !== '') {
  try {
    const { layDown, openService } = await import('../../src/release/index.ts');
    const inputs = { config: core.getInput('config'), state: core.getInput('state') };
    const service = await openService(job.door(inputs, false));
    const found = await layDown(service, run);
    if (found.kind === 'freed')
      job.warning(`run ${run} was killed or stopped, and harms nobody: it is over, and ${found.environment} is free`);
    // A runbook has no way back but its own.
    const further =
      core.getInput('runbook') === ''
        ? `\`shiplock resume ${run}\` goes on, \`shiplock rollback\` takes it back`
        : `\`shiplock runbook resume ${run}\` goes on`;
    if (found.kind === 'reserved') job.warning(`run ${run} was killed: ${found.environment} waits for it; ${further}`);
    const token = core.getInput('token');
    if (token !== '' && core.getState(TOLD_STATE) !== run) {
      const { journalsIn, tellLast } = await import('./tell.ts');
      await tellLast(job, token, journalsIn(service.store), run);
    }
  } catch (error) {
    const why = problemsOf(error, `run ${run}`)[0]?.found ?? '';
    job.warning(`nobody could look after run ${run}: ${why}; its lease runs out by itself`);
  }
}
