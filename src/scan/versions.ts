import { gt, parse, rcompare } from 'semver';

/** Order of versions, where an ecosystem has one that is known here. */

const SEMVER = new Set(['npm', 'Go']);

/**
 * The least of the versions that are said to be without a fault and come after `version`. Undefined where there is none, or where
 * nobody here knows which comes after which. Pure.
 */
export function nextFixed(ecosystem: string, version: string, fixed: readonly string[]): string | undefined {
  const all = [...new Set(fixed)];
  if (!SEMVER.has(ecosystem)) return all.length === 1 ? all[0] : undefined;
  const later = all.filter((one) => parse(one) !== null && parse(version) !== null && gt(one, version));
  return later.toSorted(rcompare).at(-1);
}
