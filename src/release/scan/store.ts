import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, toJson } from '../../procedure/journal/canonical.ts';
import { fileName, isMissing, namesIn, replaceFile } from '../../procedure/store.ts';
import { type ScanRecord, scanRecordSchema } from '../../scan/result.ts';

/** Results of scans in the state directory: one file for each commit and each question, the newest stands. */

/** Results that are kept of one service; the oldest go. */
const MOST_KEPT = 200;
const COMMIT = /^[0-9a-f]{40,64}$/;

function scansDirectory(store: string, service: string): string {
  return join(store, 'scans', fileName(service));
}

function scanPath(store: string, { service, commit, settings }: Question): string {
  if (!COMMIT.test(commit)) throw new TypeError(`${commit} is no full name of a commit`);
  return join(scansDirectory(store, service), `${commit}-${settings.replace(/^sha256:/, '').slice(0, 16)}.json`);
}

export type Question = Pick<ScanRecord, 'service' | 'commit' | 'settings'>;

/** What is kept about a commit for this question; null: nothing that can be read. */
export async function readScan(store: string, question: Question): Promise<ScanRecord | null> {
  const record = await readRecord(scanPath(store, question));
  // Another question of which the name is the same by chance, or a file that somebody has moved.
  const same =
    record?.service === question.service && record.commit === question.commit && record.settings === question.settings;
  return same ? record : null;
}

/** Everything that is kept about a commit, the newest first. */
export async function scansOf(store: string, service: string, commit: string): Promise<readonly ScanRecord[]> {
  const directory = scansDirectory(store, service);
  const names = (await namesIn(directory)).filter((name) => name.startsWith(`${commit}-`) && name.endsWith('.json'));
  const records = await Promise.all(names.map((name) => readRecord(join(directory, name))));
  return records
    .filter((record) => record !== null)
    .filter((record) => record.commit === commit)
    .toSorted((a, b) => b.time.localeCompare(a.time));
}

/** Writes it down whole or not at all, in the place of an older one. */
export async function keepScan(store: string, record: ScanRecord): Promise<void> {
  await replaceFile(scanPath(store, record), `${JSON.stringify(record)}\n`);
  await forgetOldest(scansDirectory(store, record.service));
}

/** Name of a result by what stands in it: what a journal says of it. */
export function scanDigest(record: ScanRecord): string {
  return digestOf(toJson(record));
}

/** What cannot be read is no result: the commit is scanned again. */
async function readRecord(path: string): Promise<ScanRecord | null> {
  try {
    const parsed = scanRecordSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return null;
    throw error;
  }
}

async function forgetOldest(directory: string): Promise<void> {
  const names = (await namesIn(directory)).filter((name) => name.endsWith('.json'));
  if (names.length <= MOST_KEPT) return;
  const aged = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(join(directory, name)).catch(() => null))?.mtimeMs ?? 0 })),
  );
  const old = aged.toSorted((a, b) => b.time - a.time).slice(MOST_KEPT);
  await Promise.all(old.map(({ name }) => rm(join(directory, name), { force: true })));
}
