import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { $, type ProcessPromise } from 'zx/core';
import type { Clock, CommandResult, Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { systemClock } from './clock.ts';
import { withDeadline } from './deadline.ts';
import { endGroup } from './group.ts';

/**
 * The one place where commands are started. An argument vector is quoted word by word and `exec`ed: no word is ever seen by a
 * shell as anything but itself. Every command leads a process group of its own, and the whole group is ended with it.
 */

/** By its place, so that PATH does not choose the shell that starts everything else. */
const BASH = ['/bin/bash', '/usr/bin/bash'].find((path) => existsSync(path)) ?? 'bash';

/** Small images have none, and what is not started has no streams to wait for. @throws ProblemError `exec.no-shell` */
export function checkShell(shell: string, path: string): void {
  if (shell.startsWith('/') || path.split(':').some((directory) => existsSync(join(directory, shell)))) return;
  throw new ProblemError({
    code: 'exec.no-shell',
    where: 'PATH',
    found: `no ${shell}`,
    expected: 'bash, which starts every command',
    remedy: 'install it, in an image too',
  });
}

/** How long output may still come from what a command left running in the background, after the command itself ended. */
const BACKGROUND_OUTPUT_MS = 500;

export interface CommandSpec {
  readonly argv: readonly string[];
  readonly cwd?: string | undefined;
  /** Added to the environment of this process; undefined takes a variable out of it. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly stdin?: string | undefined;
  /** Ends the process group: TERM first, KILL two seconds later. The promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told what it writes while it runs. Its input then stays open until it ends: closed input tells it that we are gone. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

/** Runs a command to its end. Any exit code is an answer; 127 when there is no such command; 128 + n when signal n ended it. */
export async function runCommand(spec: CommandSpec, clock: Clock = systemClock): Promise<CommandResult> {
  spec.signal?.throwIfAborted();
  const started = start(spec);
  const { onOutput } = spec;
  if (onOutput === undefined) started.stdin.end(spec.stdin ?? '');
  else
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk: Buffer) => onOutput(`${chunk}`));
  return finish(started, spec.signal, clock);
}

/** A command that answers each line of its input with one line, until its input ends. */
export interface Dialog {
  /**
   * Asks and waits for the answer; ask again only then. Throws when the command ends instead, with what it said. The signal ends the
   * command: nobody knows how far it came.
   */
  ask(line: string, signal: AbortSignal): Promise<string>;
  /** False once the command has ended, by itself or by somebody else. */
  alive(): boolean;
  /** Closes the input and waits for the end. */
  close(): Promise<void>;
}

/** Starts a command to talk with. */
export function openDialog(argv: readonly string[], clock: Clock = systemClock): Dialog {
  const started = start({ argv });
  const over = new AbortController();
  const end = finish(started, over.signal, clock);
  end.catch(() => undefined);
  let buffer = '';
  let answered: ((line: string) => void) | undefined;
  started.stdout.on('data', (chunk: Buffer) => {
    buffer += chunk.toString('utf8');
    const at = buffer.indexOf('\n');
    if (at < 0) return;
    const line = buffer.slice(0, at);
    buffer = buffer.slice(at + 1);
    answered?.(line);
  });
  return {
    async ask(line, signal) {
      const stop = (): void => over.abort(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      try {
        const answer = new Promise<string>((resolve) => {
          answered = resolve;
        });
        started.stdin.write(`${line}\n`);
        const first = await Promise.race([answer, end]);
        if (typeof first === 'string') return first;
        throw new Error(`${argv.join(' ')} ended with ${first.exitCode}: ${first.stderr.trim()}`);
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    alive: () => started.child?.exitCode === null && started.child.signalCode === null && !over.signal.aborted,
    async close() {
      started.stdin.end();
      await end.catch(() => undefined);
    },
  };
}

/** The port for commands that only look. */
export function createExec(clock: Clock = systemClock): Exec {
  return {
    read: (argv, options = {}) =>
      withDeadline({ clock, ms: options.timeoutMs ?? 60_000, what: argv.join(' '), signal: options.signal }, (signal) =>
        runCommand({ argv, cwd: options.cwd, env: options.env, stdin: options.stdin, signal }, clock),
      ),
  };
}

function start(spec: CommandSpec): ProcessPromise {
  checkShell(BASH, process.env['PATH'] ?? '');
  const env: Record<string, string | undefined> = { ...process.env, ...spec.env };
  // Would be run by the shell that only quotes for us.
  delete env['BASH_ENV'];
  // A bash of the first level whose input is a socket takes itself for a remote shell and reads ~/.bashrc.
  env['SHLVL'] = '1';
  // Every option is given, so that no ZX_… variable from outside changes one.
  const shell = $({
    cwd: spec.cwd ?? process.cwd(),
    env,
    shell: BASH,
    prefix: 'exec -- ',
    postfix: '',
    detached: true,
    nothrow: true,
    quiet: true,
    verbose: false,
    preferLocal: false,
    timeout: 0,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const started = shell`${spec.argv}`;
  // A command that ends without reading its input is no error of ours.
  started.stdin.on('error', () => undefined);
  return started;
}

async function finish(started: ProcessPromise, signal: AbortSignal | undefined, clock: Clock): Promise<CommandResult> {
  const ended = new AbortController();
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
  };
  started.stdout.on('data', count);
  started.stderr.on('data', count);
  const letGo = async (): Promise<void> => {
    for (let before = -1, round = 0; before !== bytes && round < 10; round++) {
      before = bytes;
      await clock.sleep(BACKGROUND_OUTPUT_MS, ended.signal);
      // A process that was stopped, or had no processor, has not yet read what lies there, although the time is over.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    if (ended.signal.aborted) return;
    started.stdout.destroy();
    started.stderr.destroy();
  };
  started.child?.once('exit', () => void letGo().catch(() => undefined));
  let killing: Promise<void> | undefined;
  const onAbort = (): void => {
    killing ??= endGroup(started.pid, clock);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    const output = await started;
    if (killing !== undefined) {
      await killing;
      signal?.throwIfAborted();
    }
    return {
      exitCode: output.exitCode ?? 128 + signalNumber(output.signal),
      stdout: output.stdout,
      stderr: output.stderr,
    };
  } finally {
    ended.abort();
    signal?.removeEventListener('abort', onAbort);
  }
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : (SIGNAL_NUMBERS[signal] ?? 0);
}
