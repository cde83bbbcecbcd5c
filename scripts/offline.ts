import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { bundles, runbookNames, writeBundle } from './bundle.ts';

/**
 * Makes one folder with everything in it, Node too, for a machine on which nothing can be installed any more:
 *   node scripts/offline.ts [DIRECTORY]       the folder and its tar.gz, below dist/offline unless a directory is given
 *   node scripts/offline.ts --folder DIR      only the folder
 * Exit codes: 0 done · 2 unknown argument
 */

const ROOT = join(import.meta.dirname, '..');
const run = promisify(execFile);

/** Found by its own place, with nothing but the shell: there may be no other program. */
const LAUNCHER = `#!/bin/sh
case $0 in */*) here=\${0%/*} ;; *) here=. ;; esac
exec "$here/../node/node" "$here/@" "$@"
`;

/** Writes the folder below `dir`. @returns its path */
export async function writeOffline(dir: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0.0.0';
  const folder = join(dir, `shiplock-${version}-${process.platform}-${process.arch}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'bin'), { recursive: true });
  await mkdir(join(folder, 'node'));
  const cli = bundles.find(({ name }) => name === 'cli');
  if (cli === undefined) throw new Error('the bundle of the command line is expected');
  await writeBundle({ ...cli, dependencies: 'inside' }, join(folder, 'dist', 'cli'));
  const name = { name: 'shiplock', version, type: 'module', private: true };
  // The version is read from the text, one key a line.
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(name, null, 2)}\n`);
  for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md']) await copyFile(join(ROOT, file), join(folder, file));
  await copyFile(join(ROOT, 'bin', 'shiplock.js'), join(folder, 'bin', 'shiplock.js'));
  await launcher(folder, 'shiplock', 'shiplock.js');
  for (const name of runbookNames) await launcher(folder, `runbook-${name}`, `../dist/cli/runbook-${name}.js`);
  await copyFile(process.execPath, join(folder, 'node', 'node'));
  await chmod(join(folder, 'node', 'node'), 0o755);
  await copyFile(nodeLicence(), join(folder, 'node', 'LICENSE'));
  return folder;
}

/** Node may be passed on with its licence only: beside the program, as it is distributed, or in the package that it came with. */
function nodeLicence(): string {
  const home = join(dirname(realpathSync(process.execPath)), '..');
  const places = [home, join(home, 'node_modules', `node-${process.platform}-${process.arch}`)];
  const found = places.map((place) => join(place, 'LICENSE')).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`no LICENSE of Node in ${places.join(' or ')}`);
  return found;
}

async function launcher(folder: string, name: string, program: string): Promise<void> {
  await writeFile(join(folder, 'bin', name), LAUNCHER.replace('@', program), { mode: 0o755 });
}

/** The same folder gives the same archive. @returns its path */
async function archive(folder: string): Promise<string> {
  const file = `${folder}.tar.gz`;
  const fixed = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  const argv = [...fixed, '--use-compress-program=gzip -n', '-C', dirname(folder), '-cf', file, basename(folder)];
  await run('tar', argv);
  return file;
}

async function main(argv: readonly string[]): Promise<number> {
  const only = argv[0] === '--folder';
  const [dir = join(ROOT, 'dist', 'offline'), ...more] = only ? argv.slice(1) : argv;
  if (more.length > 0 || dir.startsWith('-') || (only && argv.length === 1)) {
    process.stderr.write(`found ${argv.join(' ')}; expected a directory, or --folder and a directory\n`);
    return 2;
  }
  const folder = await writeOffline(dir);
  process.stdout.write(`${folder}\n`);
  if (!only) process.stdout.write(`${await archive(folder)}\n`);
  return 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
