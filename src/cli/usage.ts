import type { Command, CommanderError } from 'commander';
import type { Problem } from '../model/problem.ts';

/** What commander refuses, as a problem: which command it was, what is near, and where the help stands. Pure. */
export function usageProblem(error: CommanderError, program: Command, argv: readonly string[]): Problem {
  const { command, path } = commandOf(program, argv);
  const help = `see \`${path} --help\``;
  // A group of commands without one of them: commander would print its help instead of saying what is missing.
  if (error.code === 'commander.help') {
    return {
      code: 'cli.usage',
      where: 'command line',
      found: path === 'shiplock' ? 'no command' : `no command after \`${path}\``,
      expected: `one of ${names(command).join(', ')}`,
      remedy: help,
    };
  }
  const [sentence = '', hint] = error.message.replace(/^error: /, '').split('\n');
  const near = /Did you mean (.+)\?/.exec(hint ?? '')?.[1];
  return {
    code: 'cli.usage',
    where: 'command line',
    found: sentence.replace(/\.$/, ''),
    expected:
      error.code === 'commander.unknownCommand'
        ? `one of ${names(command).join(', ')}`
        : `\`${[path, command.usage()].join(' ')}\``,
    remedy: near === undefined ? help : `did you mean ${near}? Otherwise ${help}`,
  };
}

/** The deepest command that the words before the first option name. */
function commandOf(program: Command, argv: readonly string[]): { readonly command: Command; readonly path: string } {
  let command = program;
  let path = program.name();
  for (const word of argv) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    command = next;
    path = `${path} ${word}`;
  }
  return { command, path };
}

function names(command: Command): readonly string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => one.name());
}
