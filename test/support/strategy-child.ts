import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Boundary } from '../../src/procedure/api.ts';
import { resumeProcedure, runProcedure } from '../../src/procedure/index.ts';
import { createSecrets } from '../../src/procedure/masking/secrets.ts';
import { isRecorded } from '../procedure/fixtures/engine.ts';
import { killSwitch } from './crash-sweep.ts';
import { NO_COMMANDS, tree } from './engine.ts';
import { isStrategy, STRATEGY_RUN, strategyNode, strategyWorld } from './strategy-world.ts';
import { virtualClock } from './virtual-clock.ts';

/**
 * `node strategy-child.ts STRATEGY good|bad DIR REPORT [KILL]`: begins or goes on with the release in DIR and exits with its code. What is true at every
 * boundary of the journal is added to DIR/trace, so that it outlives the process.
 */
const [strategy = '', quality, dir = '', report = '', kill] = process.argv.slice(2);
if (!isStrategy(strategy)) throw new Error(`no strategy "${strategy}"`);

// A machine's clock goes on while nobody runs.
const clockFile = join(dir, 'clock');
const clock = virtualClock(existsSync(clockFile) ? Number(readFileSync(clockFile, 'utf8')) : undefined);
const world = strategyWorld(strategy, quality === 'bad', dir, clock);
const dies = killSwitch(kill === undefined ? undefined : Number(kill), report);
const options = {
  store: join(dir, 'state'),
  clock,
  secrets: createSecrets({ env: {} }),
  exec: NO_COMMANDS,
  who: 'sweep',
  killAt: (boundary: Boundary) => {
    const { type, node, when } = boundary;
    writeFileSync(clockFile, String(clock.now()));
    appendFileSync(join(dir, 'trace'), `${JSON.stringify({ boundary: { type, node, when }, truth: world.truth() })}\n`);
    dies(boundary);
  },
};
const procedure = tree(strategyNode(strategy, world.rollout));
const result = await clock.runUntil(
  (await isRecorded(options.store, STRATEGY_RUN))
    ? resumeProcedure(procedure, STRATEGY_RUN, options)
    : runProcedure(procedure, { ...options, run: STRATEGY_RUN }),
);
for (const problem of result.problems) process.stderr.write(`${JSON.stringify(problem)}\n`);
writeFileSync(clockFile, String(clock.now()));
process.exitCode = result.exit;
