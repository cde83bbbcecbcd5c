import type { RawFinding, Tree } from '../types.ts';
import { directoryOf, inside, namedFiles, textOf } from './builtin.ts';
import { type GoMod, readGoMod, readGoSum } from './go-mod.ts';
import { lockFinding } from './lock-npm.ts';

/** What is wrong with go.mod and go.sum. The sums themselves are checked by the go command, against the public log of sums. */

const TIDY = 'go mod tidy, and look at the difference before you commit it';

/** Findings of all modules; null: there is none. Pure but for reading. */
export function goSums(tree: Tree): readonly RawFinding[] | null {
  const files = namedFiles(tree, 'go.mod');
  if (files.length === 0) return null;
  const workspace = namedFiles(tree, 'go.work').map(directoryOf);
  return files.flatMap((file) => {
    const directory = directoryOf(file);
    const mod = readGoMod(textOf(tree, file));
    const shared = workspace.some((at) => at === '.' || directory === at || directory.startsWith(`${at}/`));
    return [
      ...missingSums(tree, inside(directory, 'go.sum'), file, mod, shared),
      ...replaced(file, directory, mod),
      ...toolchain(file, mod),
    ];
  });
}

function missingSums(tree: Tree, sumFile: string, file: string, mod: GoMod, shared: boolean): readonly RawFinding[] {
  const directories = new Set(mod.replaces.filter(({ version }) => version === null).map(({ from }) => from));
  const others = new Map(
    mod.replaces.flatMap(({ from, to, version }) => (version === null ? [] : [[from, { to, version }] as const])),
  );
  const fetched = mod.requires.filter(({ path }) => !directories.has(path));
  if (!tree.files.includes(sumFile)) {
    if (fetched.length === 0 || shared) return [];
    const message = `no go.sum for ${fetched.length} modules: nobody knows whether they are still what they were`;
    return [lockFinding('go-sum-missing', 'medium', file, message, TIDY)];
  }
  const sums = readGoSum(textOf(tree, sumFile));
  const twice = [...sums].filter(([, list]) => new Set(list.filter((sum) => sum.startsWith('h1:'))).size > 1);
  const missing = shared
    ? []
    : fetched.filter(({ path, version }) => {
        const { to, version: at } = others.get(path) ?? { to: path, version };
        return !sums.has(`${to} ${at}/go.mod`) && !sums.has(`${to} ${at}`);
      });
  const [first] = missing;
  return [
    ...twice.map(([key]) =>
      lockFinding(
        'go-sum-twice',
        'high',
        sumFile,
        `${key} has two different sums: the go command takes either`,
        'find out where the second comes from; then delete both and run go mod download',
      ),
    ),
    ...(first === undefined
      ? []
      : [
          lockFinding(
            'go-sum-stale',
            'medium',
            file,
            `go.sum has no sum of ${first.path} ${first.version}${missing.length > 1 ? ` and of ${missing.length - 1} more` : ''}`,
            TIDY,
            { line: first.line },
          ),
        ]),
  ];
}

function replaced(file: string, directory: string, { replaces }: GoMod): readonly RawFinding[] {
  return replaces.flatMap(({ from, to, version, line }) => {
    if (version !== null) {
      // Only a version of the same module is held.
      if (from === to) return [];
      const message = `${from} is replaced by ${to} ${version}: scanners look for faults of the first under its own name`;
      return [
        lockFinding(
          'go-replace-fork',
          'low',
          file,
          message,
          'say in a comment why, and follow what the first one mends',
          { line },
        ),
      ];
    }
    if (!outside(directory, to)) return [];
    const message = `${from} is replaced by ${to}, outside of the repository: it is another thing on each machine`;
    return [
      lockFinding('go-replace-outside', 'medium', file, message, 'use go.work for that, which is not committed', {
        line,
      }),
    ];
  });
}

function outside(directory: string, path: string): boolean {
  if (path.startsWith('/')) return true;
  const depth = directory === '.' ? 0 : directory.split('/').length;
  return path.split('/').filter((part) => part === '..').length > depth;
}

/** `go1.26.1` and `default` are of the Go project; with more behind it the go command would run somebody's own. https://go.dev/doc/toolchain */
function toolchain(file: string, { toolchain: named }: GoMod): readonly RawFinding[] {
  if (named === null || /^(?:default|go1\.\d+(?:\.\d+|rc\d+|beta\d+)?)$/.test(named.name)) return [];
  const message = `the toolchain ${named.name} is no release of the Go project`;
  return [
    lockFinding('go-toolchain', 'medium', file, message, 'name a release such as go1.26.1', { line: named.line }),
  ];
}
