import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getExecOutput } from '@actions/exec';
import type { Clock, CommandResult, Exec } from '../../src/model/ports.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { withDeadline } from '../../src/procedure/machine/deadline.ts';
import { endGroup } from '../../src/procedure/machine/group.ts';

/**
 * The port for commands that only look, as actions run them: by the toolkit of the platform. It keeps to the same contract as the
 * command line's (test/integration/exec-contract.test.ts). The toolkit starts a command and cannot end it, so a shell of its own process
 * group says its number first, runs the words it was given, and says how they ended.
 */
export function actionExec(clock: Clock = systemClock): Exec {
  return {
    read: (argv, options = {}) => {
      const { cwd, env, timeoutMs = 60_000, stdin = '', signal } = options;
      return withDeadline({ clock, ms: timeoutMs, what: argv.join(' '), signal }, (inner) =>
        withInput(stdin, (input) => run(argv, { cwd, env, input, signal: inner }, clock)),
      );
    },
  };
}

/** The first word is the file with the input; none is ever seen by the shell as anything but itself. */
const SCRIPT = 'echo "$$"; input=$1; shift; (exec "$@") < "$input"; exit $?';
/** How long output may still come from what a command left running in the background. */
const BACKGROUND_OUTPUT_MS = 500;

/** By a file: a command may end without reading its input, and the toolkit takes that for a fault. */
async function withInput<T>(text: string, use: (file: string) => Promise<T>): Promise<T> {
  if (text === '') return use('/dev/null');
  const dir = await mkdtemp(join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'shiplock-'));
  try {
    const file = join(dir, 'input');
    await writeFile(file, text, { mode: 0o600 });
    return await use(file);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Run {
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
  /** File. */
  readonly input: string;
  readonly signal: AbortSignal;
}

/** What the toolkit is given takes the place of everything, so it is this process's with what is asked for. */
function variables(asked: Run['env']): Readonly<Record<string, string>> {
  const all = Object.entries({ ...process.env, ...asked });
  return Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

async function run(argv: readonly string[], { cwd, env, input, signal }: Run, clock: Clock): Promise<CommandResult> {
  signal.throwIfAborted();
  let head = '';
  let ending: Promise<void> | undefined;
  const end = (): void => {
    const [, group] = /^(\d+)\n/.exec(head) ?? [];
    if (signal.aborted && group !== undefined) ending ??= endGroup(Number(group), clock);
  };
  const onOutput = (chunk: Buffer): void => {
    if (!head.includes('\n')) head += chunk.toString('latin1');
    end();
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const { exitCode, stdout, stderr } = await getExecOutput('setsid', ['sh', '-c', SCRIPT, 'sh', input, ...argv], {
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env: variables(env) }),
      silent: true,
      ignoreReturnCode: true,
      delay: BACKGROUND_OUTPUT_MS,
      listeners: { stdout: onOutput },
    });
    await ending;
    signal.throwIfAborted();
    return { exitCode, stdout: stdout.slice(stdout.indexOf('\n') + 1), stderr };
  } finally {
    signal.removeEventListener('abort', end);
  }
}
