import type { z } from 'zod';

/** What an action is, apart from what it does. action.yml and the documents are made from this. */
export interface Definition<I extends z.ZodObject = z.ZodObject, O extends string = string> {
  /** Its directory. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputs: I;
  readonly outputs: Readonly<Record<O, string>>;
  /** Begins runs: when the job is over, however it ended, a run whose process died is looked after. */
  readonly acts: boolean;
}

/** Keeps the types of inputs and outputs. */
export function defineAction<I extends z.ZodObject, O extends string>(definition: Definition<I, O>): Definition<I, O> {
  return definition;
}

export type InputsOf<D> = D extends Definition<infer I, string> ? z.output<I> : never;
export type OutputsOf<D> = D extends Definition<z.ZodObject, infer O> ? Readonly<Record<O, string>> : never;
