/** A Go module with code of its own. */
export interface GoModule {
  /** Where its go.mod is, relative to the tree; `.` at its top. */
  readonly directory: string;
  /** Directories of its packages, relative to the module: `.`, `./cmd/api`. */
  readonly packages: readonly string[];
}

/**
 * The modules among some files. A package belongs to the innermost go.mod above it. What `./...` of the go command leaves out is left out here too: tests
 * alone, `vendor`, `testdata`, and names that begin with `_` or `.` (`go help packages`). A go.mod without a package has nothing that a
 * scanner of code could read. Pure.
 */
export function goModules(files: readonly string[]): readonly GoModule[] {
  const directories = files.filter((file) => nameOf(file) === 'go.mod').map(directoryOf);
  const modules = new Map(directories.map((directory) => [directory, new Set<string>()]));
  for (const file of files) {
    if (!file.endsWith('.go') || file.endsWith('_test.go') || /^[_.]/.test(nameOf(file))) continue;
    const at = directoryOf(file);
    const module = above(at).find((directory) => modules.has(directory));
    if (module === undefined) continue;
    const inside = module === '.' ? at : at.slice(module.length + 1) || '.';
    if (!inside.split('/').some(isLeftOut)) modules.get(module)?.add(inside === '.' ? '.' : `./${inside}`);
  }
  return [...modules].flatMap(([directory, packages]) =>
    packages.size === 0 ? [] : [{ directory, packages: [...packages].toSorted() }],
  );
}

function isLeftOut(part: string): boolean {
  return part === 'vendor' || part === 'testdata' || part.startsWith('_') || (part.startsWith('.') && part !== '.');
}

/** A directory, and all above it, innermost first. */
function above(directory: string): readonly string[] {
  return directory === '.' ? ['.'] : [directory, ...above(directoryOf(directory))];
}

function directoryOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end === -1 ? '.' : path.slice(0, end);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
