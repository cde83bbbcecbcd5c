import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import { type Hash, type Package, purlPart } from './inventory.ts';

/** Packages from a package-lock.json (npm's documentation of package-lock.json, `lockfileVersion` 1 to 3). */

const names = z.record(z.string(), z.string());

const lockedSchema = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  // Old packages say it as an object or a list.
  license: z.unknown().optional(),
  dev: z.boolean().optional(),
  devOptional: z.boolean().optional(),
  optional: z.boolean().optional(),
  link: z.boolean().optional(),
  dependencies: names.optional(),
  devDependencies: names.optional(),
  optionalDependencies: names.optional(),
  peerDependencies: names.optional(),
});
type Locked = z.infer<typeof lockedSchema>;

const lockSchema = z.object({ lockfileVersion: z.number(), packages: z.record(z.string(), lockedSchema) });

/** Of npm 5 and 6: packages stand in each other as directories do. */
interface Old {
  readonly version?: string | undefined;
  readonly integrity?: string | undefined;
  readonly dev?: boolean | undefined;
  readonly optional?: boolean | undefined;
  readonly requires?: Readonly<Record<string, string>> | undefined;
  readonly dependencies?: Readonly<Record<string, Old>> | undefined;
}
const oldSchema: z.ZodType<Old> = z.lazy(() =>
  z.object({
    version: z.string().optional(),
    integrity: z.string().optional(),
    dev: z.boolean().optional(),
    optional: z.boolean().optional(),
    requires: names.optional(),
    dependencies: z.record(z.string(), oldSchema).optional(),
  }),
);
const oldLockSchema = z.object({
  lockfileVersion: z.literal(1),
  dependencies: z.record(z.string(), oldSchema).default({}),
});

export interface NpmPackages {
  readonly packages: readonly Package[];
  /** purls of what the sources need themselves. */
  readonly needs: readonly string[];
}

/**
 * Reads a lock file. Pure.
 * @param where name of the file, for problems
 * @throws ProblemError `build.lock-file` for a file that is none
 */
export function npmPackages(text: string, where: string): NpmPackages {
  const { packages } = parseLock(text, where);
  const purls = new Map<string, string>();
  for (const [place, one] of Object.entries(packages)) {
    const purl = purlOf(place, one);
    if (purl !== null) purls.set(place, purl);
  }
  const needsOf = (place: string): readonly string[] => {
    const one = packages[place];
    if (one === undefined) return [];
    const { dependencies, devDependencies, optionalDependencies, peerDependencies } = one;
    const wanted = Object.keys({
      ...dependencies,
      ...optionalDependencies,
      ...peerDependencies,
      // What others need to build themselves is not installed.
      ...(place === '' ? devDependencies : {}),
    });
    const found = wanted.map((name) => purls.get(placeOf(packages, place, name) ?? ''));
    return [...new Set(found.filter((purl) => purl !== undefined))].toSorted();
  };
  const all = new Map<string, Package>();
  for (const [place, purl] of purls) {
    const one = packages[place];
    if (one === undefined) continue;
    const made = packageOf(place, one, purl, needsOf(place));
    const known = all.get(purl);
    // The same package at two places: one of them may be there for the program.
    if (known === undefined || (known.use === 'build' && made.use !== 'build')) all.set(purl, made);
  }
  return { packages: [...all.values()].toSorted((a, b) => (a.purl < b.purl ? -1 : 1)), needs: needsOf('') };
}

/** Where Node finds a package from a place: beside it, else one level up, and so on. */
function placeOf(packages: Readonly<Record<string, Locked>>, from: string, name: string): string | undefined {
  let base = from;
  for (;;) {
    const place = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    if (Object.hasOwn(packages, place)) return place;
    if (base === '') return undefined;
    const up = base.lastIndexOf('/node_modules/');
    base = up < 0 ? '' : base.slice(0, up);
  }
}

function packageOf(place: string, one: Locked, purl: string, needs: readonly string[]): Package {
  const { version = '', license, dev, devOptional, optional } = one;
  return {
    purl,
    name: nameOf(place, one),
    version,
    hashes: integrityHashes(one.integrity),
    licence: typeof license === 'string' && license.trim() !== '' ? license.trim() : null,
    use: dev === true ? 'build' : optional === true || devOptional === true ? 'optional' : 'in',
    goSum: null,
    needs,
  };
}

function nameOf(place: string, { name }: Locked): string {
  return name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Null for what is no package of others: the sources themselves, and links to places beside them. */
function purlOf(place: string, one: Locked): string | null {
  if (!place.includes('node_modules/') || one.link === true || one.version === undefined) return null;
  const path = nameOf(place, one)
    .split('/')
    .map(purlPart)
    .map((part) => part.replace(/^@/, '%40'));
  return `pkg:npm/${path.join('/')}@${purlPart(one.version)}`;
}

const ALGORITHMS = { sha1: 'SHA-1', sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const;

/** Subresource integrity: algorithms and base64 values, divided by blanks (W3C). Pure. */
export function integrityHashes(integrity: string | undefined): readonly Hash[] {
  return (integrity ?? '').split(/\s+/).flatMap((word) => {
    const [, name, value] = /^(sha(?:1|256|384|512))-([A-Za-z0-9+/]+=*)/.exec(word) ?? [];
    const algorithm = Object.entries(ALGORITHMS).find(([key]) => key === name)?.[1];
    return algorithm === undefined || value === undefined
      ? []
      : [{ algorithm, hex: Buffer.from(value, 'base64').toString('hex') }];
  });
}

function parseLock(text: string, where: string): z.infer<typeof lockSchema> {
  let found = 'no JSON';
  try {
    const json: unknown = JSON.parse(text);
    const old = oldLockSchema.safeParse(json).data;
    if (old !== undefined) return { lockfileVersion: 1, packages: asPackages(old.dependencies) };
    const parsed = lockSchema.safeParse(json);
    if (parsed.success && parsed.data.lockfileVersion >= 2) return parsed.data;
    found = parsed.success ? `lockfileVersion ${parsed.data.lockfileVersion}` : (parsed.error.issues[0]?.message ?? '');
  } catch {
    // Told below.
  }
  throw new ProblemError({
    code: 'build.lock-file',
    where,
    found,
    expected: 'a package-lock.json with lockfileVersion 1, 2 or 3',
    remedy: 'write it anew with npm 7 or newer: npm install --package-lock-only',
  });
}

/**
 * The same by places, as later versions have it. What the sources need themselves stands only in package.json there: it is taken to be what no other
 * package needs. Pure.
 */
function asPackages(tree: Readonly<Record<string, Old>>): Readonly<Record<string, Locked>> {
  const packages = Object.fromEntries(placesIn(tree, ''));
  const needed = new Set(Object.values(packages).flatMap(({ dependencies }) => Object.keys(dependencies ?? {})));
  const own = Object.keys(tree).filter((name) => !needed.has(name));
  return { '': { dependencies: Object.fromEntries(own.map((name) => [name, '*'])) }, ...packages };
}

function placesIn(tree: Readonly<Record<string, Old>>, below: string): readonly (readonly [string, Locked])[] {
  return Object.entries(tree).flatMap(([name, one]) => {
    const place = `${below}node_modules/${name}`;
    const { version, integrity, dev, optional, requires, dependencies } = one;
    // `npm:other@1.2.3`: another package by this name. Any other address is no package of a registry.
    const [, alias, aliased] = /^npm:(.+)@([^@]+)$/.exec(version ?? '') ?? [];
    const plain = version?.includes(':') === true ? undefined : version;
    const locked: Locked = { name: alias, version: aliased ?? plain, integrity, dev, optional, dependencies: requires };
    return [[place, locked] as const, ...placesIn(dependencies ?? {}, `${place}/`)];
  });
}
