import type { PlatformState } from '../../model/platform.ts';
import { action, type Step } from '../../procedure/index.ts';
import { doOrNothing } from '../../rollout/index.ts';
import type { FilesLook, Target } from '../environment/target.ts';
import {
  cameToServe,
  type EnvironmentRecord,
  type HistoryEntry,
  previousVersion,
  type ReleaseRecord,
  readEnvironmentRecord,
} from '../record.ts';

interface TidyFacts {
  readonly platform: PlatformState;
  readonly files: FilesLook;
  readonly record: EnvironmentRecord;
}

/**
 * Makes room before the new release is laid down: a disk that fills up release by release ends a night badly. It stands at the beginning,
 * where nothing has been changed yet, and takes away only what neither this release nor a way back needs.
 */
export function tidyStep(
  target: Target,
  candidate: ReleaseRecord,
  stable: ReleaseRecord | null,
): Step<TidyFacts, object> | null {
  const { service, environment, store, keepReleases, ports } = target;
  if (keepReleases === null) return null;
  const serving = stable === null ? [] : [stable.release.version];
  return action<TidyFacts>({
    id: 'tidy',
    title: `Remove releases older than the last ${keepReleases}`,
    inputs: { keep: keepReleases },
    read: async (ctx) => ({
      platform: await ports.platform.observe(ctx.signal),
      files: await target.files.observe(ctx.signal),
      record: await readEnvironmentRecord(store, environment, service),
    }),
    decide: ({ platform, files, record }) => {
      const { history } = record;
      // If this release is taken back, somebody may want to go back once more.
      const needed = [candidate.release.version, ...serving, previousVersion(record) ?? undefined];
      const unit = candidate.unit?.component;
      const units =
        unit === undefined
          ? []
          : platform.hosts.flatMap(({ name: on, ...host }) => {
              if (host.kind === 'unreachable') return [];
              const installed = platform.installed.filter((row) => row.component === unit && row.on === on);
              const running = platform.instances.filter((row) => row.component === unit && row.on === on);
              const held = [...needed, host.current[unit], ...running.map((row) => row.version)];
              return oldest(installed, held, history, keepReleases).flatMap((version) =>
                ports.platform.remove(version, platform, [on]),
              );
            });
      const pages = candidate.files.flatMap(({ component }) => {
        if (target.files.keeps(component)) return [];
        const buckets = (files.buckets ?? []).filter((one) => one.component === component);
        const rows = [...files.installed, ...buckets.flatMap(({ installed }) => installed)];
        const installed = rows.filter((row) => row.component === component);
        const served = [files.current[component], ...buckets.flatMap(({ current, next }) => [current, next])];
        const held = [...needed, ...served.map((version) => version ?? undefined)];
        return oldest(installed, held, history, keepReleases).flatMap((version) =>
          target.files.remove({ component, version }, files),
        );
      });
      return doOrNothing([...units, ...pages], 'there is nothing to remove');
    },
    probe: 'repeatable',
  });
}

/**
 * Versions to remove so that `keep` are left, the oldest first: those that never served, then by when they last began to. Never one that is
 * held, also when more than `keep` are. Pure.
 */
export function oldest(
  installed: readonly { readonly version: string }[],
  held: readonly (string | undefined)[],
  history: readonly Pick<HistoryEntry, 'version' | 'outcome'>[],
  keep: number,
): readonly string[] {
  const versions = new Set(installed.map((row) => row.version));
  const staying = new Set(held.filter((version) => version !== undefined));
  const began = (version: string): number =>
    history.findLastIndex((entry) => entry.version === version && cameToServe(entry));
  const free = [...versions].filter((version) => !staying.has(version)).toSorted((a, b) => began(a) - began(b));
  return free.slice(0, Math.max(0, staying.size + free.length - keep));
}
