import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { cacheDir, exists, makeOnce } from '../cache.ts';
import type { Needed, ProgramSettings } from './components.ts';
import { atLeast, versionIn } from './decide.ts';
import { askEngine } from './docker.ts';
import { takeFromDocker, takeKept } from './images.ts';
import { onPath } from './probe.ts';
import { wrapPrograms } from './wrap.ts';

/** MySQL for the tests. It is no part of `needed`: who cannot have it runs all other tests, and is told why those on MySQL fail. */

/** A place that a server may come from. */
export interface Source {
  readonly name: string;
  /**
   * @returns the server program
   * @throws Error that says why there is none
   */
  find(): Promise<string>;
}

const least = [8, 0];
// The server looks for its messages and character sets below this directory.
const settings: Readonly<Record<string, ProgramSettings>> = { mysqld: { env: { MY_BASEDIR_VERSION: '{prefix}' } } };

/** As a component of set-up, for the image. */
export const mysqlNeeded: Needed = {
  name: 'MySQL',
  why: 'the other family of databases',
  binaries: ['mysqld'],
  version: { args: ['--version'], least },
  image: { repository: 'library/mysql', tag: '9.7.2', settings },
  forWhat: ['test'],
};

/** PATH first, then what earlier runs fetched, then Docker, then packages of Debian's newest suite, which need no rights. */
export const mysqlSources: readonly Source[] = [
  { name: 'PATH', find: fromPath },
  { name: 'earlier runs', find: fromCache },
  { name: 'Docker', find: fromDocker },
  { name: 'Debian', find: fromDebian },
];

/**
 * Goes through the sources until one has a server with which `use` succeeds.
 * @throws Error with one paragraph per source
 */
export async function firstThatWorks<T>(sources: readonly Source[], use: (server: string) => Promise<T>): Promise<T> {
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      return await use(await source.find());
    } catch (error) {
      reasons.push(`  ${source.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const advice = 'put a mysqld on PATH, or leave the tests on MySQL out with SHIPLOCK_WITHOUT=mysql';
  throw new Error(`there is no MySQL ≥ ${least.join('.')} that works here; ${advice}\n${reasons.join('\n')}`);
}

/** The first `mysqld` on PATH that is no MariaDB, which brings a program of that name too, and is new enough. */
async function fromPath(): Promise<string> {
  const others: string[] = [];
  for (const dir of new Set((process.env['PATH'] ?? '').split(delimiter))) {
    const file = join(dir, 'mysqld');
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!runs) continue;
    const said = await versionText(file);
    if (isMysql(said.replaceAll(file, ''))) return file;
    others.push(`${file} is ${said.trim().slice(0, 100) || 'a program that does not tell its version'}`);
  }
  throw new Error(others.length === 0 ? 'no mysqld' : others.join('; '));
}

/** Whether what `mysqld --version` says, without its own path, is said by a MySQL that is new enough. */
export function isMysql(said: string): boolean {
  return !/mariadb/i.test(said) && atLeast(versionIn(said), least);
}

function versionText(file: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(file, ['--version'], { timeout: 20_000 }, (error, stdout) => resolve(error === null ? stdout : ''));
  });
}

async function fromCache(): Promise<string> {
  const before = process.env['PATH'];
  await takeKept([mysqlNeeded]);
  if (process.env['PATH'] !== before) return fromPath();
  const root = debianRoot();
  if (await exists(root)) return wrapped(root);
  throw new Error('nothing is kept');
}

async function fromDocker(): Promise<string> {
  const engine = await askEngine();
  if (engine.kind !== 'answers') throw new Error(engine.why);
  const lines: string[] = [];
  const before = process.env['PATH'];
  await takeFromDocker([mysqlNeeded], (line, passing) => {
    if (passing === undefined) lines.push(line.trim());
  });
  if (process.env['PATH'] === before) throw new Error(lines.at(-1) ?? 'no images are used here');
  return fromPath();
}

// Released versions of Debian have MariaDB alone.
const suite = 'sid';
const packageName = 'mysql-server-core';

async function fromDebian(): Promise<string> {
  for (const program of ['apt-get', 'dpkg-deb'])
    if ((await onPath(program)) === null) throw new Error(`${program} is not on PATH`);
  const script = join(import.meta.dirname, 'unpack-debian.sh');
  const root = await makeOnce({
    target: debianRoot(),
    script: 'sh "$2" "$1" "$3" "$4"',
    args: [script, suite, packageName],
    onStart: () => process.stderr.write('fetching MySQL from Debian packages (once, some 60 MB) …\n'),
  });
  return wrapped(root);
}

/** Where the packages of Debian are unpacked: a tree with its own libraries. */
export function debianRoot(): string {
  return join(cacheDir('mysql', `debian-${suite}-${process.arch}`), 'root');
}

async function wrapped(root: string): Promise<string> {
  const prefix = await wrapPrograms({ root, programs: mysqlNeeded.binaries, settings, into: dirname(root) });
  return join(prefix, 'bin', 'mysqld');
}
