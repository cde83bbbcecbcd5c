import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Lab } from '../../../scripts/lab/lab.ts';
import { PROGRAM } from '../../../scripts/lab/program.ts';

/** A `shiplock` command that is still under way. */
export interface Running {
  readonly pid: number;
  /** Everything it has said on standard error so far: its progress. */
  progress(): string;
  /** Resolves when the progress matches. Throws with all it said when the command ends first or time is up. */
  until(pattern: RegExp, withinMs?: number): Promise<void>;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `shiplock …` in the service of a lab, so that it can be watched, or killed by its pid. */
export function startShiplock(lab: Lab, args: readonly string[]): Running {
  const child = spawn(process.execPath, [PROGRAM, ...args, '--state', lab.state], {
    cwd: lab.service,
    env: { ...process.env, ...lab.env, SHIPLOCK_WHO: 'bench' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('shiplock did not start');
  let stdout = '';
  let stderr = '';
  let over = false;
  child.stdout.on('data', (data) => {
    stdout += String(data);
  });
  child.stderr.on('data', (data) => {
    stderr += String(data);
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    // Its own end, not that of its pipes: a supervisor it started may hold them.
    child.once('exit', (code, signal) => {
      over = true;
      setImmediate(() => resolve({ code, signal, stdout, stderr }));
    });
  });
  ended.catch(() => undefined);
  const until = async (pattern: RegExp, withinMs = 120_000): Promise<void> => {
    const deadline = performance.now() + withinMs;
    while (!pattern.test(stderr)) {
      if (over || performance.now() > deadline) {
        throw new Error(`${over ? 'it ended' : 'time is up'} before ${pattern} was seen:\n${stderr}\n${stdout}`);
      }
      await sleep(10);
    }
  };
  return { pid, progress: () => stderr, until, ended };
}

const waitingSchema = z.object({ run: z.string(), gate: z.string() });

/** The run that waits and its gate, as a command with `--json` told them. @throws if it told something else */
export function waitingGate({ stdout }: Ended): z.infer<typeof waitingSchema> {
  return waitingSchema.parse(JSON.parse(stdout));
}
