import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';

/** What a package-lock.json says. https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json */

export interface LockedPackage {
  /** Its place, as npm would lay it down: `node_modules/a/node_modules/b`. */
  readonly place: string;
  /** Name of what is installed there: another than that of the place, where it has an alias. */
  readonly name: string;
  readonly version: string | null;
  /** Where it comes from; null: the registry that npm is set to. */
  readonly resolved: string | null;
  readonly integrity: string | null;
  /** Only a link to a directory of the repository. */
  readonly link: boolean;
  /** It comes inside of another package. */
  readonly bundled: boolean;
  /** Runs a script of its own when it is installed; null: a lock file of this version does not say. */
  readonly script: boolean | null;
  /** 1-based; undefined: not found. */
  readonly line: number | undefined;
}

/** What a package.json asks for. */
export type Wanted = Readonly<
  Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Readonly<Record<string, string>>>
>;

export interface NpmLock {
  readonly version: number;
  readonly packages: readonly LockedPackage[];
  /** What the packages of the repository itself ask for, by their directory below that of the lock file; `.` is its own. Null: a lock file of version 1 does not say. */
  readonly members: ReadonlyMap<string, Wanted> | null;
}

const names = z.record(z.string(), z.string());
const wanted = z.looseObject({
  dependencies: names.optional(),
  devDependencies: names.optional(),
  optionalDependencies: names.optional(),
});
const entry = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  // Version 1 has `false` for what is bundled.
  resolved: z.union([z.string(), z.boolean()]).optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  bundled: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
});
type Entry = z.infer<typeof entry>;
interface OldEntry extends Entry {
  dependencies?: Record<string, OldEntry> | undefined;
}
const oldEntry: z.ZodType<OldEntry> = entry.extend({
  get dependencies() {
    return z.record(z.string(), oldEntry).optional();
  },
});
const lockFile = z.looseObject({
  lockfileVersion: z.number().optional(),
  packages: z.record(z.string(), z.unknown()).optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
});
const newPackages = z.record(z.string(), entry);
const oldPackages = z.record(z.string(), oldEntry);

/** Without the mark of its byte order, which npm takes too. Pure. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

/** A text as a lock file; null when it is none. Pure. */
export function readNpmLock(text: string): NpmLock | null {
  const read = lockFile.safeParse(parsedJson(withoutMark(text)));
  if (!read.success) return null;
  const { lockfileVersion = 1, packages, dependencies } = read.data;
  if (packages === undefined) {
    const old = oldPackages.safeParse(dependencies ?? {});
    return old.success ? { version: lockfileVersion, packages: oldOnes(old.data, ''), members: null } : null;
  }
  const parsed = newPackages.safeParse(packages);
  if (!parsed.success) return null;
  const lines = linesOfKeys(text);
  const members = new Map<string, Wanted>();
  const list: LockedPackage[] = [];
  for (const [place, one] of Object.entries(parsed.data)) {
    if (!place.includes('node_modules/')) {
      const asks = wanted.safeParse(one);
      if (!asks.success) return null;
      members.set(place === '' ? '.' : place, wantedOf(asks.data));
      continue;
    }
    const own = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    list.push({ ...plain(one, place, one.name ?? own), script: one.hasInstallScript === true, line: lines.get(place) });
  }
  return { version: lockfileVersion, packages: list, members };
}

/** A text as a package.json, as far as it asks for packages; null when it is none. Pure. */
export function readPackageJson(text: string): (Wanted & { readonly allowed: readonly string[] }) | null {
  const value = parsedJson(withoutMark(text));
  const read = wanted.safeParse(value);
  if (!read.success) return null;
  return { ...wantedOf(read.data), allowed: allowedScripts(value) };
}

/** npm 11 keeps here which packages may run scripts: `"allowScripts": {"esbuild@0.25.0": true}`. Pure. */
function allowedScripts(value: unknown): readonly string[] {
  const read = z.looseObject({ allowScripts: z.record(z.string(), z.unknown()) }).safeParse(value);
  if (!read.success) return [];
  return Object.entries(read.data.allowScripts).flatMap(([name, may]) =>
    may === true ? [name.replace(/(?<=.)@[^/]*$/, '')] : [],
  );
}

function wantedOf({ dependencies, devDependencies, optionalDependencies }: z.infer<typeof wanted>): Wanted {
  return {
    dependencies: dependencies ?? {},
    devDependencies: devDependencies ?? {},
    optionalDependencies: optionalDependencies ?? {},
  };
}

function plain(one: Entry, place: string, name: string): Omit<LockedPackage, 'script' | 'line'> {
  return {
    place,
    name,
    version: one.version ?? null,
    resolved: typeof one.resolved === 'string' ? one.resolved : null,
    integrity: one.integrity ?? null,
    link: one.link === true,
    bundled: one.inBundle === true || one.bundled === true,
  };
}

/** Version 1: packages inside of packages. A version that is an address says where it comes from; `npm:b@1.0.0` is an alias. */
function oldOnes(dependencies: Readonly<Record<string, OldEntry>>, within: string): readonly LockedPackage[] {
  return Object.entries(dependencies).flatMap(([name, one]) => {
    const place = `${within}node_modules/${name}`;
    const alias = /^npm:(.+)@([^@/]+)$/.exec(one.version ?? '');
    const from = /^(?:git|https?|file|github)[+:]/.test(one.version ?? '') ? (one.version ?? null) : null;
    const base = plain(one, place, alias?.[1] ?? name);
    const self: LockedPackage = {
      ...base,
      version: from === null ? (alias?.[2] ?? base.version) : null,
      resolved: base.resolved ?? from,
      script: null,
      line: undefined,
    };
    return [self, ...oldOnes(one.dependencies ?? {}, `${place}/`)];
  });
}

/** Line of each `"key": {`; keys of packages occur once, as they are paths. */
function linesOfKeys(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    const key = /^\s*"((?:[^"\\]|\\.)*)"\s*:\s*\{/.exec(line)?.[1];
    if (key?.includes('node_modules/') === true && !lines.has(key)) lines.set(key, index + 1);
  }
  return lines;
}

/** Line of a name in a file of JSON, 1-based; undefined: it is not there. Pure. */
export function lineOfName(text: string, name: string): number | undefined {
  const at = text.split('\n').findIndex((line) => line.includes(`${JSON.stringify(name)}:`));
  return at < 0 ? undefined : at + 1;
}
