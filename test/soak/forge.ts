import { parseArgs } from 'node:util';
import { forgeStorm } from '../support/forge-storm.ts';

/**
 * Every kind of change at the forge simulator, while a part of all calls fails in every way: nothing may be lost, nothing doubled.
 *   --runs N    storms (default: 20)
 *   --rounds N  changes of each kind in a storm (default: 20)
 *   --rate P    part of the calls that fails (default: 0.3)
 *   --seed N    of the first storm (default: 1)
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { runs: option, rounds: option, rate: option, seed: option } });
const runs = Number(values.runs ?? '20');
const rounds = Number(values.rounds ?? '20');
const rate = Number(values.rate ?? '0.3');
const first = Number(values.seed ?? '1');

const total = { calls: 0, faults: 0, lost: 0, doubled: 0, wrong: 0 };
for (let seed = first; seed < first + runs; seed++) {
  const result = await forgeStorm({ seed, rounds, rate });
  total.calls += result.calls;
  total.faults += result.faults;
  total.lost += result.lost.length;
  total.doubled += result.doubled.length;
  total.wrong += result.wrong.length;
  for (const one of [...result.lost, ...result.doubled, ...result.wrong]) console.log(`seed ${seed}: ${one}`);
}
console.log(
  `${runs} storms of ${rounds} rounds: ${total.calls} calls, ${total.faults} of them failed; lost ${total.lost}, doubled ${total.doubled}, not as described ${total.wrong}`,
);
process.exitCode = total.lost + total.doubled + total.wrong > 0 ? 1 : 0;
