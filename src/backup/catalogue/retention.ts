import { type Chain, chainsOf, furthest, isAhead } from './chain.ts';
import { type BackupRecord, type Catalogue, type FilesBackup, type FullBackup, isGood, placeOf } from './record.ts';

/** Which backups may go. Decided here and told to the storage by name: it never decides by itself. */

export interface Keep {
  readonly last: number;
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

export interface Retention {
  /** Why each full backup stays, by its id. */
  readonly kept: ReadonlyMap<string, string>;
  readonly forget: readonly BackupRecord[];
}

/**
 * Pure. The chain that reaches furthest and the newest one that was verified stay whatever `keep` says; so does every segment behind
 * the oldest full backup that stays. What failed goes once something newer can be restored. What was taken by a clock that was ahead stays until its
 * time has come, and takes the place of nothing.
 * @param now milliseconds since 1970
 */
export function retention(catalogue: Catalogue, keep: Keep, now: number): Retention {
  const chains = chainsOf(catalogue, now);
  const kept = new Map<string, string>();
  const stays = (full: FullBackup | undefined, why: string): void => {
    if (full !== undefined && !kept.has(full.id)) kept.set(full.id, why);
  };
  const good = chains.filter(({ full, restorableTo }) => restorableTo !== null && !isAhead(full, now)).toReversed();
  const best = furthest(chains);
  for (const { full } of chains) if (isAhead(full, now)) stays(full, 'its time lies ahead: nobody knows how old it is');
  stays(best?.full, 'reaches furthest');
  stays(good.find(({ full }) => full.state === 'verified')?.full, 'the newest that was verified');
  // Nothing can be restored: then nothing goes, since somebody may still find a way.
  if (best === undefined) for (const { full } of chains) stays(full, 'nothing newer can be restored');
  for (const [at, { full }] of good.slice(0, keep.last).entries())
    stays(full, `one of the last ${keep.last} (${at + 1})`);
  for (const [count, word, name] of [
    [keep.daily, 'day', dayOf],
    [keep.weekly, 'week', weekOf],
    [keep.monthly, 'month', monthOf],
  ] as const) {
    for (const { full } of newestOf(good, name).slice(0, count)) stays(full, `the newest of its ${word}`);
  }
  const remaining = catalogue.fulls.filter(({ id }) => kept.has(id));
  const oldest = remaining[0];
  const newestGood = good[0]?.full;
  const forget: BackupRecord[] = catalogue.fulls.filter(
    ({ id, takenAt }) => !kept.has(id) && newestGood !== undefined && takenAt < newestGood.takenAt,
  );
  const used = new Set(
    chains.filter(({ full }) => kept.has(full.id) || !forget.includes(full)).flatMap(({ segments }) => segments),
  );
  for (const segment of catalogue.segments) {
    if (used.has(segment) || oldest === undefined) continue;
    if (segment.takenAt < oldest.takenAt) forget.push(segment);
  }
  forget.push(...filesToForget(catalogue.files, keep, now));
  return { kept, forget };
}

/** Each host by itself, and this machine: by the same counts, and the newest that was verified stays. Where none can be restored, none goes. */
function filesToForget(files: readonly FilesBackup[], keep: Keep, now: number): readonly FilesBackup[] {
  return [...new Set(files.map(placeOf))].flatMap((name) => {
    const all = files.filter((one) => placeOf(one) === name);
    const good = all.filter((one) => isGood(one) && !isAhead(one, now)).toReversed();
    const newest = good[0];
    if (newest === undefined) return [];
    const stays = new Set([
      ...good.slice(0, Math.max(1, keep.last)),
      ...good.filter(({ state }) => state === 'verified').slice(0, 1),
      ...newestBy(good, dayOf).slice(0, keep.daily),
      ...newestBy(good, weekOf).slice(0, keep.weekly),
      ...newestBy(good, monthOf).slice(0, keep.monthly),
    ]);
    // One whose time lies ahead stays: nobody knows how old it is.
    return all.filter((one) => !stays.has(one) && one.takenAt < newest.takenAt);
  });
}

/** The newest of each group, newest first. */
function newestOf(newestFirst: readonly Chain[], group: (at: Date) => string): readonly Chain[] {
  const newest = new Set(
    newestBy(
      newestFirst.map(({ full }) => full),
      group,
    ),
  );
  return newestFirst.filter(({ full }) => newest.has(full));
}

function newestBy<T extends { readonly takenAt: string }>(
  newestFirst: readonly T[],
  group: (at: Date) => string,
): readonly T[] {
  const seen = new Set<string>();
  return newestFirst.filter(({ takenAt }) => {
    const name = group(new Date(takenAt));
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** Number of the week since the Monday of 29 December 1969. */
function weekOf(at: Date): string {
  return String(Math.floor((at.getTime() / 86_400_000 + 3) / 7));
}

function monthOf(at: Date): string {
  return at.toISOString().slice(0, 7);
}
