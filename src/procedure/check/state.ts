import type { Check, Checked } from '../../model/check.ts';
import { isUnfinished } from '../journal/load.ts';
import { listRuns, type RunSummary, verifyRun } from '../journal/runs.ts';
import { readLease } from '../lease/file.ts';
import { isGone } from '../machine/identity.ts';

/** Health of a state directory: journals that are whole, leases that somebody holds. */

/** The newest ones: a broken journal matters while its run can still be resumed or looked up. */
const JOURNALS = 50;

export function journalsCheck(store: string): Check {
  return {
    id: 'state.journals',
    title: 'Journals of the last runs',
    look: async (signal) => {
      const runs = (await listRuns(store)).slice(-JOURNALS);
      const broken: string[] = [];
      for (const { run } of runs) {
        signal.throwIfAborted();
        const { kind, text } = await verifyRun(store, run);
        if (kind === 'broken') broken.push(`${run}: ${text}`);
      }
      return journalsAnswer(runs.length, broken);
    },
  };
}

/** Pure. */
export function journalsAnswer(count: number, broken: readonly string[]): Checked {
  const [first] = broken;
  if (first === undefined) return { state: 'ok', found: count === 0 ? 'no run yet' : `${count} intact` };
  const run = first.slice(0, first.indexOf(':'));
  return {
    state: 'failed',
    found: `${broken.length} of ${count} broken, the first: ${first}`,
    expected: 'unbroken chains',
    mend: `shiplock journal verify ${run}; restore its directory from a backup of the state directory`,
  };
}

/** Does a run hold the environment that nobody goes on with? */
export function leaseCheck(store: string, environment: string): Check {
  return {
    id: 'state.lease',
    title: `Lease of ${environment}`,
    look: async () => {
      const lease = await readLease(store, environment);
      const holder = lease?.lease.holder ?? null;
      if (holder === null) return { state: 'ok', found: 'held by nobody' };
      const run = (await listRuns(store)).find((one) => one.run === holder.run);
      return leaseAnswer({
        run: holder.run,
        who: `${holder.who} on ${holder.host}`,
        process: holder.pid === 0 ? 'none' : isGone(holder) ? 'gone' : 'works',
        unfinished: await isUnfinished(store, holder.run),
        state: run?.state ?? 'running',
      });
    },
  };
}

interface Holder {
  readonly run: string;
  readonly who: string;
  /** `gone`: it ended without a word. */
  readonly process: 'works' | 'none' | 'gone';
  readonly unfinished: boolean;
  readonly state: RunSummary['state'];
}

/** Pure. */
export function leaseAnswer({ run, who, process, unfinished, state }: Holder): Checked {
  if (process === 'works') return { state: 'ok', found: `run ${run} works (${who})` };
  if (!unfinished) return { state: 'ok', found: `left by run ${run}, which is over: the next run takes it` };
  if (state === 'waiting') {
    return {
      state: 'warning',
      found: `run ${run} waits at a gate, and keeps the environment`,
      expected: 'an environment that the next release can take',
      mend: `shiplock gate show ${run}`,
    };
  }
  return {
    state: 'warning',
    found: `run ${run} of ${who} keeps it, and no process works on it${process === 'gone' ? ' (it died)' : ''}`,
    expected: 'a run that is gone on with to its end',
    mend: `shiplock resume ${run}`,
  };
}
