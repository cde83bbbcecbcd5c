import { z } from 'zod';
import type { RawFinding } from '../types.ts';
import type { BuiltIn, Given } from './builtin.ts';
import { isNear, type KnownNames, knownNames, lookalikeOf } from './names.ts';
import { packagesOf, type UsedPackage } from './packages.ts';

/**
 * Packages whose name could be taken for that of a well-known one. Where there is a base, only names that it does not have are judged: what is
 * there already was somebody's decision.
 */
export const lookalikes: BuiltIn = {
  id: 'lookalikes',
  subject: 'dependencies',
  about: 'npm packages and Go modules whose names look like well-known ones',
  async look({ tree, before }: Given) {
    const used = packagesOf(tree);
    if (used.length === 0) return null;
    const old = new Set(
      (before === null ? [] : packagesOf(before)).map(({ ecosystem, name }) => `${ecosystem} ${name}`),
    );
    const known = await loadKnown();
    const seen = new Set<string>();
    return used.flatMap((one) => {
      const key = `${one.ecosystem} ${one.name}`;
      if (old.has(key) || seen.has(key)) return [];
      const other = one.ecosystem === 'npm' ? npmLookalike(one.name, known) : goLookalike(one.name, known);
      if (other === null) return [];
      seen.add(key);
      return [finding(one, other, before !== null)];
    });
  },
};

function finding(used: UsedPackage, other: string, isNew: boolean): RawFinding {
  const { ecosystem, name, version, direct, file, line } = used;
  return {
    scanner: 'lookalikes',
    subject: 'dependencies',
    rule: 'lookalike-name',
    // Who asks for it by name may have mistyped it. What others ask for is theirs, and what was there before nobody has asked for now.
    severity: isNew && direct ? 'high' : direct ? 'medium' : 'low',
    message: `${name} looks like ${other}, which is well known: is it meant?`,
    remedy: `if ${other} is meant, write that; else let it pass by a waiver with its reason`,
    file,
    ...(line === undefined ? {} : { line }),
    package: { ecosystem, name, version },
  };
}

export interface Known {
  readonly npm: KnownNames;
  readonly scopes: KnownNames;
  /** Modules of Go without the number of their major version. */
  readonly go: KnownNames;
  /** Last part of a module's path → those who have one of that name. */
  readonly owners: ReadonlyMap<string, readonly string[]>;
}

let loaded: Promise<Known> | undefined;

/** Well-known names, from known-names.json: it says where they come from, and of which day they are. Read once. */
export function loadKnown(): Promise<Known> {
  loaded ??= readKnown();
  return loaded;
}

async function readKnown(): Promise<Known> {
  // Large, and of use only here.
  const { default: file } = await import('./known-names.json', { with: { type: 'json' } });
  const { npm, go } = fileSchema.parse(file);
  const modules = go.names.map(withoutMajor);
  const owners = new Map<string, string[]>();
  for (const module of modules) {
    const { owner, rest } = parted(module);
    if (owner !== null) owners.set(rest, [...(owners.get(rest) ?? []), owner]);
  }
  return { npm: knownNames(npm.names, npm.others), scopes: knownNames(npm.scopes), go: knownNames(modules), owners };
}

const list = z.string().transform((text) => text.split(' '));
const fileSchema = z.object({
  npm: z.object({ names: list, others: list, scopes: list }),
  go: z.object({ names: list }),
});

/** A scope belongs to one owner, so only the scope counts; a name without one belongs to whoever came first. Pure. */
export function npmLookalike(name: string, { npm, scopes }: Known): string | null {
  const [, scope, rest] = /^@([^/]+)\/(.+)$/.exec(name) ?? [];
  if (scope === undefined || rest === undefined) return lookalikeOf(name, npm);
  const other = lookalikeOf(scope, scopes);
  return other === null ? null : `@${other}/${rest}`;
}

/** What somebody puts before or after the name of another, to seem to belong to them. */
const AFFIX = /^(?:go-|golang-|the-)|(?:-go|-golang|-org|-io|-dev|-team|-official|hq)$/;

/**
 * On a forge anybody can be an owner, and an owner's own modules are theirs: so an owner counts who looks like another one and has a module of
 * the same name. Elsewhere the whole path counts. Pure.
 */
export function goLookalike(path: string, { go, owners }: Known): string | null {
  const module = withoutMajor(path);
  if (go.names.has(module)) return null;
  const { forge, owner, rest } = parted(module);
  if (owner === null) return lookalikeOf(module, go);
  const other = owners
    .get(rest)
    ?.find((one) => isNear(owner, one) || (owner !== one && owner.replace(AFFIX, '') === one));
  return other === undefined ? null : `${forge}/${other}/${rest}`;
}

function parted(module: string): { readonly forge: string; readonly owner: string | null; readonly rest: string } {
  const [, forge, owner, rest] =
    /^(github\.com|gitlab\.com|bitbucket\.org)\/([^/]+)\/(.+)$/.exec(module.toLowerCase()) ?? [];
  if (forge === undefined || owner === undefined || rest === undefined) return { forge: '', owner: null, rest: module };
  return { forge, owner, rest };
}

function withoutMajor(path: string): string {
  return path.replace(/\/v\d+$/, '');
}
