import { below, type Call, type Scanner } from '../scanner.ts';
import { VULNERABLE_LOCK } from './npm-audit.ts';
import { type OsvPackage, osvFindings, osvSources } from './osv-report.ts';

/** Vulnerable packages of nearly all package managers, by their lock files. https://google.github.io/osv-scanner/ */

/** Files that pin versions. Those that would have to be resolved over the network (pom.xml) are not among them. */
const LOCKS = new Set([
  'package-lock.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'go.mod',
  'Cargo.lock',
  'Gemfile.lock',
  'poetry.lock',
  'Pipfile.lock',
  'pdm.lock',
  'uv.lock',
  'requirements.txt',
  'composer.lock',
  'pubspec.lock',
  'mix.lock',
  'gradle.lockfile',
  'packages.lock.json',
]);

/** Lock files of a tree. Pure. */
export function locksOf(files: readonly string[]): readonly string[] {
  return files.filter((file) => LOCKS.has(file.split('/').at(-1) ?? ''));
}

/** As old as npm's witness: CVE-2020-14040. */
const GO_WITNESS = { 'go.mod': 'module witness\n\ngo 1.22\n\nrequire golang.org/x/text v0.3.0\n' };

export const osvScanner: Scanner = {
  id: 'osv-scanner',
  subject: 'dependencies',
  program: 'osv-scanner',
  version: ['osv-scanner', '--version'],
  install:
    'install osv-scanner 2, for instance by `go install github.com/google/osv-scanner/v2/cmd/osv-scanner@v2.5.0`',
  network: ({ osv }) => osv === null,
  variables: [],
  calls: (tree, { osv, support }): readonly Call[] => {
    const locks = locksOf(tree.files);
    const flags = [
      ...['scan', 'source', '--format', 'json', '--config', `${support}/osv-scanner.toml`],
      // Who follows calls of Go is govulncheck; nothing is built here.
      ...['--no-ignore', '--no-call-analysis=all', '--all-vulns', '--allow-no-lockfiles'],
      // 2.5 with --offline-vulnerabilities and --no-resolve reads no database and finds nothing: --offline says all of it.
      ...(osv === null ? ['--no-resolve'] : ['--offline', '--local-db-path', support]),
    ];
    // The colon says that the rest is a path, whatever stands in it.
    return locks.length === 0
      ? []
      : [{ argv: ['osv-scanner', ...flags, ...locks.map((file) => `--lockfile=:./${file}`)] }];
  },
  read: (result, _call, tree) =>
    osvSources(result).flatMap(({ path, packages }) => {
      const file = below(path, tree);
      return packages
        .filter(isPinned)
        .flatMap((one) => osvFindings('osv-scanner', one, file))
        .map(({ finding }) => finding);
    }),
  support: { 'osv-scanner.toml': '' },
  links: ({ osv }) => osvLinks(osv),
  witness: { ...VULNERABLE_LOCK, ...GO_WITNESS },
  witnessFor: (files) => ({
    ...(files.some((file) => file.endsWith('package-lock.json')) ? VULNERABLE_LOCK : {}),
    ...(files.some((file) => file === 'go.mod' || file.endsWith('/go.mod')) ? GO_WITNESS : {}),
  }),
  // One of two databases that is empty must not hide behind the other.
  witnessEach: true,
};

/** Links by which it finds its databases: which of the two it looks for depends on its version. Pure. */
export function osvLinks(osv: string | null): Readonly<Record<string, string>> {
  return osv === null ? {} : { 'osv-scanner': osv, 'osv-scalibr': osv };
}

/** What go.mod says of the language is not what the service is built with: govulncheck asks the compiler. Pure. */
function isPinned({ package: { ecosystem, name } }: OsvPackage): boolean {
  return ecosystem !== 'Go' || (name !== 'stdlib' && name !== 'toolchain');
}
