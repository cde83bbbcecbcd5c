import type { Problem } from '../../model/problem.ts';
import { problemsOf } from '../../model/problem.ts';
import { digestOf } from '../journal/canonical.ts';
import { withDeadline } from '../machine/deadline.ts';
import type { Condition, ReadContext } from '../tree.ts';

/** The condition of a gate at the moment of a look; what persons say counts for what they were shown, so it is part of what they sign. */
export interface Looked {
  /** Digest of what was looked at. */
  readonly about: string;
  readonly found: string;
  readonly unmet: readonly Problem[];
}

const LOOK_MS = 60_000;

/** Looks. A look that fails shows nothing: that is no pass, and the gate waits. */
export async function lookAt(condition: Condition, where: string, ctx: ReadContext): Promise<Looked> {
  try {
    const { about, unmet, found } = await withDeadline(
      { clock: ctx.clock, ms: LOOK_MS, what: where, signal: ctx.signal, abandon: true },
      (signal) => condition.look({ ...ctx, signal }),
    );
    return { about: digestOf(about), found, unmet };
  } catch (error) {
    if (ctx.signal.aborted) throw error;
    return { about: digestOf(null), found: 'it could not be looked at', unmet: problemsOf(error, where) };
  }
}

/** What a gate stands for, with what its condition is about. Pure. */
export function subjectWith(subject: string, about: string | undefined): string {
  return about === undefined ? subject : digestOf({ subject, about });
}
