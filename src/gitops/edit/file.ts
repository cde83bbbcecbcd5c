import { lstat, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { hasCode, syncDirectory, writeTemporary } from '../../procedure/store.ts';
import type { EditCode } from './problems.ts';
import { MAX_BYTES } from './tree.ts';

/** A file as it was read. Links are followed: what they lead to is edited, and they stay. */
export interface OpenFile {
  /** As the user named it. */
  readonly name: string;
  /** Where it really lies. */
  readonly path: string;
  readonly text: string;
}

/** Reads a manifest: a plain file in UTF-8 of a bearable size. @throws ProblemError */
export async function openFile(name: string, path: string): Promise<OpenFile> {
  const real = await reading(name, () => realpath(path));
  const { size, kind } = await reading(name, async () => {
    const there = await stat(real);
    return { size: there.size, kind: there.isFile() ? 'file' : there.isDirectory() ? 'a directory' : 'no plain file' };
  });
  if (kind !== 'file') throw unreadable(name, kind);
  if (size > MAX_BYTES) {
    throw problem('gitops.too-large', name, {
      found: `${size} bytes`,
      expected: `at most ${MAX_BYTES}`,
      remedy: 'split the file, and keep what is changed apart from what is generated',
    });
  }
  return { name, path: real, text: decode(name, await reading(name, () => readFile(real))) };
}

/**
 * Puts another text into the file: whole or not at all. Mode and, for root, owner stay. What somebody else wrote meanwhile is not
 * overwritten.
 * @throws ProblemError
 */
export async function saveFile({ name, path, text }: OpenFile, next: string): Promise<void> {
  let temporary: string | undefined;
  try {
    const { mode, uid, gid } = await lstat(path);
    temporary = await writeTemporary(path, next, mode & 0o7777);
    if (process.getuid?.() === 0 && (uid !== 0 || gid !== 0)) await chown(temporary, uid, gid, mode & 0o7777);
    if (decode(name, await readFile(path)) !== text) throw changed(name);
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    if (error instanceof ProblemError) throw error;
    throw problem('gitops.unwritable-file', name, {
      found: error instanceof Error ? error.message : String(error),
      expected: 'a file that can be replaced, in a directory that may be written to',
      remedy: 'check who may write there',
    });
  }
}

/** A change of the owner takes special bits of the mode away. */
async function chown(path: string, uid: number, gid: number, mode: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.chown(uid, gid);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function decode(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!hasCode(error, 'ERR_ENCODING_INVALID_ENCODED_DATA')) throw error;
    throw problem('gitops.not-utf8', name, {
      found: 'bytes that are not UTF-8',
      expected: 'YAML or JSON in UTF-8',
      remedy: 'save the file as UTF-8',
    });
  }
}

async function reading<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw unreadable(name, error instanceof Error ? error.message : String(error));
  }
}

function unreadable(name: string, found: string): ProblemError {
  return problem('gitops.unreadable-file', name, {
    found,
    expected: 'a plain file that can be read',
    remedy: 'check the path and who may read it; a file is not made up, since a wrong path is most often a slip',
  });
}

function changed(name: string): ProblemError {
  return problem('gitops.changed-meanwhile', name, {
    found: 'another text than a moment ago',
    expected: 'that nobody else writes to it now',
    remedy: 'run the same again: it reads the file anew',
  });
}

function problem(code: EditCode, where: string, rest: Omit<Problem, 'code' | 'where'>): ProblemError {
  return new ProblemError({ code, where, ...rest });
}
