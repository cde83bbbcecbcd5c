import { fileURLToPath } from 'node:url';
import * as core from '@actions/core';
import { EXIT } from '../../src/model/exit.ts';
import { formatProblem, type Problem, problemsOf } from '../../src/model/problem.ts';
import { installStopSignals, plainProgress } from '../../src/procedure/index.ts';
import { exitFor, openEnvironment, outcomeMarkdown, type ReleaseOutcome, release } from '../../src/release/index.ts';
import { readInputs } from './inputs.ts';
import { annotationPlace, outputsOf } from './outputs.ts';

/** Thin: reads typed inputs, calls the function that the command line calls, writes outputs and a summary. */
async function main(): Promise<void> {
  const inputs = readInputs((name) => core.getInput(name));
  const service = await openEnvironment(
    {
      configFile: inputs.config,
      store: inputs.state,
      env: process.env,
      who: process.env['GITHUB_ACTOR'] ?? 'unknown',
      self: [process.execPath, fileURLToPath(new URL('shiplock.js', import.meta.url))],
      onEvent: plainProgress((line) => core.info(line)),
      signal: installStopSignals(() => core.warning('stopping at the next safe place; `shiplock resume` goes on')),
    },
    inputs.environment,
  );
  const { release: version, reason: why, seed } = inputs;
  await tell(service.store, await release(service, { version, why, seed, allowDirty: false }));
}

async function tell(store: string, { summary, exit, problems }: ReleaseOutcome): Promise<void> {
  for (const [name, value] of Object.entries(outputsOf(summary))) core.setOutput(name, value);
  if (process.env['GITHUB_STEP_SUMMARY'] !== undefined)
    await core.summary.addRaw(await outcomeMarkdown(store, summary)).write();
  if (exit === EXIT.done) core.notice(summary.sentence);
  else fail(summary.sentence, problems, exit);
}

function fail(sentence: string, problems: readonly Problem[], exit: number): void {
  for (const problem of problems) core.error(formatProblem(problem), annotationPlace(problem));
  core.setFailed(sentence);
  process.exitCode = exit;
}

try {
  await main();
} catch (error) {
  const problems = problemsOf(error, 'actions/rollout');
  const exit = exitFor(problems);
  // A later step may ask for the outcome of a run that never began, too.
  core.setOutput('outcome', exit === EXIT.leaseHeld ? 'lease-held' : exit === EXIT.failed ? 'failed' : 'refused');
  fail(problems[0]?.found ?? 'failed', problems, exit);
}
