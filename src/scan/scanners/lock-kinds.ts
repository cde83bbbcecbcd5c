import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import type { Witness } from '../scanner.ts';
import { VULNERABLE_LOCK } from './npm-audit.ts';

/**
 * Lock files that Trivy reads, when each of them pins nothing, and one of each ecosystem with a fault that is known for years. Trivy is silent about a file that it
 * cannot read, as about one in which nothing stands. https://trivy.dev/docs/latest/coverage/language/
 */

interface Kind {
  /** As OSV names it. */
  readonly ecosystem: string;
  /** There is no package in it, so that nothing is said of it. */
  empty(text: string): boolean;
}

const table = z.record(z.string(), z.unknown());
const npmLock = z.looseObject({
  packages: z
    .record(z.string(), z.looseObject({ version: z.string().optional(), link: z.boolean().optional() }))
    .optional(),
  dependencies: table.optional(),
});
const composerLock = z.looseObject({ packages: z.array(z.unknown()), 'packages-dev': z.array(z.unknown()).optional() });
// What is only for the work on it (`develop`), Trivy does not read.
const pipenvLock = z.looseObject({ default: table });
const nugetLock = z.looseObject({
  dependencies: z.record(z.string(), z.record(z.string(), z.looseObject({ type: z.string() }))),
});

/** A text in a form, of which something is true. */
function holds<T>(
  form: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  isEmpty: (value: T) => boolean,
): (text: string) => boolean {
  return (text) => {
    const read = form.safeParse(parsedJson(text));
    return read.success && isEmpty(read.data);
  };
}

/** Lines that are neither blank nor a remark. */
function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
}

/** Entries of a lock file of yarn that come from elsewhere than the repository itself. */
function yarnEmpty(text: string): boolean {
  const heads = lines(text).filter((line) => /^\S/.test(line));
  return heads.every((line) => /^__metadata:\s*$/.test(line) || /@workspace:[^,]*"?:\s*$/.test(line));
}

const noTables = (text: string): boolean =>
  !text.includes('[[package]]') && /^(?:version\s*=|\[metadata\])/m.test(text);

const KINDS: Readonly<Record<string, Kind>> = {
  // The module itself is always named.
  'go.mod': { ecosystem: 'Go', empty: () => false },
  'package-lock.json': {
    ecosystem: 'npm',
    empty: holds(npmLock, ({ packages = {}, dependencies = {} }) => {
      const others = Object.entries(packages).filter(
        ([path, { version, link }]) => path.includes('node_modules/') && version !== undefined && link !== true,
      );
      return others.length === 0 && Object.keys(dependencies).length === 0;
    }),
  },
  'yarn.lock': { ecosystem: 'npm', empty: yarnEmpty },
  'pnpm-lock.yaml': {
    ecosystem: 'npm',
    empty: (text) => /^lockfileVersion:/m.test(text) && !/^packages:\s*$/m.test(text),
  },
  'bun.lock': { ecosystem: 'npm', empty: (text) => /"packages"\s*:\s*\{\s*\}/.test(text) },
  'requirements.txt': { ecosystem: 'PyPI', empty: (text) => !lines(text).some((line) => line.includes('==')) },
  'Pipfile.lock': {
    ecosystem: 'PyPI',
    empty: holds(pipenvLock, ({ default: pinned }) => Object.keys(pinned).length === 0),
  },
  'poetry.lock': { ecosystem: 'PyPI', empty: noTables },
  'uv.lock': { ecosystem: 'PyPI', empty: noTables },
  'Cargo.lock': { ecosystem: 'crates.io', empty: noTables },
  'Gemfile.lock': {
    ecosystem: 'RubyGems',
    empty: (text) => /^(?:GEM|PLATFORMS|DEPENDENCIES)\s*$/m.test(text) && !/^ {4}\S+ \(/m.test(text),
  },
  'composer.lock': {
    ecosystem: 'Packagist',
    empty: holds(composerLock, ({ packages, 'packages-dev': others = [] }) => packages.length + others.length === 0),
  },
  'packages.lock.json': {
    ecosystem: 'NuGet',
    empty: holds(nugetLock, ({ dependencies }) =>
      Object.values(dependencies).every((one) => Object.values(one).every(({ type }) => type === 'Project')),
    ),
  },
  'pubspec.lock': { ecosystem: 'Pub', empty: (text) => /^packages:\s*\{\s*\}\s*$/m.test(text) },
  'mix.lock': { ecosystem: 'Hex', empty: (text) => /^%\{\s*\}\s*$/.test(text) },
  'gradle.lockfile': {
    ecosystem: 'Maven',
    empty: (text) => lines(text).every((line) => line.startsWith('empty=')),
  },
};

/** One lock file of each ecosystem with a package that has a fault: old enough that every database has it. */
const WITNESSES: Readonly<Record<string, Witness>> = {
  npm: VULNERABLE_LOCK,
  // CVE-2020-14040.
  Go: { 'go.mod': 'module witness\n\ngo 1.22\n\nrequire golang.org/x/text v0.3.0\n' },
  // CVE-2020-14343.
  PyPI: { 'requirements.txt': 'pyyaml==5.3\n' },
  // CVE-2021-25900.
  'crates.io': {
    'Cargo.lock':
      'version = 3\n\n[[package]]\nname = "smallvec"\nversion = "1.6.0"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\n',
  },
  // CVE-2019-5477.
  RubyGems: {
    'Gemfile.lock':
      'GEM\n  remote: https://rubygems.org/\n  specs:\n    nokogiri (1.10.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  nokogiri\n',
  },
  // CVE-2022-29248.
  Packagist: {
    'composer.lock': '{ "packages": [{ "name": "guzzlehttp/guzzle", "version": "7.4.0" }], "packages-dev": [] }\n',
  },
  // CVE-2024-21907.
  NuGet: {
    'packages.lock.json':
      '{ "version": 1, "dependencies": { "net6.0": { "Newtonsoft.Json": { "type": "Direct", "resolved": "12.0.3" } } } }\n',
  },
  // CVE-2020-35669.
  Pub: {
    'pubspec.lock':
      'packages:\n  http:\n    dependency: "direct main"\n    description: { name: http, url: "https://pub.dev" }\n    source: hosted\n    version: "0.13.0"\n',
  },
  // CVE-2022-42975.
  Hex: { 'mix.lock': '%{\n  "phoenix": {:hex, :phoenix, "1.6.13", "", [:mix], [], "hexpm", ""},\n}\n' },
  // CVE-2021-44228.
  Maven: { 'gradle.lockfile': 'org.apache.logging.log4j:log4j-core:2.14.1=compileClasspath\n' },
};

function nameOf(file: string): string {
  return file.split('/').at(-1) ?? '';
}

/** Lock files of a tree that Trivy reads; what packages bring with them pins nothing. Pure. */
export function trivyLocks(files: readonly string[]): readonly string[] {
  return files.filter((file) => Object.hasOwn(KINDS, nameOf(file)) && !file.split('/').includes('node_modules'));
}

/** A lock file pins no package. One that cannot be understood is not empty. Pure. */
export function isEmptyLock(file: string, text: string): boolean {
  return text.trim() === '' || (KINDS[nameOf(file)]?.empty(text) ?? false);
}

/** Lock files with a known fault, for the ecosystems of these lock files. Pure. */
export function lockWitnesses(files: readonly string[]): Witness {
  const ecosystems = new Set(trivyLocks(files).map((file) => KINDS[nameOf(file)]?.ecosystem ?? ''));
  return Object.assign({}, ...[...ecosystems].map((ecosystem) => WITNESSES[ecosystem] ?? {}));
}

/** All of them. Pure. */
export function allLockWitnesses(): Witness {
  return Object.assign({}, ...Object.values(WITNESSES));
}
