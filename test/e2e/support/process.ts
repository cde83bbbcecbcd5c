import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly seconds: number;
}

/** Runs a process to its end. `killAfterMs` kills it without warning from outside; longer than `limitMs` is an error. */
export function runProcess(
  argv: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env: NodeJS.ProcessEnv;
    readonly limitMs: number;
    readonly killAfterMs?: number;
    /** Called with what kills it without warning. */
    readonly started?: (kill: () => void) => void;
  },
): Promise<Ended> {
  const [file = '', ...args] = argv;
  const { cwd, env, limitMs, killAfterMs } = options;
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...(cwd === undefined ? {} : { cwd }) });
    let output = '';
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, limitMs);
    const blow = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    options.started?.(() => child.kill('SIGKILL'));
    const add = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-8_000);
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', reject);
    // Not `close`: what a killed process left running may hold its output open.
    child.on('exit', (code, signal) => {
      clearTimeout(limit);
      clearTimeout(blow);
      const seconds = (performance.now() - from) / 1000;
      if (late) reject(new Error(`no end within ${limitMs} ms:\n${output}`));
      else setImmediate(() => resolve({ code, signal, output, seconds }));
    });
  });
}
