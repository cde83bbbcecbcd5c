import { copyFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type OutputChunk, rolldown } from 'rolldown';
import { ASSETS, BESIDE, ownModules } from '../bundle.ts';
import { CHILDREN } from './children.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SOURCES = join(ROOT, 'src');
const entries = {
  ...BESIDE,
  ...CHILDREN,
  // What a runbook of a child starts as "itself" lies beside it.
  shiplock: 'src/cli/light-main.ts',
};
const programs: ReadonlySet<string> = new Set(Object.values(entries).map((path) => join(ROOT, path)));

/**
 * Modules of tests and scripts look for files beside their sources, those of the product beside what was built; only an entry is ever the program that was
 * started.
 */
const whereModulesLie = {
  name: 'where-modules-lie',
  transform: (code: string, id: string): string | null => {
    if (!code.includes('import.meta.') || /[\\/]node_modules[\\/]/.test(id)) return null;
    const program = programs.has(id) ? code : code.replaceAll('import.meta.main', 'false');
    if (id.startsWith(SOURCES)) return program;
    return program
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
      .replaceAll('import.meta.filename', JSON.stringify(id))
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href));
  },
};

/**
 * Builds what tests start into `dir`, with all dependencies inside, not minified and with the names of the sources, for whoever reads a stack.
 * @throws when a file would load an entry, which is a program and would run
 */
export async function writeChildren(dir: string): Promise<void> {
  const build = await rolldown({
    cwd: ROOT,
    input: entries,
    platform: 'node',
    preserveEntrySignatures: 'strict',
    external: [/^node:/],
    plugins: [whereModulesLie],
    experimental: { attachDebugInfo: 'simple' },
    treeshake: { moduleSideEffects: [ownModules] },
  });
  const form = {
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared-[name].js',
    minify: false,
  } as const;
  const { output } = await build.write({ ...form, dir });
  await build.close();
  const chunks = output.filter((one): one is OutputChunk => one.type === 'chunk');
  const started = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  const loaded = chunks.flatMap(({ fileName, imports, dynamicImports }) =>
    [...imports, ...dynamicImports].filter((one) => started.has(one)).map((one) => `${fileName} loads ${one}`),
  );
  if (loaded.length > 0) throw new Error(`programs for tests load each other: ${loaded.join(', ')}`);
  for (const asset of ASSETS) await copyFile(join(ROOT, asset), join(dir, basename(asset)));
}
