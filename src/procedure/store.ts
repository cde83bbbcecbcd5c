import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where things lie in the state directory, and how a file gets there so that a power cut leaves the old one or the new one. */

export interface RunPaths {
  readonly directory: string;
  readonly journal: string;
  /** The journal while a new holder is taking it over (see journal.ts). */
  readonly taken: string;
  readonly payloads: string;
  /** How much of it another store has. */
  readonly copied: string;
  /** Beginning of the names under which files are put aside that parted from the copy of another store. */
  readonly aside: string;
}

/** Run ids and environments are used as file names: anything else is percent-encoded, a leading dot too. */
export function fileName(name: string): string {
  return encodeURIComponent(name).replace(/^\./, '%2E').replaceAll('*', '%2A');
}

export function runPaths(store: string, run: string): RunPaths {
  const directory = join(store, 'runs', fileName(run));
  return {
    directory,
    journal: join(directory, 'journal.jsonl'),
    taken: join(directory, 'journal.taken.jsonl'),
    payloads: join(directory, 'payloads.jsonl'),
    copied: join(directory, 'copied.json'),
    aside: join(directory, 'parted-'),
  };
}

export function runsDirectory(store: string): string {
  return join(store, 'runs');
}

export function leaseDirectory(store: string, environment: string): string {
  return join(store, 'leases', fileName(environment));
}

export function anchorPath(store: string, run: string): string {
  return join(store, 'anchors', `${fileName(run)}.json`);
}

/** Makes the entries of a directory durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A name beside `path` that nobody else uses. */
export function temporaryBeside(path: string): string {
  return `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
}

/** Writes and fsyncs `content` under a name of its own beside `path`; the caller renames or links it. */
export async function writeTemporary(path: string, content: string | Buffer, mode = 0o644): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryBeside(path);
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.chmod(mode);
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return temporary;
}

/** Replaces a file: temporary file, fsync, rename, fsync of the directory. */
export async function replaceFile(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
  const temporary = await writeTemporary(path, content, mode);
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** What lies in a directory, sorted; nothing when there is none. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** True for "no such file or directory". */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
