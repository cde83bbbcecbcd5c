import { satisfies, validRange } from 'semver';
import type { RawFinding, Severity, Tree } from '../types.ts';
import { type BuiltInSettings, baseName, directoryOf, inside, namedFiles, textOf } from './builtin.ts';
import { type LockedPackage, lineOfName, type NpmLock, readNpmLock, readPackageJson, type Wanted } from './npm-lock.ts';

/** What is wrong with package-lock.json, and with package.json beside it. */

/** Lock files of package managers for npm packages. What is in those of others than npm is not looked at. */
const OF_OTHERS = ['yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'];
const OF_NPM = ['package-lock.json', 'npm-shrinkwrap.json'];
/** More of the same kind become one finding: what has to be done is the same. */
const EACH = 10;
const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

/** Findings of all lock files of npm; null: there is no package.json and no lock file. Pure but for reading. */
export function npmLocks(
  tree: Tree,
  { registries }: Pick<BuiltInSettings, 'registries'>,
): readonly RawFinding[] | null {
  const manifests = namedFiles(tree, 'package.json');
  const locks = namedFiles(tree, ...OF_NPM);
  if (manifests.length + locks.length === 0) return null;
  const read = new Map(locks.map((file) => [file, readNpmLock(textOf(tree, file))] as const));
  return [
    ...[...read].flatMap(([file, lock]) =>
      lock === null ? [unreadable(file)] : [...whereFrom(file, lock, registries), ...sums(file, lock)],
    ),
    ...manifests.flatMap((file) => fits(tree, file, read)),
  ];
}

/** A finding about a lock file or what it says. */
export function lockFinding(
  rule: string,
  severity: Severity,
  file: string,
  message: string,
  remedy: string,
  more: Pick<RawFinding, 'line' | 'package' | 'aliases'> = {},
): RawFinding {
  return { scanner: 'lockfile', subject: 'dependencies', rule, severity, file, message, remedy, ...more };
}

function unreadable(file: string): RawFinding {
  const remedy = 'make it anew: npm install --package-lock-only';
  return lockFinding(
    'npm-lock-unreadable',
    'medium',
    file,
    'this is no lock file of npm: nobody knows what would be installed',
    remedy,
  );
}

function of({ name, version, line }: LockedPackage): Pick<RawFinding, 'line' | 'package'> {
  return {
    package: { ecosystem: 'npm', name, version: version ?? 'unknown' },
    ...(line === undefined ? {} : { line }),
  };
}

/** Places that packages would come from. */
function whereFrom(file: string, { packages }: NpmLock, registries: readonly string[]): readonly RawFinding[] {
  const found: RawFinding[] = [];
  const strange = new Map<string, LockedPackage[]>();
  const open: LockedPackage[] = [];
  for (const one of packages) {
    if (one.resolved === null || one.link) continue;
    if (/^(?:git[+:@]|github:|gitlab:|bitbucket:)/.test(one.resolved)) {
      found.push(fromGit(file, one, one.resolved));
      continue;
    }
    if (one.resolved.startsWith('file:')) {
      if (leaves(directoryOf(file), one.resolved.slice('file:'.length)))
        found.push(fromElsewhere(file, one, one.resolved));
      continue;
    }
    if (!URL.canParse(one.resolved)) continue;
    const url = new URL(one.resolved);
    if (url.protocol === 'http:') open.push(one);
    if (!registries.includes(url.host)) strange.set(url.host, [...(strange.get(url.host) ?? []), one]);
    const said = tarballOf(url);
    if (said !== null && !isTarballOf(said, one)) found.push(otherPackage(file, one, said));
  }
  for (const [host, list] of strange)
    found.push(
      // The host is part of the rule: another one is another finding, wherever in the file it stands.
      lockFinding(
        `npm-lock-host:${host}`,
        'high',
        file,
        `${some(list)} would come from ${host}`,
        `install from a registry that is allowed, or add ${host} to \`scan.registries\``,
        { aliases: ['npm-lock-host'] },
      ),
    );
  const remedy = 'write https:// there, or install anew from a registry that has it';
  return [
    ...found,
    ...eachOrAll(
      open,
      (one) =>
        lockFinding(
          'npm-lock-http',
          'high',
          file,
          `${one.name} would come over http, which anybody on the way can change`,
          remedy,
          of(one),
        ),
      (list) =>
        lockFinding(
          'npm-lock-http',
          'high',
          file,
          `${some(list)} would come over http, which anybody on the way can change`,
          remedy,
        ),
    ),
  ];
}

function fromGit(file: string, one: LockedPackage, resolved: string): RawFinding {
  const pinned = /#[0-9a-f]{40}$/.test(resolved);
  return lockFinding(
    'npm-lock-git',
    pinned ? 'low' : 'high',
    file,
    `${one.name} comes from a git repository${pinned ? '' : ', and not by a full commit: what it is can change'}`,
    pinned
      ? 'a version of a registry has a sum that can be checked'
      : 'name the full commit: npm install does, from a reachable repository',
    of(one),
  );
}

function fromElsewhere(file: string, one: LockedPackage, resolved: string): RawFinding {
  const remedy = 'put it into the repository, or take it from a registry';
  return lockFinding(
    'npm-lock-file',
    'medium',
    file,
    `${one.name} comes from ${resolved}, outside of the repository`,
    remedy,
    of(one),
  );
}

/** Names have at most 214 letters. */
const LONGEST_PATH = 2048;

interface Tarball {
  readonly name: string;
  readonly file: string;
}

/** Registries serve `/name/-/name-1.0.0.tgz`; null: this address has another form, and says nothing. */
function tarballOf({ pathname }: URL): Tarball | null {
  if (pathname.length > LONGEST_PATH) return { name: 'an address that is too long', file: 'something' };
  const match = /^(.*)\/-\/(?:.*\/)?([^/]+\.tgz)$/.exec(decoded(pathname));
  const [, before, file] = match ?? [];
  if (before === undefined || file === undefined) return null;
  const name = /(?:^|\/)(@[^/]+\/[^/]+|[^/]+)$/.exec(before)?.[1];
  return name === undefined ? null : { name, file };
}

function isTarballOf({ name, file }: Tarball, one: LockedPackage): boolean {
  // A mirror may put more before the name.
  if (name !== one.name && !name.endsWith(`/${one.name}`)) return false;
  if (one.version === null) return true;
  const plain = one.version.replace(/\+.*$/, '');
  return [plain, one.version].some((version) => file === `${baseName(one.name)}-${version}.tgz`);
}

function otherPackage(file: string, one: LockedPackage, said: Tarball): RawFinding {
  return lockFinding(
    'npm-lock-other-package',
    'high',
    file,
    `what is called ${one.name} ${one.version ?? ''} here is ${said.file} of ${said.name}: somebody has changed the lock file by hand`,
    'find out who changed it; then make it anew: delete the entry and run npm install --package-lock-only',
    of(one),
  );
}

/** Sums by which npm knows that it got what was meant. */
function sums(file: string, { packages }: NpmLock): readonly RawFinding[] {
  const fetched = packages.filter(
    ({ resolved, link, bundled, version }) =>
      !link && !bundled && (resolved === null ? version !== null : /^https?:|^file:.*\.t(?:ar\.)?gz$/.test(resolved)),
  );
  const without = fetched.filter(({ integrity }) => integrity === null);
  const weak = fetched.filter(({ integrity }) => integrity !== null && !/\bsha(?:256|384|512)-/.test(integrity));
  const anew = 'make it anew with a current npm: npm install --package-lock-only';
  const words = 'has no sum: whatever comes would be taken';
  return [
    ...eachOrAll(
      without,
      (one) => lockFinding('npm-lock-no-integrity', 'medium', file, `${one.name} ${words}`, anew, of(one)),
      (list) => lockFinding('npm-lock-no-integrity', 'medium', file, `${some(list)}: each ${words}`, anew),
    ),
    // Old lock files have it for all their packages.
    ...(weak.length === 0
      ? []
      : [
          lockFinding(
            'npm-lock-weak-integrity',
            'medium',
            file,
            `${some(weak)}: the sum is weaker than SHA-256, so others can be made that have it, too`,
            anew,
          ),
        ]),
  ];
}

/** Does what is asked for stand in a lock file? */
function fits(tree: Tree, file: string, locks: ReadonlyMap<string, NpmLock | null>): readonly RawFinding[] {
  const directory = directoryOf(file);
  const text = textOf(tree, file);
  const asks = readPackageJson(text);
  const wanted = KINDS.flatMap((kind) => Object.keys(asks?.[kind] ?? {}));
  if (asks === null || wanted.length === 0) return [];
  const [found, at] = lockFor(tree, directory, locks);
  if (found === 'others') return [];
  if (found === null) {
    const remedy = 'npm install --package-lock-only, and commit package-lock.json';
    const message = `no lock file for ${wanted.length} packages: each install may bring other versions`;
    return [lockFinding('npm-lock-missing', 'medium', file, message, remedy)];
  }
  const member = directory === at ? '.' : at === '.' ? directory : directory.slice(at.length + 1);
  const locked = found.members?.get(member);
  const wrong = differences(asks, locked ?? null, found, member);
  const [first] = wrong;
  if (first === undefined) return [];
  const line = lineOfName(text, first.name);
  const message = `the lock file does not fit: ${wrong
    .slice(0, 3)
    .map(({ words }) => words)
    .join('; ')}${wrong.length > 3 ? `; and ${wrong.length - 3} more` : ''}`;
  const remedy = 'npm install --package-lock-only, and look at the difference before you commit it';
  return [lockFinding('npm-lock-stale', 'medium', file, message, remedy, line === undefined ? {} : { line })];
}

type LockFor = readonly [NpmLock | 'others' | null, string];

/** The lock file that counts for a directory: its own, or one above that names it. */
function lockFor(tree: Tree, directory: string, locks: ReadonlyMap<string, NpmLock | null>): LockFor {
  for (let at = directory; ; at = directoryOf(at)) {
    const own = OF_NPM.map((name) => inside(at, name)).find((one) => locks.has(one));
    const lock = own === undefined ? undefined : locks.get(own);
    const below = at === '.' ? directory : directory.slice(at.length + 1);
    // One that cannot be read is a finding itself.
    if (lock === null) return ['others', at];
    if (lock !== undefined && (at === directory || lock.members?.has(below) === true)) return [lock, at];
    if (OF_OTHERS.some((name) => tree.files.includes(inside(at, name)))) return ['others', at];
    if (at === '.') return [null, at];
  }
}

interface Difference {
  readonly name: string;
  readonly words: string;
}

function differences(asks: Wanted, locked: Wanted | null, lock: NpmLock, member: string): readonly Difference[] {
  const places = new Map(lock.packages.map((one) => [one.place, one]));
  return KINDS.flatMap((kind) => [
    ...Object.entries(asks[kind]).flatMap(([name, range]): readonly Difference[] => {
      // npm writes what is optional only there, even where it is asked for twice.
      const known = locked?.[kind][name] ?? locked?.optionalDependencies[name];
      if (locked !== null && known !== range && asks.optionalDependencies[name] === undefined)
        return [{ name, words: `${name} is ${range} here and ${known ?? 'not'} there` }];
      const there = places.get(inside(member, `node_modules/${name}`)) ?? places.get(`node_modules/${name}`);
      if (there === undefined)
        return locked === null && kind !== 'optionalDependencies' ? [{ name, words: `${name} is not in it` }] : [];
      if (there.link || there.version === null || validRange(range) === null) return [];
      const good = satisfies(there.version, range, { includePrerelease: true, loose: true });
      return good ? [] : [{ name, words: `${name} ${there.version} is not ${range}` }];
    }),
    ...Object.keys(locked?.[kind] ?? {})
      .filter((name) => KINDS.every((one) => asks[one][name] === undefined))
      .map((name): Difference => ({ name, words: `nothing asks for ${name} any more` })),
  ]);
}

/** Does a path lead out of the repository? */
function leaves(directory: string, path: string): boolean {
  if (path.startsWith('/') || path.startsWith('~')) return true;
  let depth = directory === '.' ? 0 : directory.split('/').length;
  for (const part of path.split('/')) {
    depth += part === '..' ? -1 : part === '.' || part === '' ? 0 : 1;
    if (depth < 0) return true;
  }
  return false;
}

/** A few by name. */
function some(list: readonly LockedPackage[]): string {
  const named = list.slice(0, 3).map(({ name }) => name);
  return list.length > named.length ? `${named.join(', ')} and ${list.length - named.length} more` : named.join(', ');
}

function eachOrAll(
  list: readonly LockedPackage[],
  each: (one: LockedPackage) => RawFinding,
  all: (list: readonly LockedPackage[]) => RawFinding,
): readonly RawFinding[] {
  return list.length > EACH ? [all(list)] : list.map(each);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
