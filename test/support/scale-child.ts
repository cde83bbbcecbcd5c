import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Boundary } from '../../src/procedure/api.ts';
import { resumeProcedure, runProcedure } from '../../src/procedure/index.ts';
import { createSecrets } from '../../src/procedure/masking/secrets.ts';
import { isRecorded } from '../procedure/fixtures/engine.ts';
import { killSwitch } from './crash-sweep.ts';
import { NO_COMMANDS } from './engine.ts';
import { rollingWorld } from './rolling-world.ts';
import { SCALE_RUN } from './scale-sweep.ts';
import { scaleProcedure, scaleRules } from './scale-world.ts';
import { virtualClock } from './virtual-clock.ts';

/** `node scale-child.ts out|in DIR REPORT [KILL]`: begins or goes on with the run in DIR. Rules that are broken at a boundary are added to DIR/broken. */
const [word = '', dir = '', report = '', kill] = process.argv.slice(2);
const way = word === 'out' ? 'out' : 'in';
const clockFile = join(dir, 'clock');
const clock = virtualClock(existsSync(clockFile) ? Number(readFileSync(clockFile, 'utf8')) : undefined);
const world = rollingWorld({ dir, clock, hosts: 3, spare: 1, fault: null, ...(way === 'out' ? { lost: 'h03' } : {}) });
const dies = killSwitch(kill === undefined ? undefined : Number(kill), report);
const options = {
  store: join(dir, 'state'),
  clock,
  secrets: createSecrets({ env: {} }),
  exec: NO_COMMANDS,
  who: 'sweep',
  killAt: (boundary: Boundary) => {
    writeFileSync(clockFile, String(clock.now()));
    for (const text of scaleRules(world.truth(), way, existsSync(join(dir, 'answered')), boundary))
      appendFileSync(join(dir, 'broken'), `${text}\n`);
    dies(boundary);
  },
};
const procedure = scaleProcedure(world, way);
const result = await clock.runUntil(
  (await isRecorded(options.store, SCALE_RUN))
    ? resumeProcedure(procedure, SCALE_RUN, options)
    : runProcedure(procedure, { ...options, run: SCALE_RUN }),
);
for (const problem of result.problems) process.stderr.write(`${JSON.stringify(problem)}\n`);
writeFileSync(clockFile, String(clock.now()));
process.exitCode = result.exit;
