import { createHash } from 'node:crypto';
import { glob, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** What nobody has used for so long is taken away, milliseconds. */
const OLD_MS = 24 * 60 * 60 * 1000;

/** The name of what the link to the directory in use is called. */
export const CURRENT = 'current';

/**
 * One name for the content of files: other content, other files or other paths give another one.
 * @param patterns of paths below `root`; where nothing matches, nothing counts
 */
export async function sourcesName(root: string, patterns: readonly string[]): Promise<string> {
  const paths = new Set<string>();
  for await (const entry of glob(patterns, { cwd: root, exclude: ['**/node_modules', '**/dist'], withFileTypes: true }))
    if (entry.isFile()) paths.add(join(entry.parentPath, entry.name).slice(root.length + 1));
  const hash = createHash('sha256');
  for (const path of [...paths].toSorted()) {
    const bytes = await readFile(join(root, path));
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Sees to it that `home/current` leads to what these sources make: `home/NAME`, built where it is not there yet. Killed at any moment, or run by several at
 * once, it leaves nothing half built under that name; what another run uses is neither changed nor taken away.
 * @param build fills a directory that it makes itself
 */
export async function provide(home: string, name: string, build: (dir: string) => Promise<unknown>): Promise<void> {
  await mkdir(home, { recursive: true });
  const own = await mkdtemp(join(home, 'fresh-'));
  const place = join(home, name);
  try {
    if (!(await exists(place))) {
      await build(join(own, 'built'));
      await rename(join(own, 'built'), place).catch(async (error: unknown) => {
        // Another run has put the same there meanwhile.
        if (!(await exists(place))) throw error;
      });
    }
    const now = new Date();
    await utimes(place, now, now);
    await symlink(name, join(own, CURRENT));
    await rename(join(own, CURRENT), join(home, CURRENT));
  } finally {
    await rm(own, { recursive: true, force: true });
  }
  await clear(home, name);
}

async function clear(home: string, inUse: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name === inUse || name === CURRENT) continue;
    const about = await lstat(join(home, name)).catch(() => null);
    if (about === null || about.mtimeMs > Date.now() - OLD_MS) continue;
    await rm(join(home, name), { recursive: true, force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
