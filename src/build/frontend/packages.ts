import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import type { Effect } from '../../model/effect.ts';
import { nearest, parsedJson } from '../../model/json.ts';
import type { Problem } from '../../model/problem.ts';
import { action } from '../../procedure/build.ts';
import type { Step } from '../../procedure/tree.ts';
import { givingWay } from '../sources.ts';

/** Packages come from the lock file, exactly; what they would run while they are installed is run only where it is allowed. */

/** The lock files that `npm ci` reads, the first that there is. */
const NPM_LOCKS = ['npm-shrinkwrap.json', 'package-lock.json'];
/** Those of other package managers: the build command installs by them. */
const OTHER_LOCKS = ['pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb', 'deno.lock'];

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;
const ranges = z.record(z.string(), z.string()).optional();
const rootSchema = z.looseObject({
  dependencies: ranges,
  devDependencies: ranges,
  optionalDependencies: ranges,
  peerDependencies: ranges,
});
const lockSchema = z.looseObject({
  lockfileVersion: z.number(),
  packages: z.record(z.string(), z.looseObject({ hasInstallScript: z.boolean().optional() })).optional(),
});

/** Name of npm's lock file in a directory of sources; undefined: it has none. */
export function npmLock(source: string): string | undefined {
  return NPM_LOCKS.find((name) => existsSync(join(source, name)));
}

export interface PackageFiles {
  /** Text of package.json; null: there is none. */
  readonly manifest: string | null;
  /** npm's lock file; null: there is none. */
  readonly lock: { readonly name: string; readonly text: string } | null;
  /** Name of another manager's lock file; null: there is none. */
  readonly other: string | null;
}

/** A look before anything is installed: a build whose lock file is missing or old is refused with a word about it. */
export function lockStep(component: string, source: string, scripts: readonly string[]): Step<PackageFiles, object> {
  return action<PackageFiles>({
    id: 'lock',
    title: `Check the lock file of ${component}`,
    inputs: { component, scripts: [...scripts] },
    read: () => packageFiles(source),
    decide: (files) => {
      const problems = lockProblems(files, scripts, source);
      if (problems.length > 0) return { kind: 'refuse', problems };
      return { kind: 'nothing', why: lockWords(files, scripts) };
    },
    probe: 'repeatable',
  });
}

/** What installs the packages, and then runs the install scripts that are allowed. */
export function installEffects(
  source: string,
  scripts: readonly string[],
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
): readonly Effect[] {
  const common = { kind: 'exec' as const, cwd: source, env: { ...env }, timeoutMs };
  const quiet = ['--no-audit', '--no-fund'];
  const install: Effect = {
    ...common,
    // A package that was fetched before is taken from npm's cache: the lock file has its hash, so it is the same one.
    argv: givingWay(['npm', 'ci', '--ignore-scripts', '--prefer-offline', ...quiet]),
    why: 'exactly what the lock file names, and nothing of it is run',
  };
  if (scripts.length === 0) return [install];
  const run = ['npm', 'rebuild', '--ignore-scripts=false', '--foreground-scripts', ...quiet, '--', ...scripts];
  return [install, { ...common, argv: givingWay(run), why: 'the install scripts that are allowed' }];
}

async function packageFiles(source: string): Promise<PackageFiles> {
  const text = (name: string): Promise<string | null> => readFile(join(source, name), 'utf8').catch(() => null);
  const name = npmLock(source);
  const lock = name === undefined ? null : await text(name);
  return {
    manifest: await text('package.json'),
    lock: name === undefined || lock === null ? null : { name, text: lock },
    other: OTHER_LOCKS.find((one) => existsSync(join(source, one))) ?? null,
  };
}

/** Pure. @param source directory, for places */
export function lockProblems(files: PackageFiles, scripts: readonly string[], source: string): readonly Problem[] {
  const { manifest, lock, other } = files;
  const root = manifest === null ? undefined : rootSchema.safeParse(parsedJson(manifest)).data;
  if (manifest === null || root === undefined) return [];
  const wanted = KINDS.flatMap((kind) => Object.keys(root[kind] ?? {}));
  if (lock === null) return wanted.length === 0 || other !== null ? [] : [noLock(source, wanted)];
  const read = lockSchema.safeParse(parsedJson(lock.text)).data;
  if (read === undefined) return [unreadable(join(source, lock.name))];
  // Version 1 does not say what it was made from; npm compares it by itself.
  if (read.packages === undefined) return [];
  const recorded = rootSchema.safeParse(read.packages['']).data ?? {};
  const differing = KINDS.flatMap((kind) => differingNames(root[kind] ?? {}, recorded[kind] ?? {}));
  const known = Object.keys(read.packages).flatMap((path) => path.split('node_modules/').at(-1) ?? []);
  return [
    ...differing.map((name) => outdated({ name, manifest, source, lock: lock.name })),
    ...scripts.filter((name) => !known.includes(name)).map((name) => noSuchPackage(name, known, lock.name)),
  ];
}

function differingNames(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => !isDeepStrictEqual(a[name], b[name]));
}

function lockWords({ lock, other }: PackageFiles, scripts: readonly string[]): string {
  if (lock === null) return other === null ? 'it has no packages' : `the build command installs by ${other}`;
  const packages = lockSchema.safeParse(parsedJson(lock.text)).data?.packages ?? {};
  const silent = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.split('node_modules/').at(-1) ?? '')
    .filter((name) => name !== '' && !scripts.includes(name));
  const rest = silent.length === 0 ? '' : `; the install scripts of ${[...new Set(silent)].join(', ')} do not run`;
  return `${lock.name} is of this package.json${rest}`;
}

function noLock(source: string, wanted: readonly string[]): Problem {
  return {
    code: 'build.no-lock-file',
    where: join(source, 'package.json'),
    found: `${wanted.length} dependencies (${wanted.slice(0, 3).join(', ')}) and no lock file`,
    expected: 'package-lock.json beside it: without it every build takes what is newest at its hour',
    remedy: 'run `npm install --package-lock-only` there and commit package-lock.json',
  };
}

function unreadable(where: string): Problem {
  return {
    code: 'build.lock-file-unreadable',
    where,
    found: 'no lock file of npm',
    expected: 'JSON with `lockfileVersion`, as npm writes it',
    remedy: 'run `npm install --package-lock-only` there and commit package-lock.json',
  };
}

function outdated(one: {
  readonly name: string;
  readonly manifest: string;
  readonly source: string;
  readonly lock: string;
}): Problem {
  const { name, manifest, source, lock } = one;
  const at = manifest.indexOf(`${JSON.stringify(name)}:`);
  const before = manifest.slice(0, Math.max(0, at)).split('\n');
  const place = at === -1 ? '' : `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  return {
    code: 'build.lock-file-differs',
    where: `${join(source, 'package.json')}${place}`,
    found: `${name}, which ${lock} has otherwise or not at all`,
    expected: `a ${lock} that was made from this package.json`,
    remedy: `run \`npm install --package-lock-only\` there and commit ${lock}`,
  };
}

function noSuchPackage(name: string, known: readonly string[], lock: string): Problem {
  const near = nearest(name, known, distance);
  return {
    code: 'build.no-such-package',
    where: 'packages.scripts',
    found: name,
    expected: near === undefined ? `the name of a package in ${lock}` : `a package in ${lock}, such as ${near}`,
    remedy: 'mend the name, or delete it',
  };
}
