import { parseArgs } from 'node:util';
import { distance } from 'fastest-levenshtein';
import { nearest } from '../../model/json.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { Input, Runbook } from '../../release/runbook/index.ts';
import { interview } from '../ask.ts';
import type { Io } from '../io.ts';
import type { ChangeOptions, CommonOptions, PersonOptions } from '../session.ts';

/** The words of a command line that say what a runbook is to do. */

export interface RunbookWords {
  readonly environment: string | undefined;
  /** Texts of inputs by name. */
  readonly texts: Readonly<Record<string, string>>;
}

/** The same of a runbook that is started by its file, with what every door has. */
export interface OwnWords extends RunbookWords {
  readonly help: boolean;
  readonly mode: 'run' | 'plan' | 'document';
  readonly yes: boolean;
  readonly options: CommonOptions & PersonOptions & ChangeOptions;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const DOOR = {
  environment: text,
  input: { type: 'string', multiple: true },
  config: text,
  state: text,
  'sign-key': text,
  as: text,
  'break-glass': text,
  json: flag,
  quiet: flag,
  plan: flag,
  document: flag,
  yes: flag,
  change: text,
  'await-override': flag,
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** What stands behind the name of the runbook: an environment, and inputs as options. @throws ProblemError `cli.usage` */
export function readWords(
  runbook: Runbook,
  argv: readonly string[],
  pairs: readonly string[],
  help = `shiplock runbook show ${runbook.id}`,
): RunbookWords {
  const { values, positionals } = parse(runbook, argv, { environment: text, input: DOOR.input }, help);
  const given = listOf(values['input']);
  return {
    environment: environmentOf(values, positionals, help),
    texts: textsOf(runbook, values, [...pairs, ...given], help),
  };
}

/** All words of a runbook that is started by its file. @throws ProblemError `cli.usage` */
export function readOwnWords(runbook: Runbook, argv: readonly string[], help: string): OwnWords {
  const { values, positionals } = parse(runbook, argv, DOOR, help);
  if (values['plan'] === true && values['document'] === true) {
    throw new ProblemError(usage('--plan and --document', 'one of the two', help));
  }
  return {
    environment: environmentOf(values, positionals, help),
    texts: textsOf(runbook, values, listOf(values['input']), help),
    help: values['help'] === true,
    mode: values['plan'] === true ? 'plan' : values['document'] === true ? 'document' : 'run',
    yes: values['yes'] === true,
    options: {
      ...textOf(values, 'config', 'config'),
      ...textOf(values, 'state', 'state'),
      ...textOf(values, 'sign-key', 'signKey'),
      ...textOf(values, 'as', 'as'),
      ...textOf(values, 'break-glass', 'breakGlass'),
      ...textOf(values, 'change', 'change'),
      awaitOverride: values['await-override'] === true,
      json: values['json'] === true,
      quiet: values['quiet'] === true,
    },
  };
}

function parse(
  { inputs }: Runbook,
  argv: readonly string[],
  door: Readonly<Record<string, (typeof DOOR)[keyof typeof DOOR]>>,
  help: string,
): { readonly values: Values; readonly positionals: readonly string[] } {
  const own = Object.fromEntries(inputs.map((input) => [input.name, input.kind === 'flag' ? flag : text]));
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options: { ...own, ...door } });
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    const unknown = /^Unknown option '--?([^']+)'/.exec(sentence)?.[1];
    const known = [...Object.keys(own), ...Object.keys(door)];
    const near = unknown === undefined ? undefined : nearest(unknown, known, distance);
    const options = known.map((name) => `--${name}`).join(', ');
    throw new ProblemError({
      ...usage(sentence, unknown === undefined ? 'options as the help has them' : `one of ${options}`, help),
      ...(near === undefined ? {} : { remedy: `did you mean --${near}? Otherwise see \`${help}\`` }),
    });
  }
}

function environmentOf(values: Values, positionals: readonly string[], help: string): string | undefined {
  const named = values['environment'];
  const all = [...(typeof named === 'string' ? [named] : []), ...positionals];
  if (all.length > 1) {
    throw new ProblemError(usage(`${all.length} environments: ${all.join(', ')}`, 'one environment', help));
  }
  return all[0];
}

function textsOf(
  { inputs }: Runbook,
  values: Values,
  pairs: readonly string[],
  help: string,
): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const { name } of inputs) {
    const value = values[name];
    if (typeof value === 'string') texts[name] = value;
    if (value === true) texts[name] = 'yes';
  }
  for (const pair of pairs) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    const input = inputs.find((one) => one.name === name);
    if (input === undefined) throw new ProblemError(unknownInput(pair, name, inputs, help));
    if (Object.hasOwn(texts, name)) throw new ProblemError(usage(`--${name} twice`, 'each input once', help));
    texts[name] = value;
  }
  return texts;
}

function unknownInput(pair: string, name: string, inputs: readonly Input[], help: string): Problem {
  const names = inputs.map((one) => one.name);
  const near = nearest(name, names, distance);
  return {
    ...usage(`--input ${pair}`, `NAME=TEXT with one of ${names.join(', ') || 'no name: it has no inputs'}`, help),
    ...(near === undefined ? {} : { remedy: `did you mean ${near}? Otherwise see \`${help}\`` }),
  };
}

/**
 * Asks for what is missing where somebody sits at a terminal; elsewhere it stays missing.
 * @throws ProblemError `cli.usage` when there is no environment in the end
 */
export async function askMissing(
  io: Io,
  { inputs }: Runbook,
  words: RunbookWords,
  help: string,
): Promise<RunbookWords & { readonly environment: string }> {
  const { environment } = words;
  if (io.asks !== true) {
    if (environment === undefined)
      throw new ProblemError(usage('no environment', 'one environment of shiplock.yaml', help));
    return { ...words, environment };
  }
  const missing = inputs.filter((input) => input.required && words.texts[input.name] === undefined);
  if (environment !== undefined && missing.length === 0) return { ...words, environment };
  const questions = interview(io);
  try {
    const answered = environment ?? (await questions.ask('Which environment?', '', nothing));
    const texts: Record<string, string> = { ...words.texts };
    for (const input of missing) {
      // Names of hosts and services are compared where the environment is known.
      texts[input.name] = await questions.ask(input.question, '', (answer) => {
        const found = input.parse(answer === '' ? undefined : answer, { hosts: [answer], services: [answer] });
        return found.ok ? undefined : found.problems[0]?.expected;
      });
    }
    return { environment: answered, texts };
  } finally {
    await questions.close();
  }
}

function nothing(answer: string): string | undefined {
  return answer === '' ? 'the name of one' : undefined;
}

function listOf(value: Values[string]): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function textOf<K extends string>(values: Values, from: string, to: K): { readonly [key in K]?: string } {
  const value = values[from];
  const found: { [key in K]?: string } = {};
  if (typeof value === 'string') found[to] = value;
  return found;
}

function usage(found: string, expected: string, help: string): Problem {
  return { code: 'cli.usage', where: 'command line', found, expected, remedy: `see \`${help}\`` };
}
