import type { Windows } from '../../model/people.ts';
import { closedWindows } from '../../procedure/effects/sql-pace.ts';
import { StepPaused } from '../../procedure/run/pause.ts';
import type { ReadContext } from '../../procedure/tree.ts';

/** When a change may begin: windows of the policy, and those of the database. */
export type Hours = (ctx: ReadContext) => Promise<readonly Windows[]>;

/**
 * The windows that count now. In a run it ends here, as at a gate, while one is closed; a plan only says so.
 * @throws StepPaused
 */
export async function openHours(hours: Hours | undefined, ctx: ReadContext): Promise<readonly Windows[]> {
  const windows = (await hours?.(ctx)) ?? [];
  const problems = closedWindows(windows, ctx.clock.now());
  if (problems.length === 0) return windows;
  if (ctx.mode === 'run') throw new StepPaused('waiting', problems);
  for (const { found, expected } of problems) ctx.note(`not now: ${found}; ${expected}`);
  return windows;
}
