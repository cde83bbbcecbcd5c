import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  /** Standard output and error as they came. */
  readonly output: string;
}

const live = ['inherit', 'inherit'] as const;
const kept = ['pipe', 'pipe'] as const;

/**
 * Runs a command to its end and keeps what it says. With `live` it writes to this terminal instead. A stop signal that
 * reaches us is handed on, so that the command can stop what it started.
 */
export function command(
  argv: readonly string[],
  options: { cwd: string; live: boolean; env?: NodeJS.ProcessEnv; input?: string | undefined },
): Promise<Ended> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', ...(options.live ? live : kept)],
    });
    child.stdin?.on('error', () => undefined).end(options.input);
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const handOn = (signal: NodeJS.Signals): void => {
      child.kill(signal);
    };
    process.on('SIGINT', handOn).on('SIGTERM', handOn);
    const finish = (): void => {
      process.off('SIGINT', handOn).off('SIGTERM', handOn);
    };
    child.once('error', (error) => {
      finish();
      reject(error);
    });
    child.once('close', (code, signal) => {
      finish();
      if (signal !== null) output += `\nended by ${signal}\n`;
      resolve({ code, output });
    });
  });
}
