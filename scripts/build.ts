import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { rolldown } from 'rolldown';

/**
 * Builds what ships: `dist/cli` for the package, `actions/<name>/dist` for the forge. Not minified: a bundle is read in review.
 * `--check` builds elsewhere and compares, so that a committed bundle cannot drift from its source.
 */

interface Bundle {
  readonly name: string;
  readonly input: Readonly<Record<string, string>>;
  readonly dir: string;
  /** Files that are read at run time, beside the bundle. */
  readonly assets: readonly string[];
  readonly committed: boolean;
}

const BUNDLES: readonly Bundle[] = [
  {
    name: 'cli',
    input: { main: 'src/cli/main.ts', 'supervisor-main': 'src/platform/local/supervisor-main.ts' },
    dir: 'dist/cli',
    assets: ['src/procedure/fence.sh'],
    committed: false,
  },
];

async function build(bundle: Bundle, dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const build = await rolldown({
    input: { ...bundle.input },
    platform: 'node',
    // Only what package.json lists as a dependency stays outside, and only for the package, which brings them along.
    external: bundle.committed ? [/^node:/] : [/^node:/, ...(await dependencies())],
  });
  await build.write({ dir, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name].js', minify: false });
  await build.close();
  for (const asset of bundle.assets) await cp(asset, `${dir}/${asset.split('/').at(-1)}`);
}

async function dependencies(): Promise<readonly RegExp[]> {
  const text = await readFile('package.json', 'utf8');
  const block = /"dependencies": \{([^}]*)\}/.exec(text)?.[1] ?? '';
  return [...block.matchAll(/"([^"]+)":/g)].map(([, name]) => new RegExp(`^${name}(/|$)`));
}

for (const bundle of BUNDLES) {
  await build(bundle, bundle.dir);
  console.log(`built ${bundle.name} → ${bundle.dir}`);
}
