import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { ProblemError } from '../../model/problem.ts';

/**
 * Digests of artefacts: what a build writes into release.json and an installation checks.
 *
 * A file: SHA-256 of its bytes. A directory (tree digest, version 1): SHA-256 over the line `shiplock-tree-v1` and one record
 * per entry below it, sorted by the UTF-8 bytes of the path relative to the directory (separator `/`):
 *
 *     d <path> NUL LF                                directory
 *     f <path> NUL <sha256 of the bytes, hex> LF     plain file
 *     x <path> NUL <sha256 of the bytes, hex> LF     plain file that its owner may execute
 *     l <path> NUL <target as written> LF            symbolic link
 *
 * Times, owners and other permission bits do not count, so the same content has the same digest on every machine.
 */

const HEADER = 'shiplock-tree-v1\n';
const OPEN_FILES = 8;

export interface TreeEntry {
  readonly kind: 'd' | 'f' | 'x' | 'l';
  /** Relative to the tree, separator `/`. */
  readonly path: string;
  readonly size: number;
  readonly mtimeNs: bigint;
  /** Target of a link as written, else empty. */
  readonly target: string;
}

/** `sha256:…` of bytes that are at hand. Pure. */
export function bytesDigest(bytes: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** `sha256:…` of a file's bytes. @throws the system's error when it cannot be read */
export async function fileDigest(path: string): Promise<string> {
  return `sha256:${await hashFile(path)}`;
}

/**
 * `sha256:…` of a directory as described above. `except`: names directly in the directory that do not count.
 * @throws ProblemError for sockets, devices and links that lead out of the tree
 */
export async function treeDigest(path: string, except: readonly string[] = []): Promise<string> {
  const entries = await listTree(path, except);
  const contents = await mapLimited(entries, OPEN_FILES, (entry) => contentOf(path, entry));
  const hash = createHash('sha256').update(HEADER);
  entries.forEach((entry, index) => {
    hash.update(`${entry.kind} ${entry.path}\0${contents[index] ?? ''}\n`);
  });
  return `sha256:${hash.digest('hex')}`;
}

/** The digest of an artefact, be it a file or a directory. @throws ProblemError `digest.no-artefact` when there is neither */
export async function artefactDigest(path: string): Promise<string> {
  const stat = await lstat(path).catch(() => undefined);
  if (stat?.isDirectory() === true) return treeDigest(path);
  if (stat?.isFile() === true) return fileDigest(path);
  throw new ProblemError({
    code: 'digest.no-artefact',
    where: path,
    found: stat === undefined ? 'nothing' : 'neither a file nor a directory',
    expected: 'the file or directory that the build made',
    remedy: 'build it first, or name the right path',
  });
}

/** Every entry of a tree in the order of its digest. @throws ProblemError for entries that cannot be part of an artefact */
export async function listTree(root: string, except: readonly string[] = []): Promise<readonly TreeEntry[]> {
  const entries: TreeEntry[] = [];
  const walk = async (relative: string): Promise<void> => {
    const names = await readdir(join(root, relative));
    for (const name of names) {
      if (relative === '' && except.includes(name)) continue;
      const path = relative === '' ? name : `${relative}/${name}`;
      const entry = await entryOf(root, path);
      entries.push(entry);
      if (entry.kind === 'd') await walk(path);
    }
  };
  await walk('');
  return entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

async function entryOf(root: string, path: string): Promise<TreeEntry> {
  const full = join(root, path);
  const stat = await lstat(full, { bigint: true });
  const base = { path, size: Number(stat.size), mtimeNs: stat.mtimeNs, target: '' };
  if (stat.isDirectory()) return { ...base, kind: 'd' };
  if (stat.isFile()) return { ...base, kind: (stat.mode & 0o100n) === 0n ? 'f' : 'x' };
  if (stat.isSymbolicLink()) {
    const target = await readlink(full);
    const end = posix.normalize(posix.join(posix.dirname(path), target));
    if (posix.isAbsolute(target) || end === '..' || end.startsWith('../')) {
      throw new ProblemError({
        code: 'digest.link-leads-out',
        where: full,
        found: `a symbolic link to ${target}`,
        expected: 'links that stay inside the artefact',
        remedy: 'copy the file into the artefact, or leave the link out',
      });
    }
    return { ...base, kind: 'l', target };
  }
  throw new ProblemError({
    code: 'digest.special-file',
    where: full,
    found: 'a socket, pipe or device',
    expected: 'plain files, directories and links',
    remedy: 'take it out of the artefact',
  });
}

function contentOf(root: string, entry: TreeEntry): Promise<string> {
  if (entry.kind === 'd') return Promise.resolve('');
  if (entry.kind === 'l') return Promise.resolve(entry.target);
  return hashFile(join(root, entry.path));
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk);
  return hash.digest('hex');
}

/** `work` on every item, at most `limit` at a time; results in the order of the items. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const indices = items.keys();
  const lane = async (): Promise<void> => {
    for (const index of indices) {
      const item = items[index];
      if (item !== undefined) results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}
