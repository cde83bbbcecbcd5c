import { constants } from 'node:fs';
import { access, open, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { type Start, startOf } from './program.ts';

/** Looks into an unpacked file system (`root`) whose own paths begin at that directory. */

/** As many as the kernel follows before it calls them a loop. */
const MOST_LINKS = 40;

/**
 * Where a path of the file system lies on this machine, with every symbolic link followed as that system means it: an absolute
 * one begins at its root, and `..` does not lead out of it. Null when the links go round in a circle.
 */
export async function inRoot(root: string, path: string): Promise<string | null> {
  let todo = parts(path);
  let done: readonly string[] = [];
  let links = 0;
  for (;;) {
    const [part, ...rest] = todo;
    if (part === undefined) return join(root, ...done);
    todo = rest;
    if (part === '..') {
      done = done.slice(0, -1);
      continue;
    }
    const target = await readlink(join(root, ...done, part)).catch(() => null);
    if (target === null) {
      done = [...done, part];
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) return null;
    if (target.startsWith('/')) done = [];
    todo = [...parts(target), ...todo];
  }
}

function parts(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** The order of PATH in the official images. */
const PROGRAM_DIRECTORIES = ['usr/local/sbin', 'usr/local/bin', 'usr/sbin', 'usr/bin', 'sbin', 'bin'];

/** The file of a program of this name, links followed; null when the file system has none that may be executed. */
export async function programIn(root: string, name: string): Promise<string | null> {
  for (const directory of PROGRAM_DIRECTORIES) {
    const file = await inRoot(root, posix.join(directory, name));
    if (file !== null && (await isProgram(file))) return file;
  }
  return null;
}

async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    async () => (await stat(file)).isFile(),
    () => false,
  );
}

/** How a program file starts. */
export async function startOfFile(file: string): Promise<Start> {
  const handle = await open(file);
  try {
    return await startOf(async (position, length) => {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await handle.close();
  }
}

/** Where loaders look without being told: Debian and its kin have a directory per kind of processor, others have lib64. */
const USUAL_LIBRARIES = ['/usr/local/lib', '/lib', '/usr/lib'].flatMap((directory) => [
  `${directory}/x86_64-linux-gnu`,
  `${directory}/aarch64-linux-gnu`,
  `${directory}64`,
  directory,
]);

/**
 * The directories of the file system's shared libraries, on this machine. The loader's own comes first, since the loader and the
 * C library must be of one build. It matters that none is forgotten: a library that is not found in them is taken from this machine.
 */
export async function libraryDirectories(root: string, loaderFile: string): Promise<readonly string[]> {
  const configuration = await inRoot(root, '/etc/ld.so.conf.d');
  const names = configuration === null ? [] : (await readdir(configuration).catch(() => [])).toSorted();
  const files = [
    '/etc/ld.so.conf',
    ...names.filter((one) => one.endsWith('.conf')).map((one) => `/etc/ld.so.conf.d/${one}`),
  ];
  const texts = await Promise.all(files.map((file) => textIn(root, file)));
  const paths = [...texts.flatMap(directoriesNamed), ...USUAL_LIBRARIES];
  const places = await Promise.all(paths.map((path) => inRoot(root, path)));
  const there = await Promise.all(
    places.map(async (place) => (place !== null && (await isDirectory(place)) ? [place] : [])),
  );
  return [...new Set([dirname(loaderFile), ...there.flat()])];
}

/** The directories that a file in the format of ld.so.conf lists; `include` lines are not followed. */
export function directoriesNamed(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line.startsWith('/'));
}

async function textIn(root: string, path: string): Promise<string> {
  const file = await inRoot(root, path);
  return file === null ? '' : readFile(file, 'utf8').catch(() => '');
}

function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
