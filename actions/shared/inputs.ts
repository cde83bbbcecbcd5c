import { z } from 'zod';
import { type Problem, ProblemError } from '../../src/model/problem.ts';

/** Inputs of actions: one definition gives their types, their check, action.yml and the tables of the documents. */

/** What people read about an input, and what a refusal says of it. */
export interface Field {
  readonly description: string;
  /** Text that stands in action.yml; null where there is none. */
  readonly fallback: string | null;
  readonly required: boolean;
  readonly expects: string;
  /** A value that has a meaning. */
  readonly example: string;
}

const fields = z.registry<Field>();

/** A text that must be given. */
export function needed(description: string, example: string) {
  const field = { description, fallback: null, required: true, expects: 'a value', example };
  return z.string().register(fields, field);
}

/** A text that may be left out. */
export function optional(description: string, example: string) {
  const field = { description, fallback: null, required: false, expects: 'a value', example };
  return z.string().optional().register(fields, field);
}

/** A text with a value of its own when it is left out. */
export function usually(description: string, fallback: string) {
  const field = { description, fallback, required: false, expects: 'a value', example: fallback };
  return z.string().default(fallback).register(fields, field);
}

/** One of some words, or left out. */
export function oneOf<const W extends readonly [string, ...string[]]>(description: string, words: W) {
  const [example] = words;
  const field = { description, fallback: null, required: false, expects: `one of ${words.join(', ')}`, example };
  return z.enum(words).optional().register(fields, field);
}

/** true or false; false when it is left out. */
export function flag(description: string) {
  const field = { description, fallback: 'false', required: false, expects: 'true or false', example: 'true' };
  return z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .default(false)
    .register(fields, field);
}

/** What is said of every input of an action, in the order of its definition. */
export function fieldsOf(inputs: z.ZodObject): ReadonlyMap<string, Field> {
  return new Map(
    Object.entries(inputs.shape).map(([name, schema]) => {
      const field = fields.get(schema);
      if (field === undefined) throw new TypeError(`the input ${name} has no description`);
      return [name, field];
    }),
  );
}

/**
 * Reads every input by its name. `get` gives the text of an input, empty when it is not set.
 * @throws ProblemError `cli.action-input` for each that is missing or has no meaning
 */
export function readInputs<I extends z.ZodObject>(inputs: I, get: (name: string) => string): z.output<I> {
  const known = fieldsOf(inputs);
  const texts = [...known.keys()].map((name) => [name, get(name).trim()] as const);
  const given = Object.fromEntries(texts.filter(([, text]) => text !== ''));
  const parsed = inputs.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = new Set(parsed.error.issues.map(({ path }) => String(path[0])));
  throw new ProblemError([...wrong].map((name) => badInput(name, given[name], known.get(name))));
}

function badInput(name: string, text: string | undefined, field: Field | undefined): Problem {
  const example = `\`${name}:\` under \`with:\`, for instance ${field?.example ?? ''}`;
  return {
    code: 'cli.action-input',
    where: `input ${name}`,
    found: text === undefined ? 'nothing' : JSON.stringify(text),
    expected: field?.expects ?? 'a known input',
    remedy: text === undefined ? `set ${example}` : `mend ${example}, or leave it out`,
  };
}
