import { type FileHandle, open, readFile, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { type Problem, ProblemError } from '../../model/problem.ts';

/**
 * A repository in a directory of this machine may lie on a file system that is mounted there: a share of NFS, a second disk. When it is not, or goes away
 * while a backup is taken, the directory is still there, or restic makes it: what is written then lies on the disk below, and nobody finds it once the share is back.
 */

/** Stays open while something is stored, so that what was mounted keeps its number. */
export interface HeldPlaces {
  /** Nothing where each still is what it was. @param repository one of those that are held; others are never a problem */
  moved(repository: string): Promise<readonly Problem[]>;
  close(): Promise<void>;
}

/** For looks, which store nothing. */
export const NOTHING_HELD: HeldPlaces = { moved: async () => [], close: async () => undefined };

/**
 * Keeps in mind which file systems lie below these repositories. An address is none of a directory, and is left out, as is a directory that cannot be
 * opened: restic says why.
 * @param repositories as they are configured: absolute paths, or addresses
 */
export async function holdPlaces(repositories: readonly string[]): Promise<HeldPlaces> {
  const held = new Map<string, FileHandle>();
  for (const repository of repositories.filter(isAbsolute)) {
    const handle = await openNearest(repository).catch(() => null);
    if (handle !== null) held.set(repository, handle);
  }
  return {
    moved: async (repository) => {
      const before = held.get(repository);
      if (before === undefined) return [];
      const now = await openNearest(repository).catch((error: unknown) => String(error));
      if (typeof now === 'string') return [movedProblem(repository, now)];
      try {
        const same = (await mountNumber(before)) === (await mountNumber(now));
        return same ? [] : [movedProblem(repository, 'another file system than when the backup began')];
      } finally {
        await now.close();
      }
    },
    close: async () => {
      for (const handle of held.values()) await handle.close();
    },
  };
}

/** Does the work while the place of the repository is held. @throws ProblemError when it did not stay */
export async function whileHeld<T>(repository: string, work: () => Promise<T>): Promise<T> {
  const held = await holdPlaces([repository]);
  try {
    const answer = await work();
    const problems = await held.moved(repository);
    if (problems.length > 0) throw new ProblemError(problems);
    return answer;
  } finally {
    await held.close();
  }
}

/** The directory itself, or the nearest one above it that is there: restic makes the rest. */
async function openNearest(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error;
    return openNearest(dirname(path));
  }
}

/** The kernel's number of the mount. While somebody has it open it is given to no other, also when it was taken away. Null: this kernel does not tell. */
async function mountNumber({ fd }: FileHandle): Promise<string | null> {
  const text = await readFile(`/proc/self/fdinfo/${fd}`, 'utf8').catch(() => '');
  return /^mnt_id:\s*(\d+)$/m.exec(text)?.[1] ?? null;
}

/** Nothing, or that a file system which /etc/fstab names for this place is not mounted. An address is no place. Looks only. */
export async function notMounted(repository: string): Promise<readonly Problem[]> {
  if (!isAbsolute(repository)) return [];
  const place = await realPlace(repository);
  // Whoever looks has it mounted, where systemd does that on demand: so first the look at the place, then at what is mounted.
  const [fstab, mounted] = await Promise.all([
    readFile('/etc/fstab', 'utf8').catch(() => ''),
    readFile('/proc/self/mountinfo', 'utf8').catch(() => null),
  ]);
  const absent = mounted === null ? null : absentMount(place, fstab, mounted);
  return absent === null ? [] : [absentProblem(repository, absent)];
}

async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) return path;
    return join(await realPlace(dirname(path)), path.slice(dirname(path).length));
  }
}

/**
 * The mount point at or above a place that is to be mounted and is not; null: none. The lowest where there are several. Pure.
 * @param fstab text of /etc/fstab
 * @param mountinfo text of /proc/self/mountinfo
 */
export function absentMount(place: string, fstab: string, mountinfo: string): string | null {
  const mounted = new Set(mountinfo.split('\n').map((line) => unescaped(line.split(' ')[4] ?? '')));
  const named = fstab
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .map((line) => unescaped(line.trim().split(/\s+/)[1] ?? '').replace(/(?<=.)\/+$/, ''))
    .filter((point) => isAbsolute(point) && point !== '/');
  const above = named.filter((point) => `${place}/`.startsWith(`${point}/`) && !mounted.has(point));
  return above.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

/** Blanks stand as `\040` in both files. */
function unescaped(word: string): string {
  return word.replaceAll(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function movedProblem(where: string, found: string): Problem {
  return {
    code: 'backup.repository-moved',
    where,
    found,
    expected: 'the same file system from the beginning of the backup to its end',
    remedy:
      'mount it again and take the backup again: nothing of this one counts. What restic has written meanwhile may lie in the directory below the mount point; look there while nothing is mounted',
  };
}

function absentProblem(where: string, point: string): Problem {
  return {
    code: 'backup.not-mounted',
    where,
    found: `nothing is mounted at ${point}, which /etc/fstab names`,
    expected: 'the file system on which the repository lies',
    remedy: `\`mount ${point}\`; where nothing is to be mounted there any more, take its line out of /etc/fstab`,
  };
}
