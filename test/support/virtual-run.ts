import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Boundary } from '../../src/procedure/api.ts';
import { type Procedure, resumeProcedure, runProcedure } from '../../src/procedure/index.ts';
import { createSecrets } from '../../src/procedure/masking/secrets.ts';
import { isRecorded } from '../procedure/fixtures/engine.ts';
import { killSwitch } from './crash-sweep.ts';
import { NO_COMMANDS } from './engine.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export interface VirtualRun {
  /** Holds the state, and the time at which the process before it ended. */
  readonly dir: string;
  /** File that counts boundaries. */
  readonly report: string;
  /** Boundary at which this process kills itself; undefined: none. */
  readonly kill: string | undefined;
  readonly run: string;
}

/** What is run in a world that goes by this clock. */
export type MakeWorld = (clock: VirtualClock) => {
  readonly procedure: Procedure;
  /** Told of each boundary before the process may die there. */
  reached(boundary: Boundary): void;
};

/** Begins or goes on with the run by a clock of its own, says its problems, and leaves its exit code. A machine's clock goes on while nobody runs. */
export async function virtualRun({ dir, report, kill, run }: VirtualRun, make: MakeWorld): Promise<void> {
  const clockFile = join(dir, 'clock');
  const clock = virtualClock(existsSync(clockFile) ? Number(readFileSync(clockFile, 'utf8')) : undefined);
  const { procedure, reached } = make(clock);
  const dies = killSwitch(kill === undefined ? undefined : Number(kill), report);
  const options = {
    store: join(dir, 'state'),
    clock,
    secrets: createSecrets({ env: {} }),
    exec: NO_COMMANDS,
    who: 'sweep',
    killAt: (boundary: Boundary) => {
      writeFileSync(clockFile, String(clock.now()));
      reached(boundary);
      dies(boundary);
    },
  };
  const result = await clock.runUntil(
    (await isRecorded(options.store, run))
      ? resumeProcedure(procedure, run, options)
      : runProcedure(procedure, { ...options, run }),
  );
  for (const problem of result.problems) process.stderr.write(`${JSON.stringify(problem)}\n`);
  writeFileSync(clockFile, String(clock.now()));
  process.exitCode = result.exit;
}
