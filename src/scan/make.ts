import { createHash } from 'node:crypto';
import { access, rename, writeFile } from 'node:fs/promises';
import type { Exec } from '../model/ports.ts';
import { bad, ok, type Result } from '../model/problem.ts';
import { scannerVariables } from './isolate.ts';

/** What all ways to make a scanner have in common. */

/** Where a scanner is made, where it shall lie, and who runs what makes it. */
export interface Bench {
  /** Empty directory beside `into`; it is taken away afterwards. */
  readonly stage: string;
  readonly into: string;
  readonly exec: Exec;
}

const BUILD_MS = 10 * 60_000;
/** What Go, pip and npm may know of this machine beside the plain variables; no token of the job. */
const VARIABLES = [
  'GOPATH',
  'GOMODCACHE',
  'GOCACHE',
  'GOROOT',
  'GOPROXY',
  'GOSUMDB',
  'GONOSUMDB',
  'GOTOOLCHAIN',
  'PIP_INDEX_URL',
  'PIP_CONFIG_FILE',
  'npm_config_registry',
  'npm_config_userconfig',
  'npm_config_cache',
  'NODE_EXTRA_CA_CERTS',
];

/** What npm ends with, whatever went wrong. */
const ABOUT_LOGS = /^npm error (?:A complete log of this run|Log files were not written)/;

/** Runs one command of those that make a scanner, without tokens of the job. */
export async function run(
  exec: Exec,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Result<string>> {
  const answer = await exec
    .read(argv, { cwd, timeoutMs: BUILD_MS, env: { ...scannerVariables(VARIABLES, true), ...env } })
    .catch((error: unknown) => ({
      exitCode: 127,
      stdout: '',
      stderr: error instanceof Error ? error.message : String(error),
    }));
  if (answer.exitCode === 0) return ok(answer.stdout);
  return bad({
    code: 'scan.not-fetched',
    where: argv.slice(0, 3).join(' '),
    found: (
      answer.stderr
        .trim()
        .split('\n')
        .findLast((line) => !ABOUT_LOGS.test(line)) ?? ''
    ).slice(0, 300),
    expected: 'the program at the version that is pinned',
    remedy: 'see whether its registry can be reached from here, or put the scanner on PATH yourself',
  });
}

/** Name of a directory for a program that is made of many files, by the text that pins them all: other pins lie elsewhere. Pure. */
export function placeName(program: string, pins: string): string {
  return `.${program}-${createHash('sha256').update(pins).digest('hex').slice(0, 16)}`;
}

/** Puts files that are whole into their place, in one step. What lies there already was put there whole by another. */
export async function keep(made: string, place: string): Promise<string> {
  await rename(made, place).catch(async (error: unknown) => {
    await access(place).catch(() => Promise.reject(error));
  });
  return place;
}

/** Writes a file that starts a program where it lies, with words before those that it is given: what is beside that program must stay beside it. */
export async function launcher(file: string, ...command: readonly string[]): Promise<string> {
  const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  await writeFile(file, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return file;
}
