import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { tree } from './engine.ts';
import { isStrategy, STRATEGY_RUN, strategyNode, strategyWorld } from './strategy-world.ts';
import { virtualRun } from './virtual-run.ts';

/**
 * `node strategy-child.ts STRATEGY good|bad DIR REPORT [KILL]`: begins or goes on with the release in DIR and exits with its code. What is true at every
 * boundary of the journal is added to DIR/trace, so that it outlives the process.
 */
const [strategy = '', quality, dir = '', report = '', kill] = process.argv.slice(2);
if (!isStrategy(strategy)) throw new Error(`no strategy "${strategy}"`);

await virtualRun({ dir, report, kill, run: STRATEGY_RUN }, (clock) => {
  const world = strategyWorld(strategy, quality === 'bad', dir, clock);
  return {
    procedure: tree(strategyNode(strategy, world.rollout)),
    reached: ({ type, node, when }) => {
      const boundary = { type, node, when };
      appendFileSync(join(dir, 'trace'), `${JSON.stringify({ boundary, truth: world.truth() })}\n`);
    },
  };
});
