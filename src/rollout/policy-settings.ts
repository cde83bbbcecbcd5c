import { parseDuration, parseShare } from '../model/scalars.ts';

/** Keys of `rollout.analysis` in shiplock.yaml that a policy has under another name. */
const RENAMED: Readonly<Record<string, string>> = {
  clump: 'clumpSize',
  unit: 'unitSeconds',
  warmUp: 'warmUpSeconds',
};

/** How long to learn before the first share: of a release that is over this cannot be changed any more. */
const WITHOUT_EFFECT = 'past';

/**
 * Settings of the analysis as shiplock.yaml writes them (`alpha: 1%`, `unit: 5s`), or as the policy itself does (`alpha: 0.01`,
 * `unitSeconds: 5`), under the names of the policy. Anything else is left as it is: `makePolicy` says what is wrong with it.
 * Pure.
 */
export function policySettings(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const entries = Object.entries(given);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === 'analysis') return policySettings(only[1]);
  return Object.fromEntries(
    entries.filter(([key]) => key !== WITHOUT_EFFECT).map(([key, value]) => [RENAMED[key] ?? key, numberOf(value)]),
  );
}

/** Percentages as fractions and durations as seconds, since a policy knows no units. */
function numberOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const milliseconds = parseDuration(value);
  return parseShare(value) ?? (milliseconds === undefined ? value : milliseconds / 1000);
}
