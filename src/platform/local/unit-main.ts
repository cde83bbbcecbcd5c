import { systemClock } from '../../procedure/machine/clock.ts';
import { unitMain } from './unit.ts';

// Runs `unit …` without the rest of the program, so that an effect on a host starts fast.
process.exitCode = await unitMain(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  clock: systemClock,
  out: (text) => {
    process.stdout.write(text);
  },
  err: (text) => {
    process.stderr.write(text);
  },
});
