import { join } from 'node:path';
import type { Effect } from '../../model/effect.ts';
import {
  type Cause,
  type Quarantined,
  type QuarantineEntry,
  type QuarantineRecord,
  quarantineSchema,
} from '../../model/quarantine.ts';
import type { RecordedRun } from '../../procedure/index.ts';
import { payloadSchema } from '../../procedure/journal/records.ts';
import { namesIn } from '../../procedure/store.ts';
import { jsonFile, type ReleaseRecord, readRecord } from '../record.ts';

/** The list in the state directory: a file per entry, so that nobody ever writes over what another has said. */

/** What was said in an environment; what all of them hold counts in each. */
export function quarantineDirectory(store: string, environment: string): string {
  return join(store, 'quarantine', environment);
}

export function quarantinePath(store: string, environment: string, id: string): string {
  return join(quarantineDirectory(store, environment), `${id}.json`);
}

/** Everything that was said, oldest first. What cannot be read is a problem: it may hold what must not return. */
export async function readQuarantine(store: string): Promise<readonly QuarantineRecord[]> {
  const environments = await namesIn(join(store, 'quarantine'));
  const records = await Promise.all(environments.map((environment) => readQuarantineOf(store, environment)));
  return records.flat().toSorted((a, b) => a.entry.time.localeCompare(b.entry.time));
}

export async function readQuarantineOf(store: string, environment: string): Promise<readonly QuarantineRecord[]> {
  const names = (await namesIn(quarantineDirectory(store, environment))).filter((name) => name.endsWith('.json'));
  const read = names.map((name) => readRecord(join(quarantineDirectory(store, environment), name), quarantineSchema));
  return (await Promise.all(read)).filter((record) => record !== null);
}

/** The files of entries that are not there yet. */
export function quarantineEffects(
  store: string,
  place: Pick<QuarantineRecord, 'service' | 'environment'>,
  there: readonly QuarantineRecord[],
  entries: readonly QuarantineEntry[],
): readonly Effect[] {
  return entries
    .filter((entry) => !there.some((record) => record.entry.id === entry.id))
    .map((entry) =>
      jsonFile(
        quarantinePath(store, place.environment, entry.id),
        recordOf(place, entry),
        'what was taken back does not return by itself',
      ),
    );
}

export function recordOf(
  { service, environment }: Pick<QuarantineRecord, 'service' | 'environment'>,
  entry: QuarantineEntry,
): QuarantineRecord {
  return { formatVersion: 1, service, environment, entry };
}

/** What a release is made of. */
export function digestsOf({ unit, files }: Pick<ReleaseRecord, 'unit' | 'files'>): readonly {
  readonly component: string;
  readonly digest: string;
}[] {
  return [...(unit === null ? [] : [unit]), ...files].map(({ component, digest }) => ({ component, digest }));
}

/** What came with a release and not with what it goes back to: the rest goes on serving. Pure. */
export function takenBack(
  candidate: Pick<ReleaseRecord, 'unit' | 'files'>,
  stays: Pick<ReleaseRecord, 'unit' | 'files'> | null,
): ReturnType<typeof digestsOf> {
  const kept = stays === null ? [] : digestsOf(stays).map(({ digest }) => digest);
  return digestsOf(candidate).filter(({ digest }) => !kept.includes(digest));
}

export interface Taken {
  readonly candidate: ReleaseRecord;
  readonly stays: ReleaseRecord | null;
  readonly run: string;
  readonly cause: Cause;
  readonly why: string;
  readonly who: string;
  readonly time: string;
}

/** Entries of a run that took a release back: the same for a step that is repeated. Pure. */
export function entriesOf({ candidate, stays, run, cause, why, who, time }: Taken): readonly Quarantined[] {
  // What crashed is the process; files that came beside it did not.
  const only = cause === 'crash-loop' ? candidate.unit?.component : undefined;
  const taken = takenBack(candidate, stays).filter(({ component }) => only === undefined || component === only);
  return taken.map(({ component, digest }) => ({
    kind: 'quarantined',
    id: `${run}-${digest.replace('sha256:', '').slice(0, 16)}`,
    digest,
    cause,
    component,
    version: candidate.release.version,
    run,
    why,
    who,
    time,
  }));
}

const BLAMED: Readonly<Record<string, Cause>> = {
  'rollout.worse': 'worse',
  'rollout.above-limit': 'above-limit',
  'rollout.crash-loop': 'crash-loop',
  'rollout.sent-back': 'rejected',
  'procedure.gate-rejected': 'rejected',
};

/**
 * Why a release was taken back, where that speaks against what was released: evidence, or a person. Null for what may as well lie in its
 * surroundings (a host that does not answer, a time-out, a database). Pure.
 */
export function causeOf({
  entries,
}: Pick<RecordedRun, 'entries'>): { readonly cause: Cause; readonly why: string } | null {
  let found: { readonly cause: Cause; readonly why: string } | null = null;
  for (const { record, payload: data } of entries) {
    if (record.type !== 'step.failed' && record.type !== 'run.paused') continue;
    const payload = payloadSchema.safeParse({ type: record.type, data: data ?? null }).data;
    if (payload?.type === 'run.paused' && payload.data.reason === 'aborted') {
      const { by, why } = payload.data.asked ?? { by: '', why: '' };
      return { cause: 'aborted', why: `${by}: ${why}` };
    }
    if (payload?.type !== 'step.failed') continue;
    for (const { code, found: what } of payload.data.problems) {
      const cause = BLAMED[code];
      if (cause !== undefined) found ??= { cause, why: what };
    }
  }
  return found;
}
