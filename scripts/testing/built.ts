import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundles, differences, writeBundle } from '../bundle.ts';
import { BUILT_PROGRAM } from './built-program.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DIST = dirname(BUILT_PROGRAM);
const CACHE = join(DIST, '..', '..');

/** Builds the command before the first test, where the sources are not those of the last time. Another run that uses the same one is not disturbed. */
export async function setup(): Promise<void> {
  const bundle = bundles.find(({ name }) => name === 'actions');
  if (bundle === undefined) throw new Error('there is no bundle "actions"');
  await mkdir(join(CACHE, 'actions'), { recursive: true });
  await copyFile(join(ROOT, 'package.json'), join(CACHE, 'package.json'));
  const fresh = await mkdtemp(join(CACHE, 'fresh-'));
  try {
    await writeBundle(bundle, join(fresh, 'dist'));
    const same = await differences(join(fresh, 'dist'), DIST).catch(() => ['nothing there']);
    if (same.length === 0) return;
    await rm(DIST, { recursive: true, force: true });
    await rename(join(fresh, 'dist'), DIST);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
