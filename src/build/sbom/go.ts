import type { Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { type Package, purlPart } from './inventory.ts';

/** Modules of a Go program, from the build information that the linker put into it (`go version -m`; debug/buildinfo). */

export interface GoModules {
  /** The modules that are linked in, and the standard library. */
  readonly packages: readonly Package[];
  /** purls of all of them: a program does not say which module needs which. */
  readonly needs: readonly string[];
}

/**
 * Reads the modules of a program.
 * @throws ProblemError `build.no-build-info` for a file without build information
 */
export async function goModules(path: string, exec: Exec, signal: AbortSignal): Promise<GoModules> {
  const said = await exec.read(['go', 'version', '-m', path], { signal });
  const modules = said.exitCode === 0 ? parseBuildInfo(said.stdout) : null;
  if (modules !== null) return modules;
  throw new ProblemError({
    code: 'build.no-build-info',
    where: path,
    found: said.stderr.trim().split('\n')[0] || 'no version of Go in it',
    expected: 'a Go program with its build information',
    remedy: 'build it with Go 1.18 or newer, and without what takes it away',
  });
}

/** Modules from what `go version -m` prints; null: it names no version of Go. Pure. */
export function parseBuildInfo(text: string): GoModules | null {
  const lines = text.split('\n');
  const go = /: (?:go|devel go)(\d+(?:\.\d+)*(?:(?:rc|beta)\d+)?)/.exec(lines[0] ?? '')?.[1];
  if (go === undefined) return null;
  const packages: Package[] = [goPackage('stdlib', go, null)];
  for (const line of lines.slice(1)) {
    const [, kind, path = '', version = '', sum] = line.split('\t');
    if (kind === 'dep') packages.push(goPackage(path, version, sum ?? null));
    // What a module is replaced by is what is linked in.
    else if (kind === '=>' && packages.length > 1) packages.splice(-1, 1, goPackage(path, version, sum ?? null));
  }
  const known = new Map(packages.map((one) => [one.purl, one] as const));
  const unique = [...known.values()].toSorted((a, b) => (a.purl < b.purl ? -1 : 1));
  return { packages: unique, needs: unique.map(({ purl }) => purl) };
}

function goPackage(path: string, version: string, sum: string | null): Package {
  const known = version !== '' && version !== '(devel)';
  const name = path.split('/').map(purlPart).join('/');
  return {
    // The specification wants names of Go in lower case.
    purl: `pkg:golang/${name.toLowerCase()}${known ? `@${purlPart(version)}` : ''}`,
    name: path,
    version: known ? version : '',
    hashes: [],
    licence: null,
    use: 'in',
    goSum: sum?.startsWith('h1:') === true ? sum : null,
    needs: [],
  };
}
