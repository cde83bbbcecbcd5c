import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type Config, type ResolvedEnvironment, readConfig, resolveEnvironment } from '../config/index.ts';
import { ProblemError, unwrap } from '../model/problem.ts';
import { environmentSecrets, type SecretsWithMask, systemClock, zxExec } from '../procedure/index.ts';
import type { Io } from './io.ts';

/** What most commands need: the configuration, the environment, the engine's surroundings. */
export interface Session {
  readonly config: Config;
  readonly configFile: string;
  readonly baseDir: string;
  readonly store: string;
  readonly secrets: SecretsWithMask;
}

export interface CommonOptions {
  readonly config?: string;
  readonly state?: string;
}

/** Options every command that reads shiplock.yaml has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: shiplock.yaml here or in a directory above)')
    .option('--state <dir>', 'the state directory (default: .shiplock/state beside the configuration)')
    .option('--json', 'print one JSON document instead of text');
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
    remedy: 'change into the service’s directory, or name the file with --config',
  });
}

export async function openSession(io: Io, options: CommonOptions): Promise<Session> {
  const configFile = options.config === undefined ? await findConfig(io.cwd) : resolve(io.cwd, options.config);
  const config = unwrap(await readConfig(configFile));
  const baseDir = dirname(configFile);
  return {
    config,
    configFile,
    baseDir,
    store: options.state === undefined ? join(baseDir, '.shiplock', 'state') : resolve(io.cwd, options.state),
    secrets: environmentSecrets({ env: io.env }),
  };
}

export function environmentOf(session: Session, name: string): ResolvedEnvironment {
  return unwrap(resolveEnvironment(session.config, name, { baseDir: session.baseDir }));
}

/** How this program starts itself: for supervisors, guards and file servers that must outlive it. */
export function selfCommand(): readonly string[] {
  return [process.execPath, fileURLToPath(new URL('../../bin/shiplock.js', import.meta.url))];
}

/** Who is acting, for the journal and for people. */
export function whoAmI(io: Io): string {
  return io.env['SHIPLOCK_WHO'] ?? io.env['GITHUB_ACTOR'] ?? io.env['USER'] ?? io.env['LOGNAME'] ?? 'unknown';
}

export { systemClock, zxExec };
