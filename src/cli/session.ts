import { existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError } from 'commander';
import { commitNameProblem } from '../chatops/index.ts';
import { ProblemError } from '../model/problem.ts';
import { installStopSignals, liveProgress } from '../procedure/index.ts';
import type { DoorOptions } from '../release/index.ts';
import { type Io, plainOnly } from './io.ts';

export interface CommonOptions {
  readonly config?: string;
  readonly state?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Options of commands that a person answers for. */
export interface PersonOptions {
  readonly signKey?: string;
  readonly as?: string;
  readonly breakGlass?: string;
}

/** Options of commands that may be carried out for a change record. */
export interface ChangeOptions {
  readonly change?: string;
  readonly awaitOverride?: boolean;
}

export function withChangeOption(command: Command): Command {
  return command.option('--change <id>', 'the change record that asks for this; needed where the policy says so');
}

export function withPersonOptions(command: Command): Command {
  return command
    .option('--sign-key <file>', 'sign with this OpenSSH key (or the public half of one that the agent holds)')
    .option('--as <person>', 'who acts, as the policy names them (default: whose key it is)')
    .option(
      '--break-glass <reason>',
      'go on although git does not answer: with the last copy of the policy, and without the git store; the reason is recorded',
    );
}

/** Options every command that reads shiplock.yaml has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: shiplock.yaml here or in a directory above)')
    .option('--state <dir>', 'the state directory (default: .shiplock/state beside the configuration)')
    .option('--json', 'print one JSON document instead of text');
}

/** Digits of a commit: fewer could be found for another commit on purpose. */
export function commitDigits(text: string): string {
  const why = commitNameProblem(text);
  if (why !== undefined) throw new InvalidArgumentError(why);
  return text;
}

/** Looks for shiplock.yaml from `from` upwards. */
export async function findConfig(from: string): Promise<string> {
  for (let dir = resolve(from); ; dir = dirname(dir)) {
    const file = join(dir, 'shiplock.yaml');
    try {
      await access(file);
      return file;
    } catch {
      if (dirname(dir) === dir) break;
    }
  }
  throw new ProblemError({
    code: 'config.not-found',
    where: from,
    found: 'no shiplock.yaml, here or in a directory above',
    expected: 'a configuration',
    remedy: 'change into the directory of the service, or name the file with --config',
  });
}

/** How this program starts itself: for supervisors and guards that must outlive it. */
export function selfCommand(): readonly string[] {
  // In the bundle of the actions the program lies beside this module, and there is no bin/.
  const beside = new URL('shiplock.js', import.meta.url);
  const program = existsSync(beside) ? beside : new URL('../../bin/shiplock.js', import.meta.url);
  return [process.execPath, fileURLToPath(program)];
}

/** Who is acting, for the journal and for people. */
export function whoAmI(env: Io['env']): string {
  return env['SHIPLOCK_WHO'] ?? env['GITHUB_ACTOR'] ?? env['SUDO_USER'] ?? env['USER'] ?? env['LOGNAME'] ?? 'unknown';
}

/** Progress goes to standard error, so that what it is written over never gets into a file or a pipe. */
function progress(io: Io) {
  const living = io.statusColumns !== undefined && !plainOnly(io.env);
  return liveProgress({
    isTTY: living,
    write: io.err,
    ...(io.statusColumns === undefined ? {} : { columns: io.statusColumns }),
  });
}

/** What the command line gives the release room. `acts`: the command changes something, so it shows progress and stops safely. */
export async function door(io: Io, options: CommonOptions & PersonOptions, acts: boolean): Promise<DoorOptions> {
  const configFile = options.config === undefined ? await findConfig(io.cwd) : resolve(io.cwd, options.config);
  return {
    configFile,
    ...(options.state === undefined ? {} : { store: resolve(io.cwd, options.state) }),
    env: io.env,
    who: options.as ?? whoAmI(io.env),
    ...(options.signKey === undefined ? {} : { signKey: resolve(io.cwd, options.signKey) }),
    ...(options.as === undefined ? {} : { as: options.as }),
    ...(options.breakGlass === undefined ? {} : { breakGlass: options.breakGlass }),
    self: selfCommand(),
    ...(io.acting === undefined ? {} : { forge: io.acting.forge, run: io.acting.run }),
    ...(acts
      ? {
          ...(options.quiet === true ? {} : { onEvent: progress(io) }),
          signal: installStopSignals(() => io.err('stopping at the next safe place; once more to stop at once\n')),
        }
      : {}),
  };
}
