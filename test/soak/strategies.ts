import { isDeepStrictEqual, parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { openStrategy } from '../support/strategy-sweep.ts';
import { STRATEGIES } from '../support/strategy-world.ts';

/**
 * kill -9 at every journal boundary of every strategy, there and taken back: real processes and journals over simulated hosts, each killed once, and
 * some of them twice. The world at the end is compared with that of a release that nobody killed, and the rules are looked at at every boundary.
 *   --only STRATEGY  canary, blue-green or rolling (default: all)
 *   --singles N      boundaries of each, chosen by the seed (default: every one)
 *   --pairs N        that die twice (default: 30)
 *   --seed N         (default: 1)
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { only: option, singles: option, pairs: option, seed: option } });
for (const strategy of STRATEGIES.filter((one) => (values.only ?? one) === one)) {
  for (const bad of [false, true]) {
    const from = performance.now();
    const report = await crashSweep({
      open: () => openStrategy(strategy, bad),
      pairs: Number(values.pairs ?? '30'),
      seed: Number(values.seed ?? '1'),
      ...(values.singles === undefined ? {} : { singles: Number(values.singles) }),
    });
    const boundaries = report.boundaries.reduce((sum, count) => sum + count, 0);
    console.log(
      `${strategy}, ${bad ? 'taken back' : 'good'}: exit ${report.exit}, ${boundaries} boundaries, ${report.singles} killed once and ${report.pairs} twice, ` +
        `${report.killed} processes killed, ${report.differences.length} different ends; ${((performance.now() - from) / 1000).toFixed(0)} s`,
    );
    for (const difference of report.differences) console.log(JSON.stringify(difference));
    const good = isDeepStrictEqual(report.endState, { ...Object(report.endState), broken: [], twice: [] });
    if (!good) console.log(`also where nobody was killed: ${JSON.stringify(report.endState)}`);
    if (!good || report.differences.length > 0 || boundaries < 50) process.exitCode = 1;
  }
}
