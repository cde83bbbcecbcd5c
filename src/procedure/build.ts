import { z } from 'zod';
import type { EffectResult } from '../model/effect.ts';
import type {
  Choice,
  DecideContext,
  ForEach,
  Gate,
  Node,
  OpaqueStep,
  Parallel,
  Procedure,
  ReadContext,
  RepeatUntil,
  Sequence,
  Step,
  Watch,
} from './tree.ts';

/** Builders: the same nodes with the usual defaults, so that a procedure reads as its SOP does. */

const NOTHING = z.strictObject({});
type Nothing = z.infer<typeof NOTHING>;

type StepDefaults = 'kind' | 'version' | 'timeoutMs' | 'retry' | 'urgent' | 'outputs' | 'collect';

/** A step with typed outputs: `outputs` and `collect` are given together. */
export function step<F, O>(
  spec: Omit<Step<F, O>, StepDefaults> &
    Partial<Pick<Step, 'version' | 'timeoutMs' | 'retry' | 'urgent' | 'endsLease' | 'marked'>> & {
      readonly outputs: Step<F, O>['outputs'];
      collect(results: readonly EffectResult[], facts: F, ctx: DecideContext): O;
    },
): Step<F, O> {
  return { version: 1, timeoutMs: 60_000, retry: { attempts: 1, delayMs: 0 }, urgent: false, ...spec, kind: 'step' };
}

/** A step that records nothing but that it was done. */
export function action<F>(
  spec: Omit<Step<F, Nothing>, StepDefaults | 'planned'> &
    Partial<Pick<Step, 'version' | 'timeoutMs' | 'retry' | 'urgent' | 'endsLease' | 'marked'>>,
): Step<F, Nothing> {
  return step<F, Nothing>({ ...spec, outputs: NOTHING, collect: () => ({}), planned: () => ({}) });
}

export function opaque<O>(
  spec: Omit<OpaqueStep<O>, 'kind' | 'version' | 'timeoutMs'> & Partial<Pick<OpaqueStep, 'version' | 'timeoutMs'>>,
): OpaqueStep<O> {
  return { version: 1, timeoutMs: 60_000, ...spec, kind: 'opaque' };
}

export function gate(spec: Omit<Gate, 'kind'>): Gate {
  return { ...spec, kind: 'gate' };
}

export function watch<S, M, O>(
  spec: Omit<Watch<S, M, O>, 'kind' | 'version'> & { readonly version?: number },
): Watch<S, M, O> {
  return { version: 1, ...spec, kind: 'watch' };
}

export function sequence(spec: Omit<Sequence, 'kind'>): Sequence {
  return { ...spec, kind: 'sequence' };
}

export function parallel(spec: Omit<Parallel, 'kind' | 'limit'> & { readonly limit?: number }): Parallel {
  return { limit: 4, ...spec, kind: 'parallel' };
}

export function choice<F>(spec: Omit<Choice<F>, 'kind'>): Choice<F> {
  return { ...spec, kind: 'choice' };
}

/** A choice that needs no look at the world. */
export function choose(
  spec: Omit<Choice<null>, 'kind' | 'read' | 'choose'> & { choose(ctx: DecideContext): string },
): Choice<null> {
  return {
    ...spec,
    kind: 'choice',
    read: async (_ctx: ReadContext) => null,
    choose: (_facts, ctx) => spec.choose(ctx),
  };
}

export function repeatUntil(spec: Omit<RepeatUntil, 'kind'>): RepeatUntil {
  return { ...spec, kind: 'repeatUntil' };
}

/**
 * The same body for each item, in batches: the first item alone, then 10 %, 50 % and 100 % of all (cumulative, rounded up).
 * `body` must give each item's node an id of its own.
 */
export function forEach<T>(
  spec: Omit<ForEach, 'kind' | 'batches'> & {
    readonly items: readonly T[];
    body(item: T): Node;
    /** Cumulative shares after the first item; default 0.1, 0.5, 1. */
    readonly shares?: readonly number[];
  },
): ForEach {
  const { items, body, shares = [0.1, 0.5, 1], ...rest } = spec;
  const ends = [1, ...shares.map((share) => Math.max(1, Math.ceil(items.length * share))), items.length];
  const batches: Node[][] = [];
  let from = 0;
  for (const end of ends) {
    if (end <= from) continue;
    const batch = items.slice(from, end).map(body);
    if (batch.length > 0) batches.push(batch);
    from = end;
  }
  return { ...rest, kind: 'forEach', batches };
}

export function procedure(spec: Omit<Procedure, 'version'> & { readonly version?: number }): Procedure {
  return { version: 1, ...spec };
}
