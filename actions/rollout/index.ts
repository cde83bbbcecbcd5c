import { fileURLToPath } from 'node:url';
import * as core from '@actions/core';
import { EXIT } from '../../src/model/exit.ts';
import { formatProblem, type Problem, problemsOf } from '../../src/model/problem.ts';
import { installStopSignals, plainProgress } from '../../src/procedure/index.ts';
import { openEnvironment, release, type ReleaseOutcome, summaryMarkdown } from '../../src/release/index.ts';
import type { InputName, OutputName } from './io.ts';

/** Thin: reads typed inputs, calls the function that the command line calls, writes outputs and a summary. */
async function main(): Promise<void> {
  const read = (name: InputName): string => core.getInput(name);
  const service = await openEnvironment(
    {
      configFile: read('config'),
      store: read('state') === '' ? undefined : read('state'),
      env: process.env,
      who: process.env['GITHUB_ACTOR'] ?? 'unknown',
      self: [process.execPath, fileURLToPath(new URL('shiplock.js', import.meta.url))],
      onEvent: plainProgress((line) => core.info(line)),
      signal: installStopSignals(),
    },
    core.getInput('environment', { required: true }),
  );
  const outcome = await release(service, {
    version: read('release') === '' ? undefined : read('release'),
    why: read('reason'),
    seed: core.getBooleanInput('seed'),
    allowDirty: false,
  });
  await tell(outcome);
}

async function tell(outcome: ReleaseOutcome): Promise<void> {
  const { summary } = outcome;
  const write = (name: OutputName, value: string): void => core.setOutput(name, value);
  write('outcome', summary.outcome);
  write('version', summary.version);
  write('run', summary.run);
  write('plan-hash', summary.planHash);
  write('anchor', `${summary.anchor.count}:${summary.anchor.head}`);
  if (process.env['GITHUB_STEP_SUMMARY'] !== undefined) await core.summary.addRaw(summaryMarkdown(summary)).write();
  if (outcome.exit === EXIT.done) core.notice(summary.sentence);
  else fail(summary.sentence, outcome.problems, outcome.exit);
}

function fail(sentence: string, problems: readonly Problem[], exit: number): void {
  for (const problem of problems) core.error(formatProblem(problem));
  core.setFailed(sentence);
  process.exitCode = exit;
}

main().catch((error: unknown) => {
  const problems = problemsOf(error, 'actions/rollout');
  fail(problems[0]?.found ?? 'failed', problems, EXIT.failed);
});
