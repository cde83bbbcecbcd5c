import { spawn } from 'node:child_process';
import { mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where things that are slow to make are kept between runs, outside the tree: `$XDG_CACHE_HOME/shiplock`, else `~/.cache/shiplock`. */
export function cacheDir(...parts: readonly string[]): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base ? base : join(homedir(), '.cache'), 'shiplock', ...parts);
}

/** Whether a file or directory is there. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

export interface MakeOnce {
  /** What appears when all went well: a file or a directory. */
  readonly target: string;
  /** A POSIX shell script that makes `$1`; it is renamed to `target` when it ends with 0. `$2`, `$3` … are `args`. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called once before the work begins, not at all when the target is there already. */
  readonly onStart?: () => void;
}

/**
 * Makes a file or directory exactly once, also when several processes ask at the same time: the others wait on a kernel
 * lock (flock), which a killed builder cannot leave behind, and the rename is atomic, so a half-made thing is never seen.
 * @throws Error with the last output lines of the script
 */
export async function makeOnce(what: MakeOnce): Promise<string> {
  if (await exists(what.target)) return what.target;
  await mkdir(dirname(what.target), { recursive: true });
  what.onStart?.();
  // A shell forgets `set -e` in what stands before &&, so the script's end is looked at afterwards.
  const guarded = `
target=$1; shift
[ -e "$target" ] && exit 0
temporary="$target.part"
rm -rf "$temporary"
( set -e; set -- "$temporary" "$@"
${what.script}
)
[ $? -eq 0 ] && mv "$temporary" "$target"`;
  await run(['flock', `${what.target}.lock`, 'sh', '-c', guarded, 'sh', what.target, ...(what.args ?? [])], what);
  return what.target;
}

function run(argv: readonly string[], options: MakeOnce): Promise<void> {
  const [command = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`${options.target} could not be made (exit ${code}):\n${output.trim()}`)),
    );
  });
}
