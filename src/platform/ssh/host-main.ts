import { systemClock } from '../../procedure/machine/clock.ts';
import { hostMain } from './client.ts';

// Asks hosts over ssh: the command of effects that happen there. Runs without the rest of the program, so that an effect starts fast.
process.exitCode = await hostMain(process.argv.slice(2), {
  env: process.env,
  clock: systemClock,
  out: (text) => {
    process.stdout.write(text);
  },
  err: (text) => {
    process.stderr.write(text);
  },
});
