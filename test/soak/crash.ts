import { parseArgs } from 'node:util';
import { startMariadb } from '../../scripts/components/mariadb.ts';
import {
  blueGreenPlace,
  canaryPlace,
  initialPlace,
  rolledBackPlace,
  rollingBackPlace,
  rollingPlace,
} from '../e2e/support/places.ts';
import { filesBackPlace, rollbackPlace } from '../e2e/support/rollback-place.ts';
import { type Place, reportText, type SweepReport, sweep } from '../e2e/support/sweep.ts';
import { unitPlace } from '../e2e/support/unit-place.ts';
import { whole } from './support/crash.ts';

/**
 * kill -9 at every journal boundary of a first release, of a canary, of the way back, of a blue-green and of a rolling release, and of a unit of two services
 * that goes back, in a row and side by side, and of the runbook `rollback`, at pairs of boundaries, and by the clock.
 *   --only PLACE  initial, canary, blue-green, rolling, taken-back, rolling-back, unit, unit-apart, unit-back; rollback, and files-back of a
 *                 service that is only files; rollback-again, files-back-again: the same words once more instead of a resume (default: all of them)
 *   --singles N   boundaries of each place, chosen by the seed (default: every one)
 *   --skip N      leave out the first N of them: where a sweep was stopped, it goes on
 *   --pairs N     releases that die twice, at each way forward (default: 50); half of it at a way back
 *   --clock N     releases killed from outside at random moments, at each place (default: 20)
 *   --dealt N     instead: all boundaries dealt to N releases, each of which dies at all of its own, one after another
 *   --seed N      (default: 1)
 * Ctrl-C ends it after the release that is under way and prints what was found by then.
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({
  options: { only: option, singles: option, skip: option, pairs: option, clock: option, dealt: option, seed: option },
});
const isDealt = values.dealt !== undefined;
const singles = values.singles ?? (isDealt ? '0' : undefined);
const pairs = whole(values.pairs ?? (isDealt ? '0' : '50'));
const mariadb = await startMariadb();
const places: readonly { readonly name: string; make(): Place; readonly pairs: number; readonly only?: RegExp }[] = [
  { name: 'initial', make: () => initialPlace(mariadb), pairs },
  { name: 'canary', make: () => canaryPlace(mariadb), pairs },
  { name: 'blue-green', make: () => blueGreenPlace(mariadb), pairs },
  { name: 'rolling', make: () => rollingPlace(mariadb), pairs },
  {
    name: 'taken-back',
    make: () => rolledBackPlace(mariadb),
    pairs: Math.round(pairs / 2),
    // Until the verdict it is the canary again.
    only: /\/rollback|analysis\.verdict .*judge|step\.failed|run\.finished .*#1/,
  },
  {
    name: 'rolling-back',
    make: () => rollingBackPlace(mariadb),
    pairs: Math.round(pairs / 2),
    only: /\/rollback|analysis\.verdict .*judge|step\.failed|run\.finished .*#1/,
  },
  { name: 'unit', make: () => unitPlace(), pairs: Math.round(pairs / 2) },
  { name: 'unit-apart', make: () => unitPlace('release', 'apart'), pairs: Math.round(pairs / 2) },
  { name: 'unit-back', make: () => unitPlace('rollback'), pairs: Math.round(pairs / 2) },
  { name: 'rollback', make: () => rollbackPlace(mariadb, 'resume'), pairs: Math.round(pairs / 2) },
  { name: 'rollback-again', make: () => rollbackPlace(mariadb, 'same-words'), pairs: Math.round(pairs / 2) },
  { name: 'files-back', make: () => filesBackPlace('resume'), pairs: Math.round(pairs / 2) },
  { name: 'files-back-again', make: () => filesBackPlace('same-words'), pairs: Math.round(pairs / 2) },
];
const reports: SweepReport[] = [];
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
try {
  for (const { name, make, ...rest } of places.filter((one) => (values.only ?? one.name) === one.name)) {
    const place = make();
    try {
      const report = await sweep(place, {
        seed: whole(values.seed ?? '1'),
        clock: whole(values.clock ?? (isDealt ? '0' : '20')),
        dealt: { runs: whole(values.dealt ?? '0') },
        ...(singles === undefined ? {} : { singles: whole(singles) }),
        ...(values.skip === undefined ? {} : { skip: whole(values.skip) }),
        ...rest,
        signal: stop.signal,
        onTry: (text) => console.log(`${name}: ${text}`),
      });
      reports.push(report);
      console.log(reportText(report));
    } finally {
      await place.close();
    }
  }
} finally {
  await mariadb.stop();
}
console.log(`\n${reports.map(reportText).join('\n')}`);
process.exitCode = reports.length > 0 && reports.every((report) => report.failures.length === 0) ? 0 : 1;
