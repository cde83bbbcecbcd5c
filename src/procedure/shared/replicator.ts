import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { LeaseLostError } from '../lease/fence.ts';
import { type RunPaths, runPaths } from '../store.ts';
import {
  type Compared,
  compareCopy,
  countLines,
  NOTHING_COPIED,
  noteCopied,
  type Position,
  textBehind,
} from './position.ts';
import type { SharedStore } from './store.ts';
import { StoreUnreachableError } from './unreachable.ts';

/** Keeps the copy of a run's journal up with the journal itself, which is the truth: records are copied as they lie on the disk. */
export interface Replicator {
  /** Something was recorded: it is copied before long. Never waits, never fails. */
  touch(): void;
  /**
   * Waits until all that is recorded now is copied. Throws StoreUnreachableError when that takes longer than `withinMs`, LeaseLostError when
   * somebody else has gone on with the run.
   */
  flush(withinMs: number): Promise<void>;
  /** Stops copying. */
  close(): void;
}

export interface ReplicatorOptions {
  readonly shared: SharedStore;
  readonly store: string;
  readonly run: string;
  readonly clock: Clock;
  /** The run is new: there is no copy of it. */
  readonly fresh: boolean;
}

/** Between two tries to reach a store that does not answer. */
const AGAIN_MS = 1_000;

export function createReplicator(options: ReplicatorOptions): Replicator {
  const { shared, clock } = options;
  const paths = runPaths(options.store, options.run);
  const stopped = new AbortController();
  let at: Position | undefined = options.fresh ? NOTHING_COPIED : undefined;
  let queue: Promise<void> = Promise.resolve();
  let due = false;

  const copy = (): Promise<void> => {
    const next = queue.then(async () => {
      at = await copyRun({ ...options, paths, from: at });
    });
    queue = next.catch(() => undefined);
    return next;
  };

  const later = async (): Promise<void> => {
    await clock.sleep(shared.settings.everyMs, stopped.signal);
    due = false;
    await copy();
  };

  return {
    touch() {
      if (due || stopped.signal.aborted) return;
      due = true;
      // What fails here fails again where somebody waits for it.
      void later().catch(() => undefined);
    },
    async flush(withinMs) {
      const begun = clock.monotonic();
      for (;;) {
        try {
          return await withLimit(copy(), withinMs - (clock.monotonic() - begun), options);
        } catch (error) {
          const left = withinMs - (clock.monotonic() - begun);
          if (!(error instanceof StoreUnreachableError) || left <= 0) throw error;
          await clock.sleep(Math.min(AGAIN_MS, left), stopped.signal);
        }
      }
    },
    close() {
      stopped.abort();
    },
  };
}

/** The promise, or an unreachable store when it takes longer. The work goes on by itself. */
async function withLimit(work: Promise<void>, ms: number, { clock, shared }: ReplicatorOptions): Promise<void> {
  const done = new AbortController();
  const late = clock.sleep(Math.max(0, ms), done.signal).then(() => {
    throw tooSlow(shared.where);
  });
  late.catch(() => undefined);
  work.catch(() => undefined);
  try {
    await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}

function tooSlow(where: string): StoreUnreachableError {
  return new StoreUnreachableError({
    code: 'store.behind',
    where,
    found: 'a git store that has not taken what the run recorded',
    expected: 'every record in git before the next forward step',
    remedy:
      'wait until git answers and resume; in an emergency --break-glass with a reason goes on without it, and `shiplock journal import` makes git true afterwards',
  });
}

interface CopyOptions extends Pick<ReplicatorOptions, 'shared' | 'run'> {
  readonly paths: RunPaths;
  /** Where the copy stands; undefined when nobody has looked yet. */
  readonly from: Position | undefined;
}

/** Copies what is missing, once. Throws what `flush` throws, and a problem when copy and journal have parted. */
export async function copyRun({ shared, run, paths, from }: CopyOptions): Promise<Position> {
  let at = from ?? (await whereCopyStands({ shared, run, paths }));
  for (let attempt = 0; ; attempt++) {
    const { journal, payloads } = await textBehind(paths, at);
    if (journal === '' && !at.payloadsAnew) return at;
    const { payloadsAnew, records } = at;
    const version = await shared.replica.append(run, at.version, { seq: records, journal, payloads, payloadsAnew });
    if (version !== undefined) {
      const next: Position = {
        version,
        records: records + countLines(journal),
        journalBytes: at.journalBytes + Buffer.byteLength(journal),
        payloadBytes: at.payloadBytes + Buffer.byteLength(payloads),
        payloadsAnew: false,
      };
      await noteCopied(paths, shared.where, next);
      return next;
    }
    // Rejected: an earlier push of ours got there although we never heard so, or somebody else goes on with this run.
    if (attempt >= 5) throw tooSlow(shared.where);
    at = await whereCopyStands({ shared, run, paths });
  }
}

async function whereCopyStands({ shared, run, paths }: Omit<CopyOptions, 'from'>): Promise<Position> {
  const copy = await shared.replica.read(run);
  if (copy === undefined) return NOTHING_COPIED;
  const compared = compareCopy(copy, await textBehind(paths, NOTHING_COPIED));
  if (compared.kind === 'behind') return compared.at;
  if (compared.kind === 'ahead') throw new LeaseLostError(`run ${run} was gone on with on another machine`);
  throw new ProblemError(parted(run, shared.where, compared));
}

export function parted(run: string, where: string, { seq }: Extract<Compared, { kind: 'apart' }>) {
  return {
    code: 'store.parted',
    where: `run ${run}`,
    found: `another record ${seq} in ${where} than here: the run was gone on with on another machine before this one was copied`,
    expected: 'a journal that one holder after the other has added to',
    remedy: `git holds what counts. Keep the records of this machine as evidence (\`shiplock journal show ${run}\`), then move runs/${run} out of the state directory; the next command that needs the run takes it from git`,
  };
}
