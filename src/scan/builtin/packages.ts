import type { Tree } from '../types.ts';
import { namedFiles, textOf } from './builtin.ts';
import { readGoMod } from './go-mod.ts';
import { lineOfName, readNpmLock, readPackageJson } from './npm-lock.ts';

/** Which packages of others a tree uses, by its lock files. */

export interface UsedPackage {
  readonly ecosystem: 'npm' | 'Go';
  readonly name: string;
  readonly version: string;
  /** The repository asks for it by name; others come with those. */
  readonly direct: boolean;
  /** Address of what is fetched; null: what the package manager is set to. */
  readonly resolved: string | null;
  readonly file: string;
  readonly line: number | undefined;
}

/** All of them, each place where they stand. Pure but for reading. */
export function packagesOf(tree: Tree): readonly UsedPackage[] {
  return [...npmPackages(tree), ...goModules(tree)];
}

function npmPackages(tree: Tree): readonly UsedPackage[] {
  const found: UsedPackage[] = [];
  const locked = new Set<string>();
  const asked = new Map<
    string,
    readonly { readonly name: string; readonly file: string; readonly line: number | undefined }[]
  >();
  for (const file of namedFiles(tree, 'package.json')) {
    const text = textOf(tree, file);
    const asks = readPackageJson(text);
    const entries = Object.entries({ ...asks?.optionalDependencies, ...asks?.devDependencies, ...asks?.dependencies });
    const names = entries.flatMap(([key, range]) => {
      const name = /^npm:(@?[^@]+)/.exec(range)?.[1] ?? key;
      // A path or a repository is no name of a registry.
      return /^(?:file|link|workspace|portal|git|github|https?)[+:]|^[\w.-]+\/[\w.-]+/.test(range)
        ? []
        : [{ name, file, line: lineOfName(text, key) }];
    });
    asked.set(file, names);
  }
  const direct = new Map([...asked.values()].flat().map((one) => [one.name, one] as const));
  for (const file of namedFiles(tree, 'package-lock.json', 'npm-shrinkwrap.json'))
    for (const one of readNpmLock(textOf(tree, file))?.packages ?? []) {
      if (one.link || one.version === null || !(one.resolved === null || /^https?:/.test(one.resolved))) continue;
      locked.add(one.name);
      found.push({
        ecosystem: 'npm',
        name: one.name,
        version: one.version,
        direct: direct.has(one.name),
        resolved: one.bundled ? null : one.resolved,
        file,
        line: one.line,
      });
    }
  // What another package manager locks, or nobody: its name can be judged, and no version of it is known.
  for (const one of direct.values())
    if (!locked.has(one.name))
      found.push({ ecosystem: 'npm', version: 'unknown', direct: true, resolved: null, ...one });
  return found;
}

function goModules(tree: Tree): readonly UsedPackage[] {
  return namedFiles(tree, 'go.mod').flatMap((file) => {
    const { requires, replaces } = readGoMod(textOf(tree, file));
    const instead = new Map(replaces.map((one) => [one.from, one]));
    return requires.flatMap(({ path, version, indirect, line }): readonly UsedPackage[] => {
      const other = instead.get(path);
      if (other !== undefined && other.version === null) return [];
      const { name, at } = other === undefined ? { name: path, at: version } : { name: other.to, at: other.version };
      return [{ ecosystem: 'Go', name, version: at ?? version, direct: !indirect, resolved: null, file, line }];
    });
  });
}

/** Name and version, to be compared. Pure. */
export function keyOf({ ecosystem, name, version }: Pick<UsedPackage, 'ecosystem' | 'name' | 'version'>): string {
  return `${ecosystem} ${name} ${version}`;
}
