import { systemClock } from '../../procedure/machine/clock.ts';
import { bucketMain } from './bucket.ts';

// Changes the bucket of a component: the command of effects that happen there. Runs without the rest of the program, so that an effect starts fast.
process.exitCode = await bucketMain(process.argv.slice(2), {
  env: process.env,
  clock: systemClock,
  out: (text) => {
    process.stdout.write(text);
  },
  err: (text) => {
    process.stderr.write(text);
  },
});
