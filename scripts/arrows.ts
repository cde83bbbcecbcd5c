import { copyFile, glob, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { z } from 'zod';

/** One import that the rules of .dependency-cruiser.cjs forbid. */
export interface Crossing {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

const patterns = ['src/**/*.ts', 'actions/*/*.ts', 'runbooks/**/*.ts', 'scripts/**/*.ts', 'test/**/*.ts'];

/**
 * Checks the import arrows of a tree with dependency-cruiser. It cannot read TypeScript without a compiler API, which
 * TypeScript 7 does not have, and then finds nothing wrong because it sees nothing. So it is given a copy in plain JavaScript
 * (file.ts becomes file.ts.js), in which type imports stand as ordinary imports: they are arrows too.
 * @returns how many files were seen, and every forbidden import, with the paths as they are in the tree
 */
export async function checkArrows(
  root: string,
): Promise<{ readonly files: number; readonly crossings: readonly Crossing[] }> {
  const copy = await mkdtemp(join(tmpdir(), 'shiplock-arrows-'));
  try {
    const files: string[] = [];
    for await (const path of glob(patterns, { cwd: root, exclude: ['**/node_modules', '**/dist'] })) {
      await mkdir(dirname(join(copy, path)), { recursive: true });
      await writeFile(join(copy, `${path}.js`), plainJavaScript(await readFile(join(root, path), 'utf8')));
      files.push(`${path}.js`);
    }
    // Data that a module imports as it is.
    for await (const path of glob(['src/**/*.json', 'tools/*/package*.json', 'tools/*/wheels.json'], { cwd: root })) {
      await mkdir(dirname(join(copy, path)), { recursive: true });
      await copyFile(join(root, path), join(copy, path));
    }
    if (files.length === 0) throw new Error(`no TypeScript file was found in ${root}: nothing was checked`);
    const here = join(import.meta.dirname, '..');
    await symlink(join(here, 'node_modules'), join(copy, 'node_modules'));
    await writeFile(join(copy, 'package.json'), await readFile(join(here, 'package.json'), 'utf8'));
    const { options, forbidden } = rules(createRequire(import.meta.url)('../.dependency-cruiser.cjs'));
    const result = await cruise(
      files,
      { ...options, baseDir: copy, ruleSet: { forbidden }, validate: true },
      options.enhancedResolveOptions,
    );
    if (typeof result.output === 'string') throw new Error('dependency-cruiser gave text where a result was expected');
    const seen = result.output.modules.filter((module) => files.includes(module.source)).length;
    if (seen !== files.length)
      throw new Error(`dependency-cruiser saw ${seen} of ${files.length} files: the check is worth nothing`);
    const crossings = result.output.summary.violations.map(({ rule, from, to }) => ({
      rule: rule.name,
      from: asInTree(from),
      to: asInTree(to),
    }));
    return { files: files.length, crossings };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** TypeScript without its types, but with all of its imports, and with relative ones pointing at the .ts.js copies. */
export function plainJavaScript(source: string): string {
  const imports = source
    .replace(/^(\s*)import\s+type\b(?=\s*[\w{*])/gm, '$1import')
    .replace(/^(\s*)export\s+type(?=\s*[{*])/gm, '$1export');
  return stripTypeScriptTypes(imports).replace(/(['"])(\.{1,2}\/[^'"\n]+\.ts)\1/g, '$1$2.js$1');
}

const asInTree = (path: string): string => path.replace(/\.ts\.js$/, '.ts');

const ruleFile = z.object({
  forbidden: z.array(
    z.looseObject({ name: z.string(), from: z.record(z.string(), z.unknown()), to: z.record(z.string(), z.unknown()) }),
  ),
  options: z.looseObject({ enhancedResolveOptions: z.record(z.string(), z.unknown()) }),
});

/** The rule file's own words, with `\.ts$` meaning the copies, and without what only a TypeScript compiler understands. */
function rules(config: unknown): z.infer<typeof ruleFile> {
  const text = JSON.stringify(ruleFile.parse(config)).replaceAll('\\\\.ts$', '\\\\.ts\\\\.js$');
  const { forbidden, options } = ruleFile.parse(JSON.parse(text));
  const { tsConfig: _compilerOnly, tsPreCompilationDeps: _alwaysSo, ...rest } = options;
  return { forbidden, options: { ...rest, enhancedResolveOptions: options.enhancedResolveOptions } };
}

if (import.meta.main) {
  const { files, crossings } = await checkArrows(join(import.meta.dirname, '..'));
  for (const { rule, from, to } of crossings) process.stdout.write(`${rule}: ${from} → ${to}\n`);
  process.stdout.write(`${files} files, ${crossings.length} forbidden imports\n`);
  process.exitCode = crossings.length === 0 ? 0 : 1;
}
