import { text } from 'node:stream/consumers';
import { systemClock } from '../procedure/machine/clock.ts';
import { createExec } from '../procedure/machine/exec.ts';
import { httpClient } from '../procedure/machine/http-client.ts';
import { valuesMain } from './commit/values-main.ts';

// The effect of a commit step, without the rest of the program. Whoever ends it leaves nothing in the line: its process is gone then.
process.exitCode = await valuesMain(
  await text(process.stdin),
  {
    exec: createExec(),
    clock: systemClock,
    http: httpClient,
    random: Math.random,
    signal: new AbortController().signal,
  },
  (answer) => {
    process.stdout.write(answer);
  },
);
