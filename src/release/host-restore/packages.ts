import { z } from 'zod';
import type { PackageLook } from '../../model/packages.ts';
import type { Problem } from '../../model/problem.ts';
import {
  type HostPackagesOptions,
  hostManualEffect,
  hostPackageEffect,
  observeHostPackages,
} from '../../platform/index.ts';
import { action, type Node, type Step, step } from '../../procedure/index.ts';
import {
  ageText,
  changedSince,
  changesText,
  exactly,
  installedText,
  pendingOf,
  recordedOf,
  recordedSchema,
} from '../../system/index.ts';
import type { HostRestoreNodes } from '../backup/restore-host.ts';
import type { LostPackage } from '../backup/restore-host-look.ts';

/** Packages of a lost host on the machine in its place: in the versions that they had, where a source still has those. */

export const plannedSchema = z.strictObject({
  ...recordedSchema.shape,
  /** Those that a source has in another version than the host had. */
  other: z.array(z.strictObject({ name: z.string(), was: z.string(), to: z.string() })).readonly(),
  /** Those that no source has. */
  gone: z.array(z.string()).readonly(),
  /** Those that were wanted by themselves. */
  manual: z.array(z.string()).readonly(),
});
export type PlannedPackages = Readonly<z.infer<typeof plannedSchema>>;

interface Asked {
  readonly name: string;
  /** Null: any. */
  readonly version: string | null;
}

/** What apt was asked last, and what it answered. */
export interface PackagesFound {
  readonly look: PackageLook | null;
  readonly missing: readonly LostPackage[];
  readonly gone: readonly string[];
}

type Look = (words: readonly string[]) => Promise<PackageLook>;

/**
 * Asks apt for all of them in the versions that they had; for what it does not have, once more without.
 * @throws what `look` throws
 */
export async function findPackages(missing: readonly LostPackage[], look: Look): Promise<PackagesFound> {
  let asked: readonly Asked[] = missing;
  let gone: readonly string[] = [];
  while (asked.length > 0) {
    const found = await look(asked.map(wordOf));
    const less = found.failed === null ? null : askedLess(asked, found.failed);
    if (less === null) return { look: found, missing, gone };
    gone = [...gone, ...less.gone];
    asked = less.asked;
  }
  return { look: null, missing, gone };
}

function wordOf({ name, version }: Asked): string {
  return version === null ? name : `${name}=${version}`;
}

/** What is still asked for after apt has refused; null: nothing less would help. Pure. @param failed what apt said */
export function askedLess(
  asked: readonly Asked[],
  failed: string,
): { readonly asked: readonly Asked[]; readonly gone: readonly string[] } | null {
  const other = namesIn(failed, /Version '[^']*' for '([^']+)' was not found/g);
  const none = [
    ...namesIn(failed, /Unable to locate package ([a-z0-9][a-z0-9.+-]*(?::[a-z0-9]+)?)/g),
    ...namesIn(failed, /Package '([^']+)' has no installation candidate/g),
  ];
  const isOne = (names: readonly string[], { name }: Asked): boolean =>
    names.some((one) => bare(one) === bare(name) && (!one.includes(':') || one === name));
  const gone = asked.filter((one) => isOne(none, one));
  const left = asked.filter((one) => !gone.includes(one));
  const without = left.map((one) => (isOne(other, one) ? { ...one, version: null } : one));
  const changed = gone.length > 0 || without.some((one, at) => one.version !== left[at]?.version);
  if (changed) return { asked: without, gone: gone.map(({ name }) => name) };
  // Versions that do not go together any more: then what the sources have now.
  if (left.some(({ version }) => version !== null))
    return { asked: left.map(({ name }) => ({ name, version: null })), gone: [] };
  return null;
}

function namesIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/** dpkg names some packages with their architecture, apt those of the machine's own without. */
function bare(name: string): string {
  return name.replace(/:[a-z0-9-]+$/, '');
}

/** What is recorded: nothing else is installed later. Pure. */
export function plannedOf({ look, missing, gone }: PackagesFound): PlannedPackages {
  const recorded = look === null ? { changes: [], back: [], lost: [] } : recordedOf(look);
  const wasOf = (name: string): LostPackage | undefined =>
    missing.find((one) => one.name === name) ?? missing.find((one) => bare(one.name) === bare(name));
  return {
    ...recorded,
    other: recorded.changes.flatMap(({ name, to }) => {
      const was = wasOf(name);
      return was === undefined || was.version === to ? [] : [{ name, was: was.version, to }];
    }),
    gone: [...gone],
    manual: recorded.changes.map(({ name }) => name).filter((name) => wasOf(name)?.manual === true),
  };
}

/** For a plan and a journal. Pure. */
export function packageWords(planned: PlannedPackages, look: PackageLook | null): string {
  const { changes, other, gone } = planned;
  const words = [
    changes.length === 0 ? 'no package is to be installed' : `${changes.length} packages: ${changesText(changes)}`,
    other.length === 0
      ? ''
      : `in another version: ${other.map(({ name, was, to }) => `${name} ${to}, was ${was}`).join(', ')}`,
    gone.length === 0 ? '' : `no source has ${gone.join(', ')}`,
    look === null ? '' : ageText(look),
  ];
  return words.filter((word) => word !== '').join('; ');
}

export type PackagesStep = Step<PackagesFound, PlannedPackages>;

/** Which packages would be installed. It is recorded: nothing else is installed later. */
export function packagesStep(options: HostPackagesOptions, files: Pick<HostRestoreNodes, 'look'>): PackagesStep {
  const { host } = options;
  return step<PackagesFound, PlannedPackages>({
    id: 'packages',
    title: `Look which packages are to be installed on ${host.name}`,
    inputs: { host: host.name },
    timeoutMs: 600_000,
    read: (ctx) =>
      findPackages(ctx.outputOf(files.look).missing, (words) =>
        observeHostPackages(options, words, false, ctx.signal, 'new'),
      ),
    decide: (found) =>
      found.look !== null && found.look.failed !== null
        ? { kind: 'refuse', problems: [refused(host.name, found.look.failed)] }
        : { kind: 'nothing', why: packageWords(plannedOf(found), found.look) },
    outputs: plannedSchema,
    collect: (_results, found) => plannedOf(found),
    planned: (found) => plannedOf(found),
    probe: 'repeatable',
  });
}

/** Exactly those that were found, and which of them are wanted by themselves. */
export function installStep(options: HostPackagesOptions, planned: PackagesStep, limitMs: number): Node {
  const { host } = options;
  const look = (words: readonly string[], signal: AbortSignal): Promise<PackageLook> =>
    observeHostPackages(options, words, false, signal, 'new');
  return action<PackageLook | null>({
    id: 'install',
    title: `Install the packages of ${host.name}`,
    inputs: { host: host.name },
    read: async (ctx) => {
      const { changes } = ctx.outputOf(planned);
      return changes.length === 0 ? null : look(exactly(changes), ctx.signal);
    },
    decide: (now, ctx) => {
      const recorded = ctx.outputOf(planned);
      if (now === null) return { kind: 'nothing', why: 'none is missing' };
      const problems = changedSince(host.name, recorded, now);
      if (problems.length > 0) return { kind: 'refuse', problems };
      const pending = pendingOf(recorded.changes, now.installed);
      const auto = recorded.manual.filter((name) => now.auto?.includes(name) === true);
      const wanted = pending.length > 0 ? recorded.manual : auto;
      const effects = [
        ...(pending.length === 0 ? [] : [hostPackageEffect(options, 'set', exactly(recorded.changes), false, limitMs)]),
        ...(wanted.length === 0 ? [] : [hostManualEffect(options, wanted, 60_000)]),
      ];
      return effects.length === 0
        ? { kind: 'nothing', why: 'they are there' }
        : { kind: 'do', effects, why: changesText(pending) };
    },
    probe: 'repeatable',
    verify: async (ctx) => {
      const { changes } = ctx.outputOf(planned);
      if (changes.length === 0) return [];
      const { installed, said } = await look(exactly(changes), ctx.signal);
      const pending = pendingOf(changes, installed);
      return pending.length === 0
        ? []
        : [notSet(host.name, `${installedText(pending, installed)}: ${said.trim().split('\n').at(-1) ?? ''}`)];
    },
    timeoutMs: limitMs + 60_000,
  });
}

function refused(where: string, found: string): Problem {
  return {
    code: 'system.packages-refused',
    ...{ where, found },
    expected: 'packages of the backup that apt can install without removing one',
    remedy:
      'run `apt-get -s install` with these names on the host and mend what it names (sources, keys of sources), then run it again; --refresh asks the sources first',
  };
}

function notSet(where: string, found: string): Problem {
  return {
    ...{ code: 'system.packages-not-set', where, found },
    expected: 'the packages that were planned',
    remedy: 'read run/packages.log there, mend what it names, and run it again: what is done is left alone',
  };
}
