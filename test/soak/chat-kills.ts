import { parseArgs } from 'node:util';
import { killAt } from '../support/chat/kills.ts';
import { openForges } from '../support/chat/place.ts';

/**
 * A runner of the chat that is killed with -9 at every call to the forge, before and after the call took effect, and is started again, while a part
 * of all other calls fails: nothing may be lost or doubled, and the last comment must be true.
 *   --rounds N  with other faults each (default: 5)
 *   --rate P    part of the calls that fails (default: 0.3)
 *   --seed N    (default: 1)
 * Ctrl-C ends it after the kill that is under way, and prints what was found by then.
 */

process.env['GIT_ALLOW_PROTOCOL'] = 'file';
const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { rounds: option, rate: option, seed: option } });
const [rounds, rate, seed] = [Number(values.rounds ?? '5'), Number(values.rate ?? '0.3'), Number(values.seed ?? '1')];
await using forges = await openForges();
const total = { kills: 0, calls: 0, faults: 0, starts: 0 };
const wrong: string[] = [];
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
for (let round = 0; round < rounds; round++) {
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; !stop.signal.aborted; at++) {
      const killed = await killAt({ at, when, seed: seed * 10_000 + round * 1_000 + at, rate }, forges);
      if (killed.reached) total.kills++;
      total.calls += killed.calls;
      total.faults += killed.faults;
      total.starts += killed.starts;
      wrong.push(...killed.wrong.map((one) => `round ${round}, ${when} call ${at}: ${one}`));
      if (!killed.reached) break;
    }
  }
}
wrong.push(...forges.world.sim.wrong());
for (const one of wrong) console.log(one);
console.log(
  `${total.kills} kills in ${rounds} rounds: ${total.starts} starts, ${total.calls} calls, ${total.faults} of them failed; wrong: ${wrong.length}`,
);
process.exitCode = wrong.length > 0 ? 1 : 0;
