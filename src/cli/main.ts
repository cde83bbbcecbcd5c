import { type Command, CommanderError } from 'commander';
import { EXIT, type ExitCode } from '../model/exit.ts';
import { formatProblem, type Problem, problemsOf } from '../model/problem.ts';
import { exitFor } from '../release/exit.ts';
import { type CommandResult, type Io, painter, processIo } from './io.ts';
import { runPlumbing } from './plumbing.ts';
import { usageProblem } from './usage.ts';

/** Entry of the `shiplock` command. Sets the exit code; never calls process.exit, so that output is never cut. */
export async function main(argv: readonly string[]): Promise<void> {
  const io = processIo();
  process.exitCode = (await runPlumbing(argv, io)) ?? (await runCli(argv, io));
}

/** Runs one command line and says its exit code. Every error leaves as problems: text, or JSON where `--json` was asked for. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  const json = argv.includes('--json');
  let result: CommandResult | undefined;
  const { buildProgram } = await import('./program.ts');
  const program = buildProgram(io, (value) => {
    result = value;
  });
  try {
    await program.parseAsync(helpOfHelp(argv) ? ['--help'] : [...argv], { from: 'user' });
  } catch (error) {
    return reportFailure(error, { program, argv, io, json });
  }
  if (result === undefined) return EXIT.done;
  if (json) io.out(`${JSON.stringify(result.json, null, 2)}\n`);
  else if (result.text !== '') io.out(result.text.endsWith('\n') ? result.text : `${result.text}\n`);
  return result.exit;
}

/** Behind `help` commander takes every word for the name of a command. */
function helpOfHelp([first, second]: readonly string[]): boolean {
  return first === 'help' && (second === '--help' || second === '-h');
}

interface Attempt {
  readonly program: Command;
  readonly argv: readonly string[];
  readonly io: Io;
  readonly json: boolean;
}

function reportFailure(error: unknown, { program, argv, io, json }: Attempt): ExitCode {
  if (error instanceof CommanderError) {
    // Help and version are not failures; commander has printed them.
    if (error.exitCode === 0) return EXIT.done;
    printProblems([usageProblem(error, program, argv)], io, json);
    return EXIT.usage;
  }
  const problems = problemsOf(error, 'shiplock');
  printProblems(problems, io, json);
  return exitFor(problems);
}

export function printProblems(problems: readonly Problem[], io: Io, json: boolean): void {
  if (json) {
    io.out(`${JSON.stringify({ problems }, null, 2)}\n`);
    return;
  }
  const paint = painter({ terminal: io.statusColumns !== undefined, env: io.env });
  for (const problem of problems) io.err(`${paint('red', 'error')} ${formatProblem(problem)}\n`);
}
