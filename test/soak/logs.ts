import { halfDone, rotate } from '../support/runbooks/log-kills.ts';
import { ask, logsSetup, writtenNumbers } from '../support/runbooks/logs.ts';
import { commandWorld } from '../support/runbooks/world.ts';

/**
 * Logs of a serving Nginx put aside, the program and all it has started killed before each command by which it changes something, then run again:
 * every request is in the logs once, and nothing half done is left. `node test/soak/logs.ts [ROUNDS]`
 */

const rounds = Number(process.argv[2] ?? 1);
await using world = await commandWorld([], logsSetup(0));
let last = 0;
let kills = 0;
let faults = 0;
for (let round = 1; round <= rounds; round++) {
  for (let killAt = 1; ; killAt++) {
    let going = true;
    const load = (async () => {
      while (going) await ask(world.dir, [++last]);
    })();
    const killed = await rotate(world.dir, { killAt, due: true });
    const again = await rotate(world.dir, { due: false });
    going = false;
    await load;
    await ask(world.dir, [++last]);
    const numbers = await writtenNumbers(world.dir, last);
    const whole = numbers.length === last && numbers.every((number, at) => number === at + 1);
    const left = halfDone(world.dir);
    if (!whole || left.length > 0 || again.code !== 0) {
      faults++;
      console.log(
        `kill ${killAt}: ${numbers.length} of ${last} lines, left ${left.join(' ') || 'nothing'}, again ${again.code} ${again.said}`,
      );
    }
    if (killed.code === 0) break;
    kills++;
  }
}
console.log(`${rounds} rounds: ${kills} kills, ${last} requests logged meanwhile, ${faults} faults`);
if (faults > 0) process.exitCode = 1;
