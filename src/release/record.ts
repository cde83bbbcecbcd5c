import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Effect } from '../model/effect.ts';
import { textSchema } from '../model/effect.ts';
import { parsedJson } from '../model/json.ts';
import { type Ledger, type LedgerRow, ledgerSchema } from '../model/ledger.ts';
import { ProblemError } from '../model/problem.ts';
import { digestSchema, momentSchema, type Release, releaseSchema, versionSchema } from '../model/release.ts';

import { isMissing } from '../procedure/store.ts';

/**
 * What an environment remembers of its releases, as files in the state directory. They are written as effects of the run that
 * released them, so a plan shows them and a crash cannot leave half of one.
 */

export const unitSpecSchema = z.strictObject({
  component: z.string(),
  version: versionSchema,
  digest: digestSchema,
  artefact: z.string(),
  command: z.array(z.string()).readonly(),
  env: z.record(z.string(), textSchema),
  replicas: z.number().int().positive(),
  readyPath: z.string(),
  livePath: z.string(),
  startTimeoutMs: z.number().int().positive(),
  stopTimeoutMs: z.number().int().positive(),
});

/** Everything needed to run a version again: its release, its units, the schema it was released on. */
export const releaseRecordSchema = z.strictObject({
  formatVersion: z.literal(1),
  environment: z.string(),
  release: releaseSchema,
  /** What gets the traffic; null for a service that is only files. */
  unit: unitSpecSchema.nullable(),
  /** Components that are only files: laid down, and switched to in one moment. */
  files: z.array(unitSpecSchema).readonly(),
  /** Schema state after this release's migrations. */
  schema: z.string(),
  /** Digest of release.json as it was made first; records of earlier versions have none. */
  manifest: digestSchema.exactOptional(),
  /** Commit that the configuration was read from, where it is not the one that the artefacts were built from. */
  configCommit: z.string().exactOptional(),
  /** When that commit was made; as `commitTime` of the release. */
  configCommitTime: momentSchema.exactOptional(),
});
export type ReleaseRecord = Readonly<z.infer<typeof releaseRecordSchema>>;

/** What serves an environment and what served it before, newest last. */
export const environmentRecordSchema = z.strictObject({
  formatVersion: z.literal(1),
  environment: z.string(),
  service: z.string(),
  history: z
    .array(
      z.strictObject({
        version: versionSchema,
        run: z.string(),
        time: z.string(),
        outcome: z.enum(['released', 'rolled-back', 'went-back-to', 'removed']),
        who: z.string(),
        why: z.string(),
      }),
    )
    .readonly(),
});
export type EnvironmentRecord = Readonly<z.infer<typeof environmentRecordSchema>>;
export type HistoryEntry = EnvironmentRecord['history'][number];

export function recordPath(store: string, environment: string, version: string): string {
  return join(store, 'releases', environment, `${version}.json`);
}
export function environmentPath(store: string, environment: string): string {
  return join(store, 'environments', `${environment}.json`);
}
export function ledgerPath(store: string, environment: string): string {
  return join(store, 'ledgers', `${environment}.json`);
}

/** A record of the state directory; null: there is none. */
export async function readRecord<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const parsed = schema.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  throw new ProblemError({
    code: 'release.record-unreadable',
    where: path,
    found: z.prettifyError(parsed.error).replaceAll('\n', '; '),
    expected: 'a record as this program wrote it',
    remedy: 'restore the file from a backup of the state directory; do not edit it by hand',
  });
}

export function readReleaseRecord(store: string, environment: string, version: string): Promise<ReleaseRecord | null> {
  return readRecord(recordPath(store, environment, version), releaseRecordSchema);
}

/** Every release this environment has a record of. */
export async function knownReleases(store: string, environment: string): Promise<readonly Release[]> {
  const names = await readdir(dirname(recordPath(store, environment, 'x'))).catch(() => []);
  const records = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map((name) => readReleaseRecord(store, environment, name.slice(0, -'.json'.length))),
  );
  return records.flatMap((record) => (record === null ? [] : [record.release]));
}

export async function readEnvironmentRecord(
  store: string,
  environment: string,
  service: string,
): Promise<EnvironmentRecord> {
  const found = await readRecord(environmentPath(store, environment), environmentRecordSchema);
  return found ?? { formatVersion: 1, environment, service, history: [] };
}

export async function readLedger(store: string, environment: string, service: string): Promise<Ledger> {
  return (await readRecord(ledgerPath(store, environment), ledgerSchema)) ?? { formatVersion: 1, service, rows: [] };
}

/** The version that serves by the record: the newest entry that put one there. */
export function liveVersion(record: EnvironmentRecord): string | null {
  const last = record.history.findLast((entry) => entry.outcome !== 'rolled-back');
  return last === undefined || last.outcome === 'removed' ? null : last.version;
}

/** Did the version of this entry get all traffic by it? Pure. */
export function cameToServe({ outcome }: Pick<HistoryEntry, 'outcome'>): boolean {
  return outcome === 'released' || outcome === 'went-back-to';
}

/** The version before the live one: what a rollback goes back to. Pure. */
export function previousVersion(record: EnvironmentRecord): string | null {
  const live = liveVersion(record);
  const served = record.history.filter(cameToServe);
  // A version that was gone back from is not a way back: only what served before the live version's own release is.
  const own = served.findLastIndex((entry) => entry.version === live && entry.outcome === 'released');
  return served.slice(0, Math.max(0, own)).findLast((entry) => entry.version !== live)?.version ?? null;
}

export function jsonFile(path: string, value: object, why: string): Effect {
  return { kind: 'file', path, content: `${JSON.stringify(value, null, 2)}\n`, mode: 0o644, why, timeoutMs: 10_000 };
}

export function recordEffect(store: string, record: ReleaseRecord): Effect {
  return jsonFile(recordPath(store, record.environment, record.release.version), record, 'what this release is');
}

/** Adds an entry once: the same run and outcome is not written twice, so a repeated step changes nothing. */
export function historyEffect(store: string, record: EnvironmentRecord, entry: HistoryEntry): readonly Effect[] {
  if (record.history.some((one) => one.run === entry.run && one.outcome === entry.outcome)) return [];
  const next: EnvironmentRecord = { ...record, history: [...record.history, entry] };
  return [jsonFile(environmentPath(store, record.environment), next, 'who released what, when')];
}

export function ledgerEffect(
  store: string,
  environment: string,
  ledger: Ledger,
  rows: readonly LedgerRow[],
): readonly Effect[] {
  const fresh = rows.filter(
    (row) =>
      !ledger.rows.some(
        (old) =>
          old.version === row.version &&
          old.schema === row.schema &&
          old.answer === row.answer &&
          old.proof === row.proof,
      ),
  );
  if (fresh.length === 0) return [];
  return [
    jsonFile(
      ledgerPath(store, environment),
      { ...ledger, rows: [...ledger.rows, ...fresh] },
      'which version runs on which schema',
    ),
  ];
}
