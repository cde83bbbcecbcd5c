import type { RawFinding, Tree } from '../types.ts';
import { type BuiltIn, directoryOf, inside, namedFiles, textOf } from './builtin.ts';
import { readNpmLock, readPackageJson } from './npm-lock.ts';

/**
 * Packages that run a program of their own on every machine that installs them, before anybody has called anything. Most malicious packages do
 * their work there. npm writes into the lock file which packages have such a script (`hasInstallScript`, from version 2 on).
 */
export const installScripts: BuiltIn = {
  id: 'install-scripts',
  subject: 'dependencies',
  about: 'npm packages that run scripts when they are installed',
  async look({ tree, settings }) {
    const files = namedFiles(tree, 'package-lock.json', 'npm-shrinkwrap.json');
    return files.length === 0 ? null : files.flatMap((file) => scriptsIn(tree, file, settings.installScripts));
  },
};

function scriptsIn(tree: Tree, file: string, allowed: readonly string[] | null): readonly RawFinding[] {
  const common = { scanner: 'install-scripts', subject: 'dependencies', file } as const;
  const lock = readNpmLock(textOf(tree, file));
  // One that cannot be read is a finding of `lockfile`.
  if (lock === null) return [];
  if (lock.packages.some(({ script }) => script === null))
    return [
      {
        ...common,
        rule: 'install-scripts-unknown',
        severity: allowed === null ? 'low' : 'high',
        message: `a lock file of version ${lock.version} does not say which packages run scripts when they are installed`,
        remedy: 'npm install --package-lock-only --lockfile-version 3',
      },
    ];
  const manifest = inside(directoryOf(file), 'package.json');
  // Where nothing is configured, what npm itself is told counts: it is written down, and a review sees it.
  const own = allowed === null && tree.files.includes(manifest) ? readPackageJson(textOf(tree, manifest)) : null;
  const may = new Set(allowed ?? own?.allowed ?? []);
  const seen = new Set<string>();
  return lock.packages.flatMap(({ script, name, version, line }): readonly RawFinding[] => {
    if (script !== true || may.has(name) || seen.has(name)) return [];
    seen.add(name);
    return [
      {
        ...common,
        rule: 'install-script',
        severity: allowed === null ? 'medium' : 'high',
        message: `${name} runs a script of its own when it is installed`,
        remedy: `read the script; then add ${name} to \`scan.installScripts\`, or install with --ignore-scripts`,
        package: { ecosystem: 'npm', name, version: version ?? 'unknown' },
        ...(line === undefined ? {} : { line }),
      },
    ];
  });
}
