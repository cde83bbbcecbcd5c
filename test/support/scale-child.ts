import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { rollingWorld } from './rolling-world.ts';
import { SCALE_RUN } from './scale-sweep.ts';
import { scaleProcedure, scaleRules } from './scale-world.ts';
import { virtualRun } from './virtual-run.ts';

/** `node scale-child.ts out|in DIR REPORT [KILL]`: begins or goes on with the run in DIR. Rules that are broken at a boundary are added to DIR/broken. */
const [word = '', dir = '', report = '', kill] = process.argv.slice(2);
const way = word === 'out' ? 'out' : 'in';
await virtualRun({ dir, report, kill, run: SCALE_RUN }, (clock) => {
  const world = rollingWorld({
    dir,
    clock,
    hosts: 3,
    spare: 1,
    fault: null,
    ...(way === 'out' ? { lost: 'h03' } : {}),
  });
  return {
    procedure: scaleProcedure(world, way),
    reached: (boundary) => {
      for (const text of scaleRules(world.truth(), way, existsSync(join(dir, 'answered')), boundary))
        appendFileSync(join(dir, 'broken'), `${text}\n`);
    },
  };
});
