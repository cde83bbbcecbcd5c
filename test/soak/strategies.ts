import { isDeepStrictEqual, parseArgs } from 'node:util';
import { crashSweep } from '../support/crash-sweep.ts';
import { openStrategy } from '../support/strategy-sweep.ts';
import { STRATEGIES } from '../support/strategy-world.ts';
import { CRASH_OPTIONS, crashAsked, crashSaid } from './support/crash.ts';

/**
 * kill -9 at every journal boundary of every strategy, there and taken back: real processes and journals over simulated hosts, each killed once, and
 * some of them twice. The world at the end is compared with that of a release that nobody killed, and the rules are looked at at every boundary.
 *   --only STRATEGY  canary, blue-green or rolling (default: all)
 *   --singles (default: every one), --pairs (30), --dealt, --seed and the like: see support/crash.ts
 */

const { values } = parseArgs({ options: { ...CRASH_OPTIONS, only: { type: 'string' } } });
for (const strategy of STRATEGIES.filter((one) => (values.only ?? one) === one)) {
  for (const bad of [false, true]) {
    const name = `${strategy}, ${bad ? 'taken back' : 'good'}`;
    const report = await crashSweep({
      open: () => openStrategy(strategy, bad),
      ...crashAsked(values, { pairs: 30 }, name),
    });
    crashSaid(name, report, bad ? 4 : 0);
    const good = isDeepStrictEqual(report.endState, { ...Object(report.endState), broken: [], twice: [] });
    if (!good) console.log('also where nobody was killed a rule was broken, or something was done twice');
    if (!good || report.boundaries.reduce((sum, count) => sum + count, 0) < 50) process.exitCode = 1;
  }
}
