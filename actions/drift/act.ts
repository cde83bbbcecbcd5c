import { EXIT } from '../../src/model/exit.ts';
import { driftLines, driftSentence, drift as lookForDrift } from '../../src/release/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import { openFor } from '../shared/service.ts';
import { codeBlock } from '../shared/words.ts';
import type { drift } from './definition.ts';

/** Compares git with the cluster. */
export async function act(inputs: InputsOf<typeof drift>, job: Job): Promise<Done<keyof OutputsOf<typeof drift>>> {
  const found = await lookForDrift(await openFor(job, inputs), { all: inputs.all });
  const { resources, git, revision } = found;
  const differs = resources.length > 0;
  return {
    exit: differs && !inputs.accept ? EXIT.failed : EXIT.done,
    problems: [],
    sentence: driftSentence(found),
    outputs: {
      differs: String(differs),
      resources: String(resources.length),
      commit: git.commit ?? '',
      revision,
    },
    summary: codeBlock(
      `${driftLines(found)
        .map(({ text }) => text)
        .join('\n')}\n`,
    ),
  };
}
