import { EXIT } from '../../src/model/exit.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { migrate as applyMigrations } from '../../src/release/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import { withSarif } from '../shared/sarif.ts';
import { openFor, runDone } from '../shared/service.ts';
import type { migrate } from './definition.ts';
import { type Judged, twoModes } from './judged.ts';

type Outputs = keyof OutputsOf<typeof migrate>;

/** Applies the pending migrations, says what would be applied, or judges the files. */
export function act(inputs: InputsOf<typeof migrate>, job: Job): Promise<Done<Outputs>> {
  return withSarif(job, inputs.sarif, () => apply(inputs, job));
}

async function apply(inputs: InputsOf<typeof migrate>, job: Job): Promise<Judged> {
  if (inputs.plan && inputs.lint) throw new ProblemError(twoModes('lint'));
  if (inputs['stored-plan'] !== undefined && (inputs.plan || inputs.lint))
    throw new ProblemError(twoModes('stored-plan', inputs.plan ? 'plan' : 'lint'));
  // Grammar and rules are large, and nothing else here needs them.
  if (inputs.lint) return (await import('./lint.ts')).judge(inputs, job);
  const service = await openFor(job, inputs);
  const request = { why: inputs.reason, change: inputs.change, allowDirty: false, plan: inputs['stored-plan'] };
  if (!inputs.plan) {
    const outcome = await applyMigrations(service, request);
    const done = await runDone(service, outcome);
    return {
      ...done,
      outputs: {
        ...done.outputs,
        schema: outcome.exit === EXIT.done ? outcome.schema : '',
        'stored-plan': inputs['stored-plan'] ?? '',
        findings: '',
      },
    };
  }
  // The summary is made from what tries statements, which only a plan needs.
  return (await import('./plan.ts')).plan(service, inputs.environment, request);
}
