import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Policy } from '../../../src/rollout/analysis/index.ts';
import type { RuleResult } from './peers/run.ts';
import type { Outcome, Until } from './play.ts';

/** A slice of a family: releases `from` … `from + count − 1` under one policy. */
export interface Slice {
  readonly family: string;
  readonly from: number;
  readonly count: number;
  /** Replaces settings of the frozen default. */
  readonly policy: Partial<Policy>;
  readonly until: Until;
  readonly servers: boolean;
  /** Also play the peers' rules on the same releases. */
  readonly peers: boolean;
}

/** What a thread answers, in the order of the seeds. */
export interface Played {
  readonly outcomes: readonly Outcome[];
  /** Per rule of `peerRules()`; empty without peers. */
  readonly peers: readonly (readonly RuleResult[])[];
}

/** Releases per message: small enough that both processors end together. */
const SLICE = 200;

/** Plays releases on every processor of the machine. */
export interface Pool extends AsyncDisposable {
  /** Outcomes in the order of the seeds. */
  play(slice: Slice): Promise<Played>;
}

export function openPool(size = availableParallelism()): Pool {
  const idle: Worker[] = [];
  const waiting: ((worker: Worker) => void)[] = [];
  const workers = Array.from({ length: size }, () => new Worker(new URL('./worker.ts', import.meta.url)));
  idle.push(...workers);

  const free = (worker: Worker): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };
  const take = (): Promise<Worker> => {
    const worker = idle.pop();
    return worker === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(worker);
  };
  const ask = async (slice: Slice): Promise<Played> => {
    const worker = await take();
    try {
      return await answerOf(worker, slice);
    } finally {
      free(worker);
    }
  };
  return {
    async play(slice) {
      const parts: Promise<Played>[] = [];
      for (let done = 0; done < slice.count; done += SLICE) {
        parts.push(ask({ ...slice, from: slice.from + done, count: Math.min(SLICE, slice.count - done) }));
      }
      return joined(await Promise.all(parts));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function joined(parts: readonly Played[]): Played {
  const rules = parts[0]?.peers.length ?? 0;
  return {
    outcomes: parts.flatMap((part) => part.outcomes),
    peers: Array.from({ length: rules }, (_, rule) => parts.flatMap((part) => part.peers[rule] ?? [])),
  };
}

function answerOf(worker: Worker, slice: Slice): Promise<Played> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      worker.off('message', answered).off('error', failed);
    };
    const answered = (played: Played): void => {
      done();
      resolve(played);
    };
    const failed = (error: unknown): void => {
      done();
      reject(error);
    };
    worker.on('message', answered).on('error', failed);
    worker.postMessage(slice);
  });
}
