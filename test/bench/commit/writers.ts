import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runWriters, type WritersOptions, type WritersReport } from '../../support/commit-writers.ts';
import { type Figure, say } from '../support/figure.ts';

const WRITERS = 32;
const COMMITS = { shared: 20, loop: 50, apart: 5 } as const;
/** The loop is ended while all its writers are at work. */
const LOOP_SECONDS = 90;
/** Promised for writers that share a machine. */
const TIMES = 5;

/** Ours twice around the loop, so that a machine that grows slower or faster meanwhile is unfair to nobody. */
export async function writerFigures(): Promise<readonly Figure[]> {
  const before = await measure('shared');
  const loop = await measure('loop');
  const apart = await measure('apart');
  const after = await measure('shared');
  const rate = ({ landed, seconds }: WritersReport): number => landed / seconds;
  const shared = (before.landed + after.landed) / (before.seconds + after.seconds);
  const times = shared / rate(loop);
  const words = (report: WritersReport): string =>
    `${rate(report).toFixed(2)} commits/s, ${(report.tries / Math.max(1, report.landed)).toFixed(1)} tries for each`;
  const sound = [before, after, apart].every(({ faults }) => faults.length === 0);
  return [
    { name: `pull, rebase, push, full jitter: ${WRITERS} writers`, value: words(loop), met: null },
    {
      name: `ours, ${WRITERS} writers on one machine`,
      value: `${shared.toFixed(2)} commits/s (${rate(before).toFixed(2)} before, ${rate(after).toFixed(2)} after the loop), ${times.toFixed(1)} × the loop`,
      target: `≥ ${TIMES} ×`,
      met: times >= TIMES,
    },
    {
      name: `ours, ${WRITERS} writers, a cache each`,
      value: `${words(apart)}, ${(rate(apart) / rate(loop)).toFixed(1)} × the loop`,
      met: null,
    },
    {
      name: 'commits lost, doubled or not as told',
      value: String([before, after, apart].flatMap(({ faults }) => faults).length),
      target: '0',
      met: sound,
    },
  ];
}

async function measure(how: WritersOptions['how']): Promise<WritersReport> {
  const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'shiplock-commit-'));
  try {
    const report = await runWriters({
      ...{ dir, writers: WRITERS, commits: COMMITS[how], how },
      ...(how === 'loop' ? { seconds: LOOP_SECONDS } : {}),
    });
    say(`${how}: ${report.landed} commits in ${report.seconds.toFixed(1)} s, ${report.pushes} pushes taken`);
    return report;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
