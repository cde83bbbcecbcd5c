import type { QuarantineRecord } from '../../model/quarantine.ts';
import { action, readRun, type Step } from '../../procedure/index.ts';
import { doOrNothing } from '../../rollout/index.ts';
import type { Target } from '../environment/target.ts';
import type { ReleaseRecord } from '../record.ts';
import { causeOf, entriesOf, quarantineEffects, readQuarantineOf } from './record.ts';

export interface TakingBack {
  /** What goes. */
  readonly candidate: ReleaseRecord;
  /** What stays, or comes back; null: nothing. */
  readonly stays: ReleaseRecord | null;
  /** A person takes it back by a run of its own; else the journal of the run says why it goes. */
  readonly asked: { readonly who: string; readonly why: string } | null;
}

interface Facts {
  readonly there: readonly QuarantineRecord[];
  readonly cause: ReturnType<typeof causeOf> | { readonly cause: 'gone-back-from'; readonly why: string };
  readonly time: string;
}

/** Part of every way back: what was taken back does not return, in any environment, before somebody releases it. */
export function quarantineStep(target: Target, { candidate, stays, asked }: TakingBack): Step<Facts, object> {
  const { store, environment, service } = target;
  const { version } = candidate.release;
  return action<Facts>({
    id: 'quarantine',
    title: `Put what came with ${version} into quarantine, if that is why it goes`,
    inputs: { version },
    read: async (ctx) => ({
      there: await readQuarantineOf(store, environment),
      cause:
        asked === null
          ? ctx.mode === 'plan'
            ? null
            : causeOf(await readRun(store, ctx.run))
          : { cause: 'gone-back-from', why: asked.why },
      time: new Date(ctx.clock.now()).toISOString(),
    }),
    decide: ({ there, cause, time }, ctx) => {
      if (cause === null) return { kind: 'nothing', why: 'nothing speaks against what was released' };
      const who = asked?.who ?? `run ${ctx.run}`;
      const entries = entriesOf({ candidate, stays, run: ctx.run, ...cause, who, time });
      return doOrNothing(
        quarantineEffects(store, { service, environment }, there, entries),
        entries.length === 0 ? `${version} is made of what serves already` : 'it is on the list',
      );
    },
    probe: 'repeatable',
    urgent: true,
  });
}
