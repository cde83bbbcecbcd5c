import { createHash } from 'node:crypto';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../model/ports.ts';
import { ProblemError } from '../model/problem.ts';

/**
 * SHA-256 over what a build reads: every file that git tracks or would track below `dir`, by path, kind and content. Ignored
 * files (node_modules, earlier output) do not count. Hexadecimal.
 */
export async function sourceDigest(dir: string, exec: Exec, signal?: AbortSignal): Promise<string> {
  const result = await exec.read(
    ['git', '-C', dir, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '.'],
    signal === undefined ? {} : { signal },
  );
  const files = [...new Set(result.stdout.split('\0').filter((name) => name !== ''))].sort();
  if (result.exitCode !== 0 || files.length === 0) throw new ProblemError(noSources(dir, result.stderr));
  const hash = createHash('sha256').update('shiplock-sources-v1\n');
  for (const name of files) hash.update(`${name}\0${await fingerprint(join(dir, name))}\n`);
  return hash.digest('hex');
}

/** Kind and content of one file; a tracked file that was deleted counts as absent. */
async function fingerprint(path: string): Promise<string> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat === undefined) return 'absent';
  if (stat.isSymbolicLink()) return `link ${await readlink(path)}`;
  // A submodule is listed as one name; what it holds is its own repository's matter.
  if (!stat.isFile()) return 'directory';
  const content = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return `${(stat.mode & 0o100) === 0 ? 'file' : 'program'} ${content}`;
}

/** Version of a tool that takes part in a build, in one line. */
export async function toolVersion(argv: readonly string[], dir: string, exec: Exec): Promise<string> {
  const result = await exec.read(argv, { cwd: dir });
  if (result.exitCode === 0) return result.stdout.trim();
  throw new ProblemError({
    code: 'build.no-tool',
    where: dir,
    found: `\`${argv.join(' ')}\` failed: ${result.stderr.trim().split('\n')[0] ?? ''}`,
    expected: `a working ${argv[0]}`,
    remedy: `install ${argv[0]}, or put it on PATH`,
  });
}

/**
 * A build gives way: on a single host it shares the processors with the service that it will replace, and a compiler at full
 * priority is an outage under load (`nice`, POSIX).
 */
export function givingWay(argv: readonly string[]): readonly string[] {
  return ['nice', '-n', '10', ...argv];
}

/** Name of a cached build: the same inputs, the same name. 16 hexadecimal digits of a SHA-256. */
export function buildKey(inputs: Readonly<Record<string, string | readonly string[]>>): string {
  const sorted = Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}

function noSources(
  dir: string,
  words: string,
): { code: string; where: string; found: string; expected: string; remedy: string } {
  return {
    code: 'build.no-sources',
    where: dir,
    found: words.trim() === '' ? 'no file that git knows' : (words.trim().split('\n')[0] ?? ''),
    expected: 'sources in a git repository',
    remedy: 'mend `source` of the component, or add its files to git',
  };
}
