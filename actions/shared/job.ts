import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@actions/core';
import type { z } from 'zod';
import { EXIT, type ExitCode } from '../../src/model/exit.ts';
import type { Finding } from '../../src/model/finding.ts';
import { formatProblem, type Problem, problemsOf } from '../../src/model/problem.ts';
import type { RunEvent } from '../../src/procedure/api.ts';
import { installStopSignals } from '../../src/procedure/machine/signals.ts';
import { createSecrets } from '../../src/procedure/masking/secrets.ts';
import { plainProgress } from '../../src/procedure/run/progress.ts';
import type { DoorOptions } from '../../src/release/door.ts';
import { exitFor } from '../../src/release/exit.ts';
import type { Definition } from './define.ts';
import { actionExec } from './exec.ts';
import { readInputs } from './inputs.ts';
import { annotationPlace, plainLines } from './words.ts';

/** Under this name the step that looks after the job finds the run. */
export const RUN_STATE = 'run';
/** Under this name it finds the run of which the forge was told how it ended. */
export const TOLD_STATE = 'told';

/** What an action did, for its outputs, its annotations and the summary of its job. */
export interface Done<O extends string> {
  readonly exit: ExitCode;
  readonly sentence: string;
  readonly problems: readonly Problem[];
  readonly outputs: Readonly<Record<O, string>>;
  /** Markdown. */
  readonly summary?: string;
}

/** The job as an action sees it. Whatever it says, secrets that were asked for are masked. */
export interface Job {
  info(text: string): void;
  warning(text: string): void;
  /** Writes a file that others read, masked; says where it lies. */
  write(file: string, text: string): Promise<string>;
  /** Says at its line what a linter found. */
  annotate(finding: Finding): void;
  /** Is told the name of the run that the action begins, as soon as it has one. */
  onRun(listener: (run: string) => void): void;
  /** The forge knows how this run ended: nobody needs to say it again. */
  told(run: string): void;
  /** For functions of src/release. `acts`: it begins a run, so it tells progress, stops safely and can be looked after. */
  door(inputs: { readonly config: string; readonly state: string }, acts: boolean): DoorOptions;
}

/** The whole of an action: typed inputs, one function, outputs with a summary. Sets the exit code. */
export async function runAction<I extends z.ZodObject, O extends string>(
  definition: Definition<I, O>,
  act: (inputs: z.output<I>, job: Job) => Promise<Done<O>>,
): Promise<void> {
  const { job, mask } = openJob();
  const fail = (sentence: string, problems: readonly Problem[], exit: number): void => {
    for (const problem of problems) core.error(mask(formatProblem(problem)), annotationPlace(problem));
    core.setFailed(mask(sentence));
    process.exitCode = exit;
  };
  try {
    const done = await act(
      readInputs(definition.inputs, (name) => core.getInput(name)),
      job,
    );
    for (const [name, value] of Object.entries<string>(done.outputs)) core.setOutput(name, mask(value));
    if (done.summary !== undefined && process.env['GITHUB_STEP_SUMMARY'] !== undefined)
      await core.summary.addRaw(mask(done.summary)).write();
    if (done.exit === EXIT.done) core.notice(mask(done.sentence));
    else fail(done.sentence, done.problems, done.exit);
  } catch (error) {
    const problems = problemsOf(error, `actions/${definition.name}`);
    const exit = exitFor(problems);
    // A later step may ask for the outcome of a run that never began, too.
    if ('outcome' in definition.outputs)
      core.setOutput('outcome', exit === EXIT.leaseHeld ? 'lease-held' : exit === EXIT.failed ? 'failed' : 'refused');
    fail(problems[0]?.found ?? 'failed', problems, exit);
  }
}

/** The job, and how what it says is masked: nothing is secret before something was asked for. */
export function openJob(): { readonly job: Job; mask(text: string): string } {
  let known: (text: string) => string = (text) => text;
  const mask = (text: string): string => known(text);
  const info = (text: string): void => core.info(plainLines(mask(text)));
  const warning = (text: string): void => core.warning(mask(text));
  const annotate: Job['annotate'] = ({ rule, level, message, remedy, file, line, column }) => {
    const place = {
      title: rule,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { startLine: line }),
      ...(column === undefined ? {} : { startColumn: column }),
    };
    const say = { error: core.error, warning: core.warning, note: core.notice }[level];
    say(mask(remedy === undefined ? message : `${message}\n→ ${remedy}`), place);
  };
  const write: Job['write'] = async (file, text) => {
    const path = resolve(file);
    await writeFile(path, mask(text));
    return path;
  };
  let heard: (run: string) => void = () => undefined;
  const onRun: Job['onRun'] = (listener) => {
    heard = listener;
  };
  const told = (run: string): void => core.saveState(TOLD_STATE, run);
  const door: Job['door'] = ({ config, state }, acts) => {
    const secrets = createSecrets({ env: process.env, base: dirname(resolve(config)) });
    known = secrets.mask;
    const progress = plainProgress(info);
    const onEvent = (event: RunEvent): void => {
      if (event.kind === 'run-started') {
        core.saveState(RUN_STATE, event.run);
        heard(event.run);
      }
      progress(event);
    };
    const stopping = (): void => warning('stopping at the next safe place; `shiplock resume` goes on');
    return {
      configFile: config,
      store: state,
      env: process.env,
      exec: actionExec(),
      secrets,
      who: process.env['GITHUB_TRIGGERING_ACTOR'] ?? process.env['GITHUB_ACTOR'] ?? 'unknown',
      self: [process.execPath, fileURLToPath(new URL('shiplock.js', import.meta.url))],
      ...(acts ? { onEvent, signal: installStopSignals(stopping) } : {}),
    };
  };
  return { mask, job: { info, warning, annotate, write, onRun, told, door } };
}
