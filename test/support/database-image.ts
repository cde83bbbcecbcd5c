import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { debianRoot } from '../../scripts/setup/mysql.ts';
import { onPath } from '../../scripts/setup/probe.ts';
import type { Family } from '../../src/migrate/server/database.ts';

/**
 * An image of the database server that the tests run on, made of this machine's own files: the server, what makes its data directory, a shell and
 * their libraries. It stands for the family's image on Docker Hub, which no test may need.
 */

/** The shell that starts everything, and what MariaDB's script for a new data directory calls. */
const TOOLS = 'sh mkdir rm cat chmod chown sed basename dirname id uname find hostname echo ls touch'.split(' ');

/** Imports it; answers its id, `sha256:…`. @param docker runs a command of the engine and answers what it prints */
export async function importImage(family: Family, docker: (words: readonly string[]) => string): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'shiplock-image-'));
  try {
    const root = join(dir, 'root');
    for (const place of 'usr/bin usr/sbin usr/lib usr/lib64 usr/share etc'.split(' '))
      mkdirSync(join(root, place), { recursive: true });
    for (const link of ['bin', 'sbin', 'lib', 'lib64']) execFileSync('ln', ['-s', `usr/${link}`, join(root, link)]);
    if (family === 'mysql') await mysqlFiles(root);
    else await mariadbFiles(root);
    for (const tool of TOOLS) await take(tool, 'usr/bin', root);
    execFileSync('tar', ['-C', root, '-cf', join(dir, 'image.tar'), '.']);
    return docker(['import', join(dir, 'image.tar')]).trim();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function mariadbFiles(root: string): Promise<void> {
  await take('mariadbd', 'usr/sbin', root);
  for (const name of ['mariadb-install-db', 'my_print_defaults', 'resolveip']) await take(name, 'usr/bin', root);
  cpSync('/usr/share/mysql', join(root, 'usr/share/mysql'), { recursive: true });
}

async function mysqlFiles(root: string): Promise<void> {
  const from = debianRoot();
  if (!existsSync(join(from, 'usr/sbin/mysqld'))) {
    await take('mysqld', 'usr/sbin', root);
    cpSync('/usr/share/mysql', join(root, 'usr/share/mysql'), { recursive: true });
    return;
  }
  // A tree of another release of Debian: its program needs its own loader and libraries, which serve the shell too.
  const library = join(from, 'usr/lib/x86_64-linux-gnu');
  const loader = [join(library, 'ld-linux-x86-64.so.2'), '--library-path', library, '--list'];
  const program = join(from, 'usr/sbin/mysqld');
  copyFileSync(program, join(root, 'usr/sbin/mysqld'));
  libraries(execFileSync(loader[0] ?? '', [...loader.slice(1), program], { encoding: 'utf8' }), root, from);
  copyOnce(loader[0] ?? '', join(root, 'usr/lib64/ld-linux-x86-64.so.2'));
  cpSync(join(from, 'usr/share/mysql'), join(root, 'usr/share/mysql'), { recursive: true, dereference: true });
}

/** A program of PATH with its libraries; left out where there is none. */
async function take(name: string, to: string, root: string): Promise<void> {
  const path = await onPath(name);
  if (path === null) return;
  copyFileSync(realpathSync(path), join(root, to, name));
  // A script has none.
  try {
    libraries(execFileSync('ldd', [path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }), root);
  } catch {}
}

/** Copies what a loader lists, to where it is looked for. */
function libraries(list: string, root: string, prefix = ''): void {
  for (const [, path = ''] of list.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)) {
    const place = path.startsWith(prefix) ? path.slice(prefix.length) : path;
    copyOnce(path, join(root, realUsr(dirname(place)), basename(place)));
  }
}

function copyOnce(from: string, to: string): void {
  if (existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(realpathSync(from), to);
}

/** `/lib/x` is `/usr/lib/x` where the two are one. */
function realUsr(dir: string): string {
  return dir.startsWith('/usr/') ? dir : join('/usr', dir);
}
