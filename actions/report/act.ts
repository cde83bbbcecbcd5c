import { EXIT } from '../../src/model/exit.ts';
import { newestRun, readReport } from '../../src/release/report/report.ts';
import { reportMarkdown, reportPage } from '../../src/report/index.ts';
import type { InputsOf, OutputsOf } from '../shared/define.ts';
import type { Done, Job } from '../shared/job.ts';
import type { report } from './definition.ts';

/** Tells a run from its journal. */
export async function act(
  { state, run: wanted, output }: InputsOf<typeof report>,
  job: Job,
): Promise<Done<keyof OutputsOf<typeof report>>> {
  const run = wanted ?? (await newestRun(state));
  const found = await readReport(state, run);
  const file = output === undefined ? '' : await job.write(output, reportPage(found));
  const { status, sentence } = found.head;
  return {
    exit: EXIT.done,
    problems: [],
    sentence,
    outputs: { run, status, sentence, file },
    summary: reportMarkdown(found),
  };
}
