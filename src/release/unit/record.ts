import { join } from 'node:path';
import type { Effect } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import {
  type UnitEntry,
  type UnitHistory,
  type UnitRelease,
  unitHistorySchema,
  unitReleaseSchema,
} from '../../model/unit.ts';
import { digestOfText, manifestPath, PLANNED, readDigested } from '../promotion/manifest.ts';
import { jsonFile, readRecord } from '../record.ts';

/** What a unit remembers, as files in its state directory; written as effects of the run that released it. */

function historyPath(store: string, environment: string): string {
  return join(store, 'environments', `${environment}.json`);
}

/** The unit release as text: this, byte for byte, is what its digest stands for. Pure. */
export function unitReleaseText(release: UnitRelease): string {
  return `${JSON.stringify(release, null, 2)}\n`;
}

/** Its digest; a placeholder where a plan does not know all digests yet. Pure. */
export function unitReleaseDigest(release: UnitRelease): string {
  return unitReleaseSchema.safeParse(release).success ? digestOfText(unitReleaseText(release)) : PLANNED;
}

/** Writes the unit release down where it is made; one that came from elsewhere lies there already, with the same bytes. */
export function unitReleaseEffect(store: string, release: UnitRelease): Effect {
  return {
    kind: 'file',
    path: manifestPath(store, unitReleaseDigest(release)),
    content: unitReleaseText(release),
    mode: 0o444,
    why: 'the unit release: it goes through all environments as it is',
    timeoutMs: 10_000,
  };
}

/** A unit release by its digest. Throws when the file is not, byte for byte, what was made. */
export async function readUnitRelease(store: string, digest: string): Promise<UnitRelease> {
  const path = manifestPath(store, digest);
  const found = await readDigested(path);
  if (found?.digest !== digest) throw new ProblemError(differs(path, digest, found?.digest ?? null));
  const parsed: unknown = JSON.parse(found.text);
  return unitReleaseSchema.parse(parsed);
}

export async function readUnitHistory(store: string, unit: string, environment: string): Promise<UnitHistory> {
  const found = await readRecord(historyPath(store, environment), unitHistorySchema);
  return found ?? { formatVersion: 1, unit, environment, history: [] };
}

/** Adds an entry once: the same run and outcome is not written twice, so a repeated step changes nothing. */
export function unitHistoryEffects(store: string, record: UnitHistory, entry: UnitEntry): readonly Effect[] {
  if (record.history.some((one) => one.run === entry.run && one.outcome === entry.outcome)) return [];
  const next: UnitHistory = { ...record, history: [...record.history, entry] };
  return [jsonFile(historyPath(store, record.environment), next, 'which unit release came, when, and by whom')];
}

function differs(path: string, digest: string, found: string | null): Problem {
  return {
    code: 'unit.release-differs',
    where: path,
    found: found ?? 'nothing',
    expected: `${digest}, as it was made`,
    remedy: 'restore it from a backup of the state directory of the unit',
  };
}
