import type { Ended, Start, StartBook } from '../../alerts/index.ts';
import { EXIT } from '../../model/exit.ts';
import type { Json } from '../../model/json.ts';
import type { Clock } from '../../model/ports.ts';
import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import { listRuns, type StopSignal } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { openEnvironment } from '../environment/service.ts';
import { exitFor } from '../exit.ts';
import { type RunbookOutcome, resumeRunbook, runRunbook } from '../runbook/run.ts';
import { type FindRunbook, notUnattended } from './rules.ts';

/** Begins what alerts have started, one after the other, and goes on with what another process has left. */

export interface StarterOptions {
  readonly door: DoorOptions;
  readonly environment: string;
  readonly find: FindRunbook;
  readonly book: StartBook;
  readonly clock: Clock;
  readonly stop: StopSignal;
  note(level: 'info' | 'warn' | 'error', what: string, about: { readonly [key: string]: Json }): void;
}

export interface Starter {
  /** Takes one that is durable. */
  take(start: Start): void;
  /** When nothing is under way any more; after a stop what is left stays for the next process. */
  idle(): Promise<void>;
}

/** Somebody else has the environment, or git does not answer: how long, and how often, it is tried again. */
const PATIENCE_MS = 5 * 60_000;
const AGAIN_MS = 2_000;

export function createStarter(options: StarterOptions): Starter {
  const { book, stop, note } = options;
  const queue: Start[] = book.all().filter(({ ended }) => ended === null);
  let working: Promise<void> | undefined;

  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const ended = await carryThrough(options, next);
      if (ended === null) return;
      await book.end(next.run, ended);
    }
  };
  const begin = (): void => {
    working ??= work()
      .catch((error: unknown) => {
        // The book cannot be written: it stays as it is, and the next process looks again.
        note('error', 'stopped', { problems: codesOf(problemsOf(error, 'alerts')) });
      })
      .finally(() => {
        working = undefined;
        if (queue.length > 0 && stop.requested === undefined) begin();
      });
  };
  if (queue.length > 0) begin();
  return {
    take(start) {
      queue.push(start);
      begin();
    },
    idle: async () => {
      while (working !== undefined) await working;
    },
  };
}

/** Null: stopped on the way; the next process goes on with it. */
async function carryThrough(options: StarterOptions, start: Start): Promise<Ended | null> {
  const { clock, stop, note } = options;
  const about = { run: start.run, rule: start.rule, runbook: start.runbook, alert: start.alertname };
  const from = clock.monotonic();
  for (;;) {
    if (stop.requested !== undefined) return null;
    note('info', 'starts', about);
    const tried = await attempt(options, start);
    const { ended, problems } = tried;
    const bad = problems.length > 0 || ended?.outcome !== 'done';
    note(bad ? 'warn' : 'info', ended === null ? 'stopped' : ended.outcome, { ...about, problems: codesOf(problems) });
    if (!tried.again || clock.monotonic() - from >= PATIENCE_MS) return ended;
    await clock.sleep(AGAIN_MS, stop.signal).catch(() => undefined);
  }
}

interface Attempt {
  readonly ended: Ended | null;
  /** It was not begun, and trying again may help. */
  readonly again: boolean;
  readonly problems: readonly Problem[];
}

async function attempt(options: StarterOptions, start: Start): Promise<Attempt> {
  const { clock } = options;
  try {
    const outcome = await runOrResume(options, start);
    const { problems } = outcome;
    if (outcome.outcome === 'stopped') return { ended: null, again: false, problems };
    const begun = outcome.outcome !== 'lease-held' || (await isRecorded(options, start));
    const ended: Ended = { kind: begun ? 'begun' : 'not-begun', outcome: outcome.outcome, at: clock.now() };
    return { ended, again: outcome.outcome === 'lease-held', problems };
  } catch (error) {
    const problems = problemsOf(error, start.runbook);
    const kind = (await isRecorded(options, start)) ? 'begun' : 'not-begun';
    const ended: Ended = { kind, outcome: problems[0]?.code ?? 'failed', at: clock.now() };
    return { ended, again: exitFor(problems) === EXIT.failed, problems };
  }
}

/** The run that the start names: begun, or gone on with where a process before this one has begun it. */
async function runOrResume({ door, environment, find, stop }: StarterOptions, start: Start): Promise<RunbookOutcome> {
  const { run, rule, alertname, fingerprint, startsAt, texts } = start;
  const who = `alert ${alertname} (rule ${rule})`;
  const service = await openEnvironment({ ...door, who, run, signal: stop }, environment);
  const runbook = await find(start.runbook);
  const problems = notUnattended(start.runbook, runbook);
  if (problems.length > 0) throw new ProblemError(problems);
  if ((await listRuns(service.store)).some((one) => one.run === run)) return resumeRunbook(service, run, find);
  const alert = { alertname, rule, fingerprint, startsAt: new Date(startsAt).toISOString() };
  return runRunbook(service, runbook, { texts, alert });
}

async function isRecorded({ door, environment }: StarterOptions, { run }: Start): Promise<boolean> {
  try {
    const { store } = await openEnvironment(door, environment);
    return (await listRuns(store)).some((one) => one.run === run);
  } catch {
    // Unknown: then it counts as begun, and nothing is begun a second time.
    return true;
  }
}

function codesOf(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ code, where, found }) => `${code}: ${where}: ${found}`);
}
