import { distance } from 'fastest-levenshtein';
import { nearest } from '../model/json.ts';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';
import { commandLine, wordsOf } from './line.ts';

/** What may be said in a comment: definitions, which the doors make from the commands that they share, and the reading of a comment. Pure. */

export interface ChatParameter {
  /** `environment`, `reason`. */
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** An option that may be given several times. */
  readonly many: boolean;
  /** What is wrong with a value; undefined: nothing. */
  check(value: string): string | undefined;
}

export interface ChatCommand {
  /** Words after the slash: `deploy`, `gate fill`. */
  readonly name: string;
  readonly summary: string;
  /**
   * What it does: only looks, looks at what a commit would do and keeps that, changes something, brings a commit forward, leads back from one, or
   * begins a run that is about no commit.
   */
  readonly kind: ChatKind;
  /** The parameter that names the environment or the run it is about; null: none. */
  readonly about: string | null;
  readonly arguments: readonly ChatParameter[];
  readonly options: readonly ChatParameter[];
}

export const CHAT_KINDS = ['looks', 'plans', 'changes', 'forward', 'back', 'runs'] as const;
/** Is the command about a commit, which must then be found before anything is done? */
export function meansCommit({ kind }: Pick<ChatCommand, 'kind'>): boolean {
  return kind === 'forward' || kind === 'plans';
}
export type ChatKind = (typeof CHAT_KINDS)[number];

/** A command with its values, each checked by itself. */
export interface Said {
  readonly command: ChatCommand;
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** The first value of a parameter. */
export function valueFor({ values }: Said, name: string): string | undefined {
  return values.get(name)?.[0];
}

/** What a comment says: undefined when it is no command of ours, and nothing is near. */
export function readComment(body: string, commands: readonly ChatCommand[]): Result<Said> | undefined {
  const firsts = firstWords(commands);
  const line = commandLine(body, firsts);
  if (line === undefined) return undefined;
  const words = line.ok ? wordsOf(line.value) : line;
  const first = /^\/([a-z-]+)/.exec(body.trimStart())?.[1] ?? '';
  // Other programs have commands too: what is not even near to one of ours is theirs.
  if (!firsts.includes(first) && near(first, firsts) === undefined) return undefined;
  return words.ok ? readWords(words.value, commands) : words;
}

function readWords([slashed = '', ...rest]: readonly string[], commands: readonly ChatCommand[]): Result<Said> {
  const first = slashed.slice(1);
  const family = commands.filter(({ name }) => name === first || name.startsWith(`${first} `));
  if (family.length === 0) return bad(unknownCommand(first, firstWords(commands)));
  const single = family.find(({ name }) => name === first);
  if (single !== undefined) return readValues(single, rest);
  const [second = '', ...values] = rest;
  const command = family.find(({ name }) => name === `${first} ${second}`);
  if (command !== undefined) return readValues(command, values);
  return bad(
    unknownCommand(
      `${first} ${second}`.trim(),
      family.map(({ name }) => name),
    ),
  );
}

function readValues(command: ChatCommand, words: readonly string[]): Result<Said> {
  const values = new Map<string, readonly string[]>();
  const problems: Problem[] = [];
  const plain: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (!word.startsWith('-')) {
      plain.push(word);
      continue;
    }
    const [, name = '', , inline] = /^--([a-z][a-z-]*)(=(.*))?$/s.exec(word) ?? [];
    const option = command.options.find((one) => one.name === name);
    if (option === undefined) {
      problems.push(unknownOption(command, word));
      continue;
    }
    const value = inline ?? queue.shift();
    if (value === undefined) problems.push(wrong(command, option, 'nothing', 'a value'));
    else if (values.has(name) && !option.many) problems.push(wrong(command, option, 'the same twice', 'it once'));
    else values.set(name, [...(values.get(name) ?? []), value]);
  }
  const extra = plain.slice(command.arguments.length);
  if (extra.length > 0) problems.push(tooMany(command, extra[0] ?? ''));
  for (const [index, argument] of command.arguments.entries()) {
    const value = plain[index];
    if (value !== undefined) values.set(argument.name, [value]);
  }
  for (const parameter of [...command.arguments, ...command.options])
    problems.push(...amiss(command, parameter, values));
  return problems.length > 0 ? bad(...problems) : ok({ command, values });
}

function amiss(
  command: ChatCommand,
  parameter: ChatParameter,
  values: ReadonlyMap<string, readonly string[]>,
): readonly Problem[] {
  const given = values.get(parameter.name);
  if (given === undefined) {
    return parameter.required ? [wrong(command, parameter, 'nothing', parameter.description)] : [];
  }
  return given.flatMap((value) => {
    const why = value.trim() === '' ? 'It must say something.' : parameter.check(value);
    return why === undefined ? [] : [wrong(command, parameter, value.slice(0, 60), why.replace(/\.$/, ''))];
  });
}

/** `/deploy <environment> [--reason …]` */
export function usageOf({ name, arguments: list, options }: ChatCommand): string {
  const words = list.map((one) => (one.required ? `<${one.name}>` : `[${one.name}]`));
  const flags = options.map((one) => (one.required ? `--${one.name} …` : `[--${one.name} …]`));
  return [`/${name}`, ...words, ...flags].join(' ');
}

/** Rows of a table in Markdown: what can be said, and what it does. One definition serves `/help` and the documentation. */
export function helpTable(commands: readonly ChatCommand[]): string {
  const rows = commands.map((one) => `| \`${usageOf(one)}\` | ${one.summary} |`);
  return ['| command | what it does |', '| --- | --- |', ...rows].join('\n');
}

/** The same for one command: each parameter. */
export function helpOf(command: ChatCommand): string {
  const rows = [
    ...command.arguments.map((one) => `| \`${one.name}\` | ${cell(one.description)} |`),
    ...command.options.map(
      (one) => `| \`--${one.name}\`${one.required ? '' : ' (optional)'} | ${cell(one.description)} |`,
    ),
  ];
  return [
    `\`${usageOf(command)}\`: ${command.summary}`,
    '',
    '| parameter | what it is |',
    '| --- | --- |',
    ...rows,
  ].join('\n');
}

/** Text in a table of Markdown: `<commit>` would be taken for markup there. */
function cell(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('|', '\\|');
}

function firstWords(commands: readonly ChatCommand[]): readonly string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))];
}

/** Nearest of these words, if it is at most two letters away: a wider net would catch commands of other programs. */
function near(word: string, known: readonly string[]): string | undefined {
  const found = nearest(word, known, distance);
  return found !== undefined && word.length > 2 && distance(word, found) <= 2 ? found : undefined;
}

function unknownCommand(word: string, known: readonly string[]): Problem {
  const found = nearest(word, known, distance);
  return {
    code: 'chat.unknown-command',
    where: 'the command',
    found: `/${word}`,
    expected: `one of ${known.map((one) => `/${one}`).join(', ')}`,
    remedy: found === undefined ? '`/help` lists them' : `did you mean /${found}?`,
  };
}

function unknownOption(command: ChatCommand, word: string): Problem {
  const known = command.options.map(({ name }) => `--${name}`);
  const found = nearest(word.split('=')[0] ?? '', known, distance);
  return {
    code: 'chat.unknown-option',
    where: `/${command.name}`,
    found: word.slice(0, 60),
    expected: known.length === 0 ? 'no option' : `one of ${known.join(', ')}`,
    remedy: found === undefined ? `write \`${usageOf(command)}\`` : `did you mean ${found}?`,
  };
}

function tooMany(command: ChatCommand, word: string): Problem {
  return {
    code: 'chat.too-many-words',
    where: `/${command.name}`,
    found: word.slice(0, 60),
    expected: `\`${usageOf(command)}\``,
    remedy: 'put a text of several words into quotes: --reason "checkout fails"',
  };
}

function wrong(command: ChatCommand, { name }: ChatParameter, found: string, expected: string): Problem {
  const isOption = command.options.some((one) => one.name === name);
  return {
    code: 'chat.wrong-value',
    where: `/${command.name}: ${isOption ? '--' : ''}${name}`,
    found,
    expected,
    remedy: `write \`${usageOf(command)}\``,
  };
}
