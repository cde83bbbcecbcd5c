import type { ResolvedEnvironment } from '../../config/index.ts';
import type { ConditionLook } from '../../procedure/index.ts';
import type { Service } from '../door.ts';
import type { ChangeLooks } from './asked.ts';
import { outcomesOf, runsOf } from './runs.ts';

/** The look behind the gate of a change: the record as it lies there, and the runs that name it. */
export function changeLooks(
  { environment }: Pick<ResolvedEnvironment, 'environment'>,
  { store, clock }: Pick<Service, 'store' | 'clock'>,
): ChangeLooks {
  return {
    stands: (asked) => ({
      async look({ run: own }): Promise<ConditionLook> {
        const { id } = asked;
        // Few runs have a record: what reads one is loaded by them alone.
        const [{ objections }, { readChange }] = await Promise.all([import('./standing.ts'), import('./store.ts')]);
        const record = id === null ? null : await readChange(store, environment, id);
        const runs =
          id === null ? [] : outcomesOf(await runsOf(store, environment, id)).filter(({ run }) => run !== own);
        const found = objections({ asked, environment, record, runs, now: clock.now() });
        return {
          // The request and the plan: what somebody lets pass is these words and this plan, and no others.
          about: { change: id, request: asked.request, plan: asked.plan },
          unmet: found.map(({ problem }) => problem),
          found:
            record === null
              ? 'no change record'
              : `${record.head.change}, "${record.head.title}", asked for by ${record.head.requestedBy}`,
        };
      },
    }),
  };
}
