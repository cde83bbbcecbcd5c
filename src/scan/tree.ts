import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { copyFile, lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Exec } from '../model/ports.ts';
import { isBelow } from './paths.ts';
import type { Tree } from './types.ts';

/** What is scanned: a copy of the files that belong to the service, so that no scanner can change them, and none reads what is not theirs. */

const HEAD = 65_536;
/** Without git: directories that hold what others made. */
const FOREIGN = new Set(['.git', 'node_modules', 'vendor']);
const COPIES_AT_ONCE = 16;

/** Copies the files of `directory` into `into`: those that git knows or would add, and without git all but those of package managers. */
export async function copyTree(
  exec: Exec,
  {
    directory,
    into,
    exclude,
  }: { readonly directory: string; readonly into: string; readonly exclude: readonly string[] },
): Promise<Tree> {
  const names = (await listed(exec, directory)) ?? (await walked(directory));
  const wanted = names.filter((name) => !exclude.some((place) => isBelow(name, place))).toSorted();
  const files: string[] = [];
  for (let at = 0; at < wanted.length; at += COPIES_AT_ONCE) {
    const copied = await Promise.all(
      wanted.slice(at, at + COPIES_AT_ONCE).map((name) => copyOne(name, directory, into)),
    );
    files.push(...copied.flatMap((name) => (name === null ? [] : [name])));
  }
  return treeOf(into, files);
}

/** Files that lie there already. */
export function treeOf(root: string, files: readonly string[]): Tree {
  const heads = new Map<string, string | undefined>();
  return {
    root,
    files,
    head(file) {
      if (!heads.has(file)) heads.set(file, headOf(join(root, file)));
      return heads.get(file);
    },
    text(file) {
      try {
        return readFileSync(join(root, file), 'utf8');
      } catch {
        return undefined;
      }
    },
  };
}

/** Text of a line, 1-based, of files below a root. Files are read once. */
export function lineReader(
  tree: Tree,
  read: (path: string) => string,
): (file: string, line: number) => string | undefined {
  const texts = new Map<string, readonly string[]>();
  return (file, line) => {
    let lines = texts.get(file);
    if (lines === undefined) {
      try {
        lines = read(join(tree.root, file)).split('\n');
      } catch {
        lines = [];
      }
      texts.set(file, lines);
    }
    return lines[line - 1];
  };
}

async function listed(exec: Exec, directory: string): Promise<readonly string[] | null> {
  const argv = ['git', '-C', directory, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { exitCode, stdout } = await exec.read(argv).catch(() => ({ exitCode: 127, stdout: '' }));
  return exitCode === 0 ? [...new Set(stdout.split('\0').filter((name) => name !== ''))] : null;
}

async function walked(directory: string): Promise<readonly string[]> {
  const found: string[] = [];
  const walk = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(directory, below), { withFileTypes: true })) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory() && !FOREIGN.has(entry.name)) await walk(name);
      else if (entry.isFile()) found.push(name);
    }
  };
  await walk('');
  return found;
}

/** Links are not followed: they may lead anywhere on this machine. */
async function copyOne(name: string, from: string, into: string): Promise<string | null> {
  const source = join(from, name);
  const there = await lstat(source).catch(() => null);
  if (there?.isFile() !== true) return null;
  const target = join(into, name);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(source, target);
  return name;
}

function headOf(path: string): string | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(HEAD);
      return buffer.toString('utf8', 0, readSync(file, buffer, 0, HEAD, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
