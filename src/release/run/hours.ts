import { z } from 'zod';
import { windowAt } from '../../procedure/gate/windows.ts';
import { type Step, step } from '../../procedure/index.ts';
import type { DatabaseTarget } from '../environment/target.ts';

/** Whether the windows of the policy bind what comes after the approval: an override of the gate lets the whole run through. */

const outputs = z.strictObject({ overridden: z.boolean() });
export type HoursOutputs = Readonly<z.infer<typeof outputs>>;

/** A window that closes between the gate and this step was open a moment ago. */
const MOMENT_MS = 60_000;

/**
 * Stands right behind the gate that asks for the window. The gate passes while the window is open, or by an override: so where it has been closed
 * for longer than a moment, somebody with the role has let this run through.
 */
export function hoursStep(database: DatabaseTarget): Step<HoursOutputs, HoursOutputs> {
  return step<HoursOutputs, HoursOutputs>({
    id: 'hours',
    title: 'See whether the run is let through outside of its hours',
    read: async (ctx) => {
      const windows = await database.policyWindows();
      const now = ctx.clock.now();
      const closed = (at: number): boolean => windows !== null && windowAt(windows, at).kind === 'closed';
      return { overridden: closed(now) && closed(now - MOMENT_MS) };
    },
    decide: ({ overridden }) => ({
      kind: 'nothing',
      why: overridden
        ? 'an override let it through: it goes on at any time'
        : 'each statement begins in an open window only',
    }),
    outputs,
    collect: (_results, facts) => facts,
    planned: () => ({ overridden: false }),
    probe: 'repeatable',
  });
}
