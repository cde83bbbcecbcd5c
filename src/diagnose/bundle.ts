import { lstat, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ProblemError } from '../model/problem.ts';
import { type TarFile, tar } from '../procedure/machine/tar.ts';
import { hasCode, isMissing, syncDirectory, temporaryBeside } from '../procedure/store.ts';
import type { Collected } from './collector.ts';
import { type Manifest, readme } from './manifest.ts';

/** Brings what was collected to the disk: only now, only masked, and readable for nobody else. */

/** The files of a bundle, in the order in which they are read. Pure. */
export function bundleFiles(manifest: Manifest, collected: readonly Collected[]): readonly TarFile[] {
  return [
    { path: 'README.txt', content: Buffer.from(readme(manifest), 'utf8') },
    { path: 'manifest.json', content: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, 'utf8') },
    ...collected.filter(({ content }) => content.length > 0).map(({ file, content }) => ({ path: file, content })),
  ];
}

export function isArchive(path: string): boolean {
  return /\.(?:tar\.gz|tgz)$/.test(path);
}

/** The archive in memory; everything in it lies in one directory, named like the archive. */
export async function archive(name: string, files: readonly TarFile[], seconds: number): Promise<Buffer> {
  const folder = basename(name).replace(/\.(?:tar\.gz|tgz)$/, '');
  const inside = files.map(({ path, content }) => ({ path: `${folder}/${path}`, content }));
  return promisify(gzip)(tar(inside, seconds));
}

/**
 * Writes an archive. It appears as a whole under its name, and never in the place of another file.
 * @throws ProblemError `diagnose.exists`, `diagnose.disk-full`, `diagnose.cannot-write`
 */
export async function writeArchive(path: string, content: Buffer): Promise<void> {
  if (await isThere(path)) throw exists(path);
  const temporary = temporaryBeside(path);
  try {
    await made(path, async () => {
      await writeWhole(temporary, content);
      await rename(temporary, path);
      await syncDirectory(dirname(path));
    });
  } finally {
    // On a full disk a part of it would stay.
    await rm(temporary, { force: true });
  }
}

/**
 * Writes the files into a directory that is new or empty. It appears with all of them or not at all.
 * @throws ProblemError as `writeArchive`
 */
export async function writeDirectory(path: string, files: readonly TarFile[]): Promise<void> {
  const there = await readdir(path).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw failure(path, error);
  });
  if (there !== null && there.length > 0) throw exists(path);
  const temporary = temporaryBeside(path);
  try {
    await made(path, async () => {
      await mkdir(temporary, { recursive: true, mode: 0o700 });
      for (const file of files) {
        const target = join(temporary, file.path);
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await writeWhole(target, file.content);
      }
      if (there !== null) await rmdir(path);
      await rename(temporary, path);
      await syncDirectory(dirname(path));
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function writeWhole(path: string, content: Buffer): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function made<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw failure(path, error);
  }
}

function failure(path: string, error: unknown): unknown {
  if (error instanceof ProblemError) return error;
  if (hasCode(error, 'EEXIST') || hasCode(error, 'ENOTEMPTY')) return exists(path);
  const full = hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT');
  return new ProblemError({
    code: full ? 'diagnose.disk-full' : 'diagnose.cannot-write',
    where: path,
    found: error instanceof Error ? error.message : String(error),
    expected: full ? 'room for the bundle' : 'a place where this user may write',
    remedy: full
      ? 'name a place on another file system: `--out /dev/shm/diagnose.tar.gz`; nothing was left behind here'
      : 'name another place with --out',
  });
}

function exists(path: string): ProblemError {
  return new ProblemError({
    code: 'diagnose.exists',
    where: path,
    found: 'something of that name',
    expected: 'a new name: facts of an earlier moment are never replaced',
    remedy: 'name another file or directory with --out',
  });
}
