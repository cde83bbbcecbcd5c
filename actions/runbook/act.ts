import { dirname, join, resolve } from 'node:path';
import { findRunbook } from '../../src/cli/runbook/registry.ts';
import { outcomeResult, outcomeSentence } from '../../src/cli/runbook/texts.ts';
import { EXIT } from '../../src/model/exit.ts';
import { renderPlan } from '../../src/procedure/index.ts';
import { planRunbook, runRunbook } from '../../src/release/runbook/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import { openFor } from '../shared/service.ts';
import { codeBlock } from '../shared/words.ts';
import type { runbook } from './definition.ts';
import { checkConfirmed, readValues } from './values.ts';

/** Carries the runbook out, or says what it would do now. */
export async function act(inputs: InputsOf<typeof runbook>, job: Job): Promise<Done<keyof OutputsOf<typeof runbook>>> {
  const { environment } = inputs;
  const own = { directory: join(dirname(resolve(inputs.config)), 'runbooks'), env: process.env };
  const { runbook: found } = await findRunbook(inputs.runbook, own);
  const request = { texts: readValues(found, inputs.values) };
  if (!inputs.plan) checkConfirmed(found, environment, inputs.confirm);
  const service = await openFor(job, inputs);
  if (inputs.plan) {
    return {
      exit: EXIT.done,
      problems: [],
      sentence: `What ${found.id} would do in ${environment} stands in the summary; nothing was changed.`,
      outputs: { outcome: 'planned', run: '' },
      summary: codeBlock(renderPlan(await planRunbook(service, found, request))),
    };
  }
  const outcome = await runRunbook(service, found, { ...request, change: inputs.change });
  return {
    exit: outcome.exit,
    problems: outcome.problems,
    sentence: outcomeSentence(outcome),
    outputs: { outcome: outcome.outcome, run: outcome.run ?? '' },
    summary: codeBlock(outcomeResult(outcome).text),
  };
}
