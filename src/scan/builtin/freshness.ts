import type { RawFinding } from '../types.ts';
import type { BuiltIn, BuiltInSettings, Given } from './builtin.ts';
import { goTimes } from './go-times.ts';
import { npmTimes } from './npm-times.ts';
import { keyOf, packagesOf, type UsedPackage } from './packages.ts';

/**
 * Versions that came out only now. Malicious versions of well-known packages are mostly found and taken away within hours or a few days: who
 * waits does not get them. Only versions that the base does not have are asked for, so nothing is asked where there is no base.
 */
export const freshness: BuiltIn = {
  id: 'freshness',
  subject: 'dependencies',
  about: 'versions that are new here and came out only now, by the registries of npm and Go',
  async look(given: Given) {
    const { tree, before, settings, clock } = given;
    if (before === null) return null;
    const old = new Set(packagesOf(before).map(keyOf));
    const fresh = new Map(
      packagesOf(tree)
        .filter((one) => one.version !== 'unknown' && !old.has(keyOf(one)))
        .map((one) => [keyOf(one), one] as const),
    );
    const list = [...fresh.values()].filter((one) => isAsked(one, settings));
    if (list.length === 0) return null;
    const [npm, go] = await Promise.all([
      npmTimes(
        list.filter(({ ecosystem }) => ecosystem === 'npm'),
        given,
      ),
      goTimes(
        list.filter(({ ecosystem }) => ecosystem === 'Go'),
        given,
      ),
    ]);
    return list.flatMap((one) => {
      const time = (one.ecosystem === 'npm' ? npm : go).get(keyOf(one));
      return judged(one, time ?? null, clock.now(), settings.freshness);
    });
  },
};

/** A place that nobody has allowed is not asked: whoever changes a lock file could send us anywhere. It is a finding of `lockfile`. */
function isAsked({ resolved }: UsedPackage, { registries }: BuiltInSettings): boolean {
  return resolved === null || (URL.canParse(resolved) && registries.includes(new URL(resolved).host));
}

const DAY = 86_400_000;

/** A version by the time at which it came out, milliseconds since 1970; null: the registry has no such version. Pure. */
export function judged(one: UsedPackage, time: number | null, now: number, least: number): readonly RawFinding[] {
  const { ecosystem, name, version, file, line } = one;
  const common = {
    scanner: 'freshness',
    subject: 'dependencies',
    severity: 'high',
    file,
    ...(line === undefined ? {} : { line }),
    package: { ecosystem, name, version },
  } as const;
  if (time === null)
    return [
      {
        ...common,
        rule: 'version-unknown',
        message: `the registry has no ${name} ${version}: it was taken away, or never there`,
        remedy: 'find out why: what is malicious is taken away. Use another version',
      },
    ];
  if (now - time >= least) return [];
  const on = new Date(time + least).toISOString().slice(0, 10);
  return [
    {
      ...common,
      rule: 'version-too-new',
      message: `${name} ${version} came out ${age(now - time)} ago, and ${Math.round(least / DAY)} days are asked for`,
      remedy: `wait until ${on}, or take an older version; if this one mends a fault that concerns you, let it pass by a waiver`,
    },
  ];
}

function age(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  return hours < 48 ? `${Math.max(0, hours)} hours` : `${Math.floor(hours / 24)} days`;
}
