import { distance } from 'fastest-levenshtein';
import { nearest } from '../../model/json.ts';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import { formatDuration, parseDuration } from '../../model/scalars.ts';

/**
 * Typed inputs of a runbook. Each is an object that knows how a text becomes its value; a procedure asks for the value by the object itself,
 * so that its type is known without a table of types. The texts are what is recorded: a resume reads them again. No input may be a secret.
 */

export type InputKind = 'text' | 'number' | 'choice' | 'host' | 'service' | 'duration' | 'flag';

/** What an input may be compared with: names of the environment it is given for. */
export interface InputPlace {
  readonly hosts: readonly string[];
  readonly services: readonly string[];
}

export interface Input<T = unknown> {
  readonly kind: InputKind;
  /** Option of the command line: lower-case letters, digits and dashes. */
  readonly name: string;
  /** What a person is asked at a terminal, and what stands in help and SOP. */
  readonly question: string;
  /** Text that stands for one that was not given; undefined: see `required`. */
  readonly usual: string | undefined;
  readonly required: boolean;
  /** For `choice`. */
  readonly options: readonly string[];
  /** Pure. The text as it was given, undefined when nothing was. */
  parse(text: string | undefined, place: InputPlace): Result<T>;
}

interface Common {
  readonly name: string;
  readonly question: string;
}

interface Spec<T> extends Common {
  readonly kind: InputKind;
  readonly usual?: string | undefined;
  readonly options?: readonly string[];
  read(text: string, place: InputPlace): Result<T>;
}

function required<T>({ usual, options = [], ...spec }: Spec<T>): Input<T> {
  return {
    ...spec,
    usual,
    options,
    required: usual === undefined,
    parse(text, place) {
      const given = text ?? usual;
      return given === undefined ? bad(missing(spec)) : spec.read(given, place);
    },
  };
}

function optional<T>(spec: Spec<T>): Input<T | undefined> {
  return {
    ...spec,
    usual: undefined,
    options: spec.options ?? [],
    required: false,
    parse: (text, place) => (text === undefined || text === '' ? ok(undefined) : spec.read(text, place)),
  };
}

export interface TextSpec extends Common {
  readonly usual?: string;
  /** Fewest characters; default 1. */
  readonly minLength?: number;
  /** Says what is wrong with a text, or nothing. Pure. */
  check?(text: string): string | undefined;
}

function textSpec(spec: TextSpec): Spec<string> {
  const { name, question, usual, minLength = 1 } = spec;
  return {
    ...{ kind: 'text', name, question, usual },
    read(text) {
      if (text.trim().length < minLength) {
        return bad(wrong(name, JSON.stringify(text), `a text of at least ${minLength} characters`));
      }
      const why = spec.check?.(text);
      return why === undefined ? ok(text) : bad(wrong(name, JSON.stringify(text), why));
    },
  };
}

export const text = (spec: TextSpec): Input<string> => required(textSpec(spec));
export const optionalText = (spec: Omit<TextSpec, 'usual'>): Input<string | undefined> => optional(textSpec(spec));

export interface NumberSpec extends Common {
  readonly usual?: number;
  readonly min: number;
  readonly max: number;
}

/** A whole number. */
export function number({ name, question, usual, min, max }: NumberSpec): Input<number> {
  return required({
    ...{ kind: 'number', name, question, usual: usual === undefined ? undefined : String(usual) },
    read(text) {
      const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max
        ? ok(value)
        : bad(wrong(name, JSON.stringify(text), `a whole number from ${min} to ${max}`));
    },
  });
}

export function choice<const O extends string>(
  spec: Common & { readonly options: readonly O[]; readonly usual?: NoInfer<O> },
): Input<O> {
  const { name, question, options, usual } = spec;
  return required<O>({
    ...{ kind: 'choice', name, question, usual, options },
    read(text) {
      const found = options.find((option) => option === text);
      return found === undefined ? bad(oneOf(name, text, options)) : ok(found);
    },
  });
}

/** How long: milliseconds inside, `30s` outside. */
export function duration(
  spec: Common & { readonly usual?: string; readonly minMs?: number; readonly maxMs: number },
): Input<number> {
  const { name, question, usual, minMs = 1, maxMs } = spec;
  return required({
    ...{ kind: 'duration', name, question, usual },
    read(text) {
      const ms = parseDuration(text) ?? Number.NaN;
      const range = `a duration from ${formatDuration(minMs)} to ${formatDuration(maxMs)}, such as 30s`;
      return ms >= minMs && ms <= maxMs ? ok(ms) : bad(wrong(name, JSON.stringify(text), range));
    },
  });
}

/** Off unless it is given. */
export function flag({ name, question }: Common): Input<boolean> {
  return required<boolean>({
    ...{ kind: 'flag', name, question, usual: 'no' },
    read: (text) =>
      text === 'yes' || text === 'no' ? ok(text === 'yes') : bad(wrong(name, JSON.stringify(text), 'yes or no')),
  });
}

/** Name of a host of the environment; undefined: all that are meant. */
export function host({ name, question }: Common): Input<string | undefined> {
  return optional({
    ...{ kind: 'host', name, question },
    read: (text, { hosts }) => (hosts.includes(text) ? ok(text) : bad(oneOf(name, text, hosts))),
  });
}

/** Name of a service of `system.services`; undefined: all of them. */
export function service({ name, question }: Common): Input<string | undefined> {
  return optional({
    ...{ kind: 'service', name, question },
    read: (text, { services }) => (services.includes(text) ? ok(text) : bad(oneOf(name, text, services))),
  });
}

/** The same, where one must be named. */
export function neededService({ name, question }: Common): Input<string> {
  return required({
    ...{ kind: 'service', name, question },
    read: (text, { services }) => (services.includes(text) ? ok(text) : bad(oneOf(name, text, services))),
  });
}

/** What may be given, in words for help and SOP. Pure. */
export function inputText({ kind, options, usual, required: must }: Input): string {
  const what = kind === 'choice' ? options.join(', ') : kind === 'flag' ? 'yes or no' : kind;
  return usual === undefined ? `${what}${must ? '' : ', may be left out'}` : `${what}, ${usual} when left out`;
}

function missing({ name, question }: Common): Problem {
  return {
    code: 'cli.runbook-input',
    where: `--${name}`,
    found: `no --${name}`,
    expected: question,
    remedy: `give --${name}`,
  };
}

function wrong(name: string, found: string, expected: string): Problem {
  return { code: 'cli.runbook-input', where: `--${name}`, found, expected, remedy: 'give another value' };
}

function oneOf(name: string, text: string, options: readonly string[]): Problem {
  const close = nearest(text, options, distance);
  return {
    code: 'cli.runbook-input',
    where: `--${name}`,
    found: JSON.stringify(text),
    expected: options.length === 0 ? 'nothing: this environment has none' : `one of ${options.join(', ')}`,
    remedy: close === undefined ? 'give one of them' : `did you mean ${close}?`,
  };
}
