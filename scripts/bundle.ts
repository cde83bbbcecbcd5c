import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type OutputChunk, type RolldownOutput, rolldown } from 'rolldown';
import { actName, commonModules, partsOfEntries } from './bundle-groups.ts';
import { packagesOf, thirdPartyNotices } from './bundle-notices.ts';

const ROOT = join(import.meta.dirname, '..');

/** Our modules do nothing by being loaded, but for programs: an index makes nobody load what he does not use. */
export const ownModules = { test: /[\\/]src[\\/](?!.*main\.ts$)/, sideEffects: false };

/** One directory of JavaScript that ships. All files lie flat in it, so that what one module starts beside itself is there. */
export interface Bundle {
  readonly name: string;
  /** Where it ships, below the root of the repository. */
  readonly dir: string;
  /** Every file that is started by its path is an entry of its own; the rest becomes shared chunks. */
  readonly entries: Readonly<Record<string, string>>;
  /** Files that are read or run as they are, beside the bundle. */
  readonly assets: readonly string[];
  /** `inside`: needs no node_modules (an action is taken as it is). `outside`: npm installs the dependencies with the package. */
  readonly dependencies: 'inside' | 'outside';
}

/** Started by `platform` and `gitops` beside themselves. */
export const BESIDE = {
  'bucket-main': 'src/platform/bucket/bucket-main.ts',
  'commit-main': 'src/gitops/commit-main.ts',
  'host-main': 'src/platform/ssh/host-main.ts',
  'supervisor-main': 'src/platform/local/supervisor-main.ts',
  'unit-main': 'src/platform/local/unit-main.ts',
};
/** Files that modules read or run beside themselves. */
export const ASSETS: readonly string[] = [
  'src/build/client/installer.sh',
  'src/platform/database-setup.sh',
  'src/platform/database.sh',
  'src/platform/files.sh',
  'src/platform/keys.sh',
  'src/platform/lay.sh',
  'src/platform/logs.sh',
  'src/platform/packages.sh',
  'src/platform/ssh/host.sh',
  'src/procedure/lease/fence.sh',
  'src/traffic/nginx/nginx-run.sh',
  'src/traffic/nginx/nginx-reload.sh',
];

/** Every directory below actions/ with an action.yml. */
export const actionNames: readonly string[] = readdirSync(join(ROOT, 'actions'))
  .filter((name) => existsSync(join(ROOT, 'actions', name, 'action.yml')))
  .toSorted();

/** Every runbook is a program of its own, and is loaded by the command line too. */
export const runbookNames: readonly string[] = readdirSync(join(ROOT, 'runbooks'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => basename(name, '.ts'))
  .toSorted();

/** Begins the name of an entry that starts a runbook. */
const RUNBOOK_PROGRAM = 'runbook-program:';

/**
 * The command line loads the definition of a runbook, and nobody may load an entry, which is a program: so the program of each is a module of its own,
 * made here.
 */
const runbookPrograms = {
  name: 'runbook-programs',
  resolveId: (id: string) => (id.startsWith(RUNBOOK_PROGRAM) ? `\0${id}` : null),
  load: (id: string) => {
    if (!id.startsWith(`\0${RUNBOOK_PROGRAM}`)) return null;
    const name = id.slice(RUNBOOK_PROGRAM.length + 1);
    return [
      `import runbook from ${JSON.stringify(join(ROOT, 'runbooks', `${name}.ts`))};`,
      `import { ownProgram } from ${JSON.stringify(join(ROOT, 'src', 'cli', 'runbook', 'own.ts'))};`,
      'process.exitCode = await ownProgram(import.meta.url, runbook);',
    ].join('\n');
  },
};

export const bundles: readonly Bundle[] = [
  {
    name: 'cli',
    dir: 'dist/cli',
    entries: {
      main: 'src/cli/main.ts',
      ...Object.fromEntries(runbookNames.map((name) => [`runbook-${name}`, `${RUNBOOK_PROGRAM}${name}`])),
      ...BESIDE,
    },
    assets: ASSETS,
    dependencies: 'outside',
  },
  {
    // All actions in one directory: what they share is stored once. The forge checks the whole repository out, so `../dist` is there.
    name: 'actions',
    dir: 'actions/dist',
    entries: {
      ...Object.fromEntries(actionNames.map((name) => [name, `actions/${name}/index.ts`])),
      post: 'actions/shared/post.ts',
      shiplock: 'src/cli/light-main.ts',
      ...BESIDE,
    },
    assets: ASSETS,
    dependencies: 'inside',
  },
];

/**
 * Builds a bundle into `dir`, which is emptied first. Not minified: a bundle is read in review. The same sources give the same
 * bytes wherever the directory lies.
 * @returns what was written, name → bytes
 */
export async function writeBundle(bundle: Bundle, dir: string): Promise<ReadonlyMap<string, number>> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const inside = bundle.dependencies === 'inside';
  const build = await rolldown({
    cwd: ROOT,
    input: { ...bundle.entries },
    platform: 'node',
    // Needed for grouping, and nobody imports an action; what imports the command keeps to its exports.
    ...(inside ? { preserveEntrySignatures: 'allow-extension' } : {}),
    external: [/^node:/, ...(inside ? [] : await dependencyPatterns())],
    plugins: [runbookPrograms],
    // A module that is a program when it is started itself is only a module here; `shiplock` starts it.
    transform: { define: { 'import.meta.main': 'false' } },
    experimental: { attachDebugInfo: 'simple' },
    treeshake: {
      moduleSideEffects: [
        ownModules,
        // What @actions/core needs only for OIDC: half of the bundle, and nothing of it is called.
        { test: /node_modules[\\/](undici|tunnel|@actions[\\/])/, sideEffects: false },
      ],
    },
  });
  const form = {
    format: 'esm',
    entryFileNames: '[name].js',
    // No chunk may take the name of an entry.
    chunkFileNames: ({ facadeModuleId }: { readonly facadeModuleId: string | null }) =>
      `${actName(facadeModuleId) ?? 'shared-[name]'}.js`,
    minify: false,
  } as const;
  const plain = inside ? chunksOf((await build.generate(form)).output) : [];
  const common = commonModules(plain);
  const parts = partsOfEntries(plain);
  const isLibrary = (id: string): boolean => /[\\/]node_modules[\\/]/.test(id);
  const together = {
    includeDependenciesRecursively: false,
    groups: [
      { name: 'libraries', test: (id: string) => common.has(id) && isLibrary(id) },
      { name: 'common', test: (id: string) => common.has(id) && !isLibrary(id) },
      {
        name: (id: string) => parts.get(id) ?? null,
        debugName: 'parts',
        test: (id: string) => parts.has(id) && !common.has(id),
      },
    ],
  };
  const { output } = await build.write({ ...form, dir, ...(inside ? { codeSplitting: together } : {}) });
  await build.close();
  for (const asset of bundle.assets) await copyFile(join(ROOT, asset), join(dir, basename(asset)));
  if (inside) {
    const names = packagesOf(chunksOf(output).flatMap((chunk) => chunk.moduleIds));
    await writeFile(join(dir, 'THIRD_PARTY_NOTICES.txt'), await thirdPartyNotices(join(ROOT, 'node_modules'), names));
    // Whoever takes the directory alone still gets modules.
    await writeFile(join(dir, 'package.json'), '{ "type": "module", "private": true }\n');
  }
  return new Map([...(await contents(dir))].map(([name, bytes]) => [name, bytes.length]));
}

function chunksOf(output: RolldownOutput['output']): readonly OutputChunk[] {
  return output.filter((one): one is OutputChunk => one.type === 'chunk');
}

/** What differs between two directories: names with what is wrong. Empty when they are equal byte for byte. */
export async function differences(wanted: string, found: string): Promise<readonly string[]> {
  const [left, right] = await Promise.all([contents(wanted), contents(found)]);
  const names = [...new Set([...left.keys(), ...right.keys()])].toSorted();
  return names.flatMap((name) => {
    const [one, other] = [left.get(name), right.get(name)];
    if (one === undefined) return [`${name}: not built from the sources any more`];
    if (other === undefined) return [`${name}: missing`];
    return one.equals(other) ? [] : [`${name}: differs`];
  });
}

async function contents(dir: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = await readdir(dir).catch(() => []);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(dir, name))] as const)));
}

async function dependencyPatterns(): Promise<readonly RegExp[]> {
  const manifest: unknown = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const names =
    typeof manifest === 'object' && manifest !== null && 'dependencies' in manifest
      ? Object.keys(manifest.dependencies ?? {})
      : [];
  return names.map((name) => new RegExp(`^${name}(/|$)`));
}
