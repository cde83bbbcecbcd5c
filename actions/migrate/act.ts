import { EXIT } from '../../src/model/exit.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { renderPlan } from '../../src/procedure/plan/render.ts';
import { migrate as applyMigrations, planMigrate, rulesText } from '../../src/release/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import { withSarif } from '../shared/sarif.ts';
import { openFor, runDone } from '../shared/service.ts';
import { codeBlock } from '../shared/words.ts';
import type { migrate } from './definition.ts';
import { type Judged, twoModes } from './judged.ts';

type Outputs = keyof OutputsOf<typeof migrate>;

/** Applies the pending migrations, says what would be applied, or judges the files. */
export function act(inputs: InputsOf<typeof migrate>, job: Job): Promise<Done<Outputs>> {
  return withSarif(job, inputs.sarif, () => apply(inputs, job));
}

async function apply(inputs: InputsOf<typeof migrate>, job: Job): Promise<Judged> {
  if (inputs.plan && inputs.lint) throw new ProblemError(twoModes());
  // Grammar and rules are large, and nothing else here needs them.
  if (inputs.lint) return (await import('./lint.ts')).judge(inputs, job);
  const service = await openFor(job, inputs);
  const request = { why: inputs.reason, change: inputs.change, allowDirty: false };
  if (!inputs.plan) {
    const outcome = await applyMigrations(service, request);
    const done = await runDone(service, outcome);
    return {
      ...done,
      outputs: { ...done.outputs, schema: outcome.exit === EXIT.done ? outcome.schema : '', findings: '' },
    };
  }
  const { plan, inputs: made, rules } = await planMigrate(service, request);
  const { version } = made.candidate.release;
  return {
    exit: EXIT.done,
    problems: [],
    sentence: `What the migrations of ${version} would do in ${inputs.environment} stands in the summary; nothing was changed.`,
    outputs: {
      outcome: 'planned',
      version,
      run: '',
      'plan-hash': plan.planHash,
      anchor: '',
      schema: made.candidate.schema,
      findings: '',
    },
    summary: codeBlock(`${renderPlan(plan)}\nGates: ${rulesText(rules)}`),
  };
}
