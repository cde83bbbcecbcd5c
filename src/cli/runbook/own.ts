import { realpathSync } from 'node:fs';
import { parse, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, type ExitCode } from '../../model/exit.ts';
import { formatProblem, problemsOf } from '../../model/problem.ts';
import { exitFor } from '../../release/index.ts';
import type { Runbook } from '../../release/runbook/index.ts';
import { type Io, processIo } from '../io.ts';
import { carryOut } from './carry-out.ts';
import { ownUsage } from './texts.ts';
import { readOwnWords } from './words.ts';

/** The door of a runbook that is started by its file: `node runbooks/rollback.ts production --reason …`. */

/** Runs it if its file is the program that was started, and does nothing when it was only imported. @param module its `import.meta.url` */
export async function runIfStarted(module: string, runbook: Runbook): Promise<void> {
  const file = fileURLToPath(module);
  const [, started] = process.argv;
  // In a bundle it lies in a file together with others, and is started by a program of its own.
  if (parse(file).name !== runbook.id || started === undefined || realpath(started) !== realpath(file)) return;
  process.exitCode = await ownProgram(module, runbook);
}

/** Runs it with the words of this process. @param module `import.meta.url` of the program, for its help */
export function ownProgram(module: string, runbook: Runbook): Promise<ExitCode> {
  const file = fileURLToPath(module);
  return ownMain(runbook, process.argv.slice(2), processIo(), `node ${relative('', file) || file}`);
}

/** @param command how it was started, for its help */
export async function ownMain(runbook: Runbook, argv: readonly string[], io: Io, command: string): Promise<ExitCode> {
  const help = `${command} --help`;
  const json = argv.includes('--json');
  try {
    const words = readOwnWords(runbook, argv, help);
    if (words.help) {
      io.out(ownUsage(runbook, command));
      return EXIT.done;
    }
    const { mode, yes, options } = words;
    const result = await carryOut(io, runbook, words, { mode, yes, options, help });
    io.out(json ? `${JSON.stringify(result.json, null, 2)}\n` : `${result.text.trimEnd()}\n`);
    return result.exit;
  } catch (error) {
    const problems = problemsOf(error, `runbook ${runbook.id}`);
    if (json) io.out(`${JSON.stringify({ problems }, null, 2)}\n`);
    else for (const problem of problems) io.err(`error ${formatProblem(problem)}\n`);
    return exitFor(problems);
  }
}

/** A launcher may be a link. */
function realpath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
