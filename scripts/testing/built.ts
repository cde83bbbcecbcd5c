import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILT } from './built-program.ts';
import { provide, sourcesName } from './provide.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Whatever may become a part of what is built. Of dependencies, what the lock file says of them. */
const PRODUCT = [...['actions', 'runbooks', 'scripts', 'src', 'tools'].map((one) => `${one}/**`), 'package*.json'];
/** Nothing imports a file of tests. */
const TESTS = 'test/**/!(*.test).ts';

/** Builds what tests start, before the first of them and where the sources are not those of an earlier time: the command as the actions ship it, and the children. */
export async function setup(): Promise<void> {
  await mkdir(BUILT, { recursive: true });
  // The command reads its version two directories above itself.
  await copyFile(join(ROOT, 'package.json'), join(BUILT, 'package.json'));
  await provide(join(BUILT, 'actions'), await sourcesName(ROOT, PRODUCT), writeActions);
  await provide(join(BUILT, 'children'), await sourcesName(ROOT, [...PRODUCT, TESTS]), async (dir) => {
    const { writeChildren } = await import('./bundle-children.ts');
    await writeChildren(dir);
  });
}

async function writeActions(dir: string): Promise<void> {
  const { bundles, writeBundle } = await import('../bundle.ts');
  const actions = bundles.find(({ name }) => name === 'actions');
  if (actions === undefined) throw new Error('there is no bundle "actions"');
  await writeBundle(actions, dir);
}
