import { closeSync, writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { systemClock } from '../../procedure/machine/clock.ts';
import { supervise } from './supervisor.ts';
import { parseSpec } from './supervisor-spec.ts';

// Entry of a supervisor process, started by start.ts: the specification comes in on standard input, one line of JSON goes out
// when the process runs (or cannot), and from then on it lives alone. The words on its command line are for people with `ps`.

const STOP = new AbortController();
let reload: () => void = () => undefined;
process.on('SIGTERM', () => STOP.abort());
process.on('SIGINT', () => STOP.abort());
process.on('SIGHUP', () => reload());

/** The lock of the command that started us (launch.ts): ours to hold until the run file says that we are here. */
const LOCK_FD = 3;

function releaseLock(): void {
  try {
    closeSync(LOCK_FD);
  } catch {
    // Started by hand, without one.
  }
}

function answer(value: { readonly ok: boolean; readonly error?: string }): void {
  try {
    writeSync(1, `${JSON.stringify(value)}\n`);
  } catch {
    // Whoever started us is gone; the run file tells the rest.
  }
}

try {
  const spec = parseSpec(await text(process.stdin));
  const orders = {
    stop: STOP.signal,
    onReload: (run: () => void) => {
      reload = run;
    },
  };
  await supervise(spec, systemClock, orders, () => {
    releaseLock();
    answer({ ok: true });
  });
} catch (error) {
  answer({ ok: false, error: error instanceof Error ? error.message : String(error) });
  process.stderr.write(`supervisor: ${String(error)}\n`);
  process.exitCode = 1;
}
