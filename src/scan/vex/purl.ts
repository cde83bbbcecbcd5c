import type { PackageRef } from '../types.ts';

/** Package URLs (https://github.com/package-url/purl-spec), as far as packages of findings need them. */

/** OSV's names of ecosystems and the types of package URLs. */
const TYPES: Readonly<Record<string, string>> = {
  Go: 'golang',
  npm: 'npm',
  PyPI: 'pypi',
  'crates.io': 'cargo',
  RubyGems: 'gem',
  Packagist: 'composer',
  NuGet: 'nuget',
  Maven: 'maven',
  Hex: 'hex',
  Pub: 'pub',
};

/** Each part of the name percent-encoded, `@` and `:` included; the slash between parts stays. */
function encoded(text: string): string {
  return text.split('/').map(encodeURIComponent).join('/');
}

/** `pkg:golang/golang.org/x/net@v0.1.0`. Pure. */
export function purlOf({ ecosystem, name, version }: PackageRef): string {
  const type = TYPES[ecosystem] ?? 'generic';
  const plain =
    type === 'maven' ? name.replace(':', '/') : type === 'pypi' ? name.toLowerCase().replaceAll('_', '-') : name;
  return `pkg:${type}/${encoded(plain)}@${encodeURIComponent(version)}`;
}

/** Of a service that nobody publishes: its name and, where it is known, its commit. Pure. */
export function servicePurl(service: string, commit: string | null): string {
  return `pkg:generic/${encoded(service)}${commit === null ? '' : `@${commit}`}`;
}

/**
 * Does this package URL name this package? Without a version it names all of them. Qualifiers and the place inside the package are not
 * looked at, and a leading `v` of versions of Go does not count. Pure.
 */
export function namesPackage(purl: string, pack: PackageRef): boolean {
  const asked = taken(purl);
  const own = taken(purlOf(pack));
  if (asked === undefined || own === undefined || asked.path !== own.path) return false;
  return asked.version === undefined || bare(asked.version) === bare(own.version ?? '');
}

function bare(version: string): string {
  return version.replace(/^v(?=\d)/, '');
}

function taken(purl: string): { readonly path: string; readonly version: string | undefined } | undefined {
  const [, path, version] = /^pkg:([^?#]+?)(?:@([^@/?#]+))?(?:[?#].*)?$/i.exec(purl) ?? [];
  if (path === undefined) return undefined;
  try {
    const plain = decodeURIComponent(path.replace(/^\/+|\/+$/g, ''));
    return {
      path: plain.replace(/^[^/]+/, (type) => type.toLowerCase()),
      version: version === undefined ? undefined : decodeURIComponent(version),
    };
  } catch {
    return undefined;
  }
}
