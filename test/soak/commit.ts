import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runWriters, type WritersOptions } from '../support/commit-writers.ts';

/**
 * Many writers commit to one branch of a bare repository behind a web server, a third of them to the same file: every commit must land, once,
 * as one changed line, by fast-forward. First all on one machine, then each with a cache of its own, as on as many machines; beside them a plain
 * pull, rebase, push loop with full-jitter back-off.
 *   --writers N   processes (default: 32)
 *   --commits N   of each (default: 50)
 *   --apart N     commits of each writer with a cache of its own (default: as --commits; 0: none)
 *   --loop N      seconds of the loop, with all its writers at work (default: 120; 0: none)
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { writers: option, commits: option, apart: option, loop: option } });
const whole = (text: string): number => {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`"${text}" is no whole number`);
};
const writers = whole(values.writers ?? '32');
const commits = whole(values.commits ?? '50');
const apart = whole(values.apart ?? String(commits));
const loopSeconds = whole(values.loop ?? '120');

const WORDS = {
  shared: 'ours, on one machine',
  apart: 'ours, on a machine each',
  loop: 'pull, rebase, push',
} as const;

let sound = true;
const rates = new Map<WritersOptions['how'], number>();
for (const [how, each] of [
  ['shared', commits],
  ['loop', loopSeconds === 0 ? 0 : commits],
  ['apart', apart],
] as const) {
  if (each === 0) continue;
  const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'shiplock-commit-'));
  try {
    const { landed, seconds, tries, pushes, faults } = await runWriters({
      ...{ dir, writers, commits: each, how },
      ...(how === 'loop' ? { seconds: loopSeconds } : {}),
    });
    const rate = landed / seconds;
    rates.set(how, rate);
    sound &&= faults.length === 0 && (how === 'loop' || landed === writers * each);
    console.log(
      [
        `${WORDS[how]}: ${landed} of ${writers * each} landed in ${seconds.toFixed(1)} s, ${rate.toFixed(2)} commits/s`,
        `${(tries / Math.max(1, landed)).toFixed(2)} tries for each, ${pushes} pushes taken`,
        `${faults.length} faults`,
      ].join(' · '),
    );
    for (const fault of faults.slice(0, 20)) console.log(`  FAULT ${fault}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
const base = rates.get('loop');
if (base !== undefined) {
  for (const how of ['shared', 'apart'] as const) {
    const rate = rates.get(how);
    if (rate !== undefined) console.log(`${WORDS[how]}: ${(rate / base).toFixed(1)} × the loop`);
  }
}
process.exitCode = sound ? 0 : 1;
