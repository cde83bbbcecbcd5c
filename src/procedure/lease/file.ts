import { link, mkdir, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Lease, leaseSchema } from '../../model/journal.ts';
import { ProblemError } from '../../model/problem.ts';
import { canonical, toJson } from '../journal/canonical.ts';
import { hasCode, isMissing, leaseDirectory, syncDirectory, writeTemporary } from '../store.ts';

/**
 * The lease of an environment as numbered files, `leases/<environment>/<n>.json`; the greatest number is the truth. The next number
 * is made by link(2), which fails when it exists: compare-and-swap without a lock that a dead process could keep.
 */

export interface LeaseVersion {
  readonly version: number;
  readonly lease: Lease;
}

/** The lease as it is now; undefined when the environment never had one. */
export async function readLease(store: string, environment: string): Promise<LeaseVersion | undefined> {
  const directory = leaseDirectory(store, environment);
  for (let attempt = 0; ; attempt++) {
    const version = (await versions(directory)).at(-1);
    if (version === undefined) return undefined;
    const path = join(directory, name(version));
    try {
      const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
      return { version, lease: leaseSchema.parse(parsed) };
    } catch (error) {
      // Replaced and cleared away between listing and reading: look again.
      if (isMissing(error) && attempt < 100) continue;
      throw new ProblemError({
        code: 'lease.unreadable',
        where: path,
        found: error instanceof Error ? error.message : String(error),
        expected: 'a lease of format version 1',
        remedy: 'check that the state directory is readable and was written by this version of shiplock',
      });
    }
  }
}

/** Writes `lease` as the version after `before` (0 for none). False when somebody else was faster; then nothing changed. */
export async function swapLease(store: string, before: number, lease: Lease): Promise<boolean> {
  const directory = leaseDirectory(store, lease.environment);
  await mkdir(directory, { recursive: true });
  const version = before + 1;
  const path = join(directory, name(version));
  const temporary = await writeTemporary(path, `${canonical(toJson(lease))}\n`);
  try {
    await link(temporary, path);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(temporary);
  }
  await syncDirectory(directory);
  const present = await versions(directory);
  // Somebody who is very late may make a number that was already used and cleared away; later numbers are then still there.
  if (present.at(-1) !== version) return false;
  for (const old of present) if (old < version - 1) await unlink(join(directory, name(old))).catch(() => undefined);
  return true;
}

function name(version: number): string {
  return `${String(version).padStart(12, '0')}.json`;
}

async function versions(directory: string): Promise<readonly number[]> {
  try {
    const names = await readdir(directory);
    return names
      .filter((file) => /^\d{12}\.json$/.test(file))
      .map((file) => Number(file.slice(0, 12)))
      .sort((a, b) => a - b);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
