import { EXIT } from '../../src/model/exit.ts';
import { newestRun, readReport } from '../../src/release/report/report.ts';
import { reportMarkdown, reportPage } from '../../src/report/index.ts';
import { runAction } from '../shared/job.ts';
import { report } from './definition.ts';

await runAction(report, async ({ state, run: wanted, output }, job) => {
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
});
