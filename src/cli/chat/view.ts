import { type Argument, type Command, InvalidArgumentError, type Option } from 'commander';
import type { ChatCommand, ChatKind, ChatParameter } from '../../chatops/index.ts';

/**
 * Which commands of the command line may be written as comments, declared beside each command: its texts and parsers are the same. Only what is
 * listed is open; nothing that names a file, a key or a program of the machine ever is.
 */
export interface ChatView {
  /** What it is called in a comment; left out: as on the command line. */
  readonly as?: string;
  readonly kind: ChatKind;
  /** The argument or option that names the environment or the run it is about. */
  readonly about: string;
  /** Options that are open. */
  readonly options: readonly string[];
  /** Arguments and options that a comment must give although the command line need not. */
  readonly needs?: readonly string[];
}

/** A chat command with the words of the command line that it stands for. */
export interface SharedCommand extends ChatCommand {
  readonly words: readonly string[];
}

const views = new WeakMap<Command, ChatView>();

/** Opens a command to comments. */
export function openToChat(command: Command, view: ChatView): Command {
  views.set(command, view);
  return command;
}

/** Every command that is open, in the order of the tree. */
export function sharedCommands(program: Command, before: readonly string[] = []): readonly SharedCommand[] {
  return program.commands.flatMap((command) => {
    const words = [...before, command.name()];
    const view = views.get(command);
    return [...(view === undefined ? [] : [shared(command, words, view)]), ...sharedCommands(command, words)];
  });
}

function shared(command: Command, words: readonly string[], view: ChatView): SharedCommand {
  const options = view.options.map((name) => {
    const option = command.options.find(({ long }) => long === `--${name}`);
    if (option === undefined) throw new TypeError(`${words.join(' ')} has no option --${name}`);
    return optionOf(option, name, view.needs?.includes(name) === true);
  });
  return {
    words,
    name: view.as ?? words.join(' '),
    summary: command.summary() || command.description().replace(/\..*$/s, ''),
    kind: view.kind,
    about: view.about,
    // What takes any number of words takes options of the command line, too.
    arguments: command.registeredArguments
      .filter(({ variadic }) => !variadic)
      .map((one) => argumentOf(one, view.needs?.includes(one.name()) === true)),
    options,
  };
}

function argumentOf(argument: Argument, needed: boolean): ChatParameter {
  const { description, required, argChoices } = argument;
  const parse = argument.parseArg;
  return {
    name: argument.name(),
    description,
    required: required || needed,
    many: false,
    check: (value) => refusal(value, argChoices, parse === undefined ? undefined : () => parse(value, undefined)),
  };
}

function optionOf(option: Option, name: string, needed: boolean): ChatParameter {
  const { description, mandatory, argChoices } = option;
  const parse = option.parseArg;
  return {
    name,
    description,
    required: mandatory || needed,
    many: name === 'item' || name === 'input',
    check: (value) => refusal(value, argChoices, parse === undefined ? undefined : () => parse(value, undefined)),
  };
}

/** What the parser of the command line says against a value. */
function refusal(
  value: string,
  choices: readonly string[] | undefined,
  parse: (() => unknown) | undefined,
): string | undefined {
  if (choices !== undefined && !choices.includes(value)) return `Allowed choices are ${choices.join(', ')}.`;
  try {
    parse?.();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message;
    throw error;
  }
}

/** The words for the command line: each value in one word with its option, so that no value is ever taken for an option. */
export function argvOf(command: SharedCommand, values: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const given = (name: string): readonly string[] => values.get(name) ?? [];
  return [
    ...command.words,
    ...command.options.flatMap(({ name }) => given(name).map((value) => `--${name}=${value}`)),
    ...command.arguments.flatMap(({ name }) => given(name)),
  ];
}
