import { z } from 'zod';
import type { JournalRecord, RecordType } from '../../model/journal.ts';
import { parsedJson } from '../../model/json.ts';
import type { RecordedEntry } from '../api.ts';
import { runPaths } from '../store.ts';
import { sha256 } from './canonical.ts';
import { type JournalText, NO_HEAD, readJournalText, readPayload, readRecord } from './read.ts';

/** Reading many journals for a few of their records: samples are most of a journal, and the price is in their payloads. */
export interface Skimmed {
  /** The wanted records, those before the first that does not fit. */
  readonly entries: readonly RecordedEntry[];
  readonly tornBytes: number;
  /** As in `JournalReading`. */
  readonly broken?: { readonly seq: number; readonly why: string };
}

/** Undefined when the run has no journal, or an empty one. */
export async function skimRun(
  store: string,
  run: string,
  wanted: (type: RecordType) => boolean,
): Promise<Skimmed | undefined> {
  const text = await readJournalText(runPaths(store, run));
  return text === undefined || text.journal === '' ? undefined : skimJournal(run, text, wanted);
}

/** Checks every record against the chain and that its payload is there, as `readJournal` does, and reads only the wanted ones. */
export function skimJournal(run: string, text: JournalText, wanted: (type: RecordType) => boolean): Skimmed {
  const payloads = indexLines(text.payloads);
  const entries: RecordedEntry[] = [];
  const { tornBytes } = text;
  let [seq, head] = [0, NO_HEAD];
  for (const line of text.journal.split('\n')) {
    if (line === '') continue;
    const record = readRecord(line);
    const why = record === undefined ? 'not a record' : misfit(record, run, seq, head, payloads);
    if (record === undefined || why !== undefined) return { entries, tornBytes, broken: { seq, why: why ?? '' } };
    if (wanted(record.type)) entries.push(entryOf(record, payloads.get(record.payloadDigest) ?? null));
    seq++;
    head = sha256(line);
  }
  return { entries, tornBytes };
}

function misfit(
  record: JournalRecord,
  run: string,
  seq: number,
  head: string,
  payloads: ReadonlyMap<string, unknown>,
): string | undefined {
  if (record.run !== run || record.seq !== seq || record.prev !== head)
    return 'it does not follow the record before it';
  return payloads.has(record.payloadDigest) ? undefined : 'its payload is missing or was changed';
}

function entryOf(record: JournalRecord, line: string | null): RecordedEntry {
  const payload = line === null ? undefined : readPayload(line, record.payloadDigest);
  return payload === undefined ? { record } : { record, payload: payload.data };
}

const redactedSchema = z.looseObject({ redacted: z.string() });

/** Digest → line; null for a payload that was redacted. */
function indexLines(payloads: string): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  for (const line of payloads.split('\n')) {
    // Canonical form: the keys are sorted, so what holds data begins with it.
    if (line.startsWith('{"data":')) {
      found.set(sha256(line), line);
      continue;
    }
    const redacted = redactedSchema.safeParse(parsedJson(line));
    if (redacted.success && !found.has(redacted.data.redacted)) found.set(redacted.data.redacted, null);
  }
  return found;
}
