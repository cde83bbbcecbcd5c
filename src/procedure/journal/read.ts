import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Anchor, JOURNAL_VERSION, type JournalRecord, journalRecordSchema } from '../../model/journal.ts';
import { type Json, jsonSchema } from '../../model/json.ts';
import { isMissing, type RunPaths } from '../store.ts';
import { canonical, sha256 } from './canonical.ts';

/** Reading and checking a journal. Writing is in journal.ts, the format in docs/formats/journal.md. */

export const NO_HEAD = '0'.repeat(64);

/** A record with what its payload file says: the data, or that it was redacted. */
export interface Entry {
  readonly record: JournalRecord;
  readonly payload:
    | { readonly kind: 'data'; readonly data: Json }
    | { readonly kind: 'redacted'; readonly by: string; readonly reason: string };
}

export interface JournalText {
  /** Whole lines only, without what a crash left behind. */
  readonly journal: string;
  /** Bytes of a record that was being written when the machine or the process died. */
  readonly tornBytes: number;
  readonly payloads: string;
}

export interface JournalReading {
  readonly entries: readonly Entry[];
  readonly anchor: Anchor;
  readonly tornBytes: number;
  /** First record that does not fit; undefined while the chain holds. */
  readonly broken?: { readonly seq: number; readonly why: string };
}

export type Verification =
  | {
      readonly state: 'intact';
      readonly count: number;
      readonly redacted: readonly number[];
      readonly tornBytes: number;
    }
  | {
      readonly state: 'intact, tail not anchored';
      readonly count: number;
      /** Records covered by the anchor; 0 without one. */
      readonly anchored: number;
      readonly redacted: readonly number[];
      readonly tornBytes: number;
    }
  | { readonly state: 'broken'; readonly seq: number; readonly why: string };

const envelopeSchema = z.union([
  z.strictObject({ data: jsonSchema, salt: z.string() }),
  z.strictObject({ redacted: z.string(), by: z.string(), reason: z.string(), time: z.string() }),
]);

/** The text of a run's journal; undefined when there is none. */
export async function readJournalText(paths: RunPaths): Promise<JournalText | undefined> {
  const bytes = (await readOrMissing(paths.journal)) ?? (await readOrMissing(paths.taken));
  if (bytes === undefined) return undefined;
  const whole = wholeLines(bytes);
  const payloads = await readOrMissing(paths.payloads);
  return {
    journal: bytes.toString('utf8', 0, whole),
    tornBytes: bytes.length - whole,
    payloads: payloads === undefined ? '' : payloads.toString('utf8'),
  };
}

/** Every record checked against the chain and against its payload. Stops at the first that does not fit. */
export function readJournal(run: string, text: JournalText): JournalReading {
  const envelopes = indexPayloads(text.payloads);
  const entries: Entry[] = [];
  let head = NO_HEAD;
  const result = (broken?: JournalReading['broken']): JournalReading => ({
    entries,
    anchor: { run, count: entries.length, head },
    tornBytes: text.tornBytes,
    ...(broken ? { broken } : {}),
  });
  for (const line of text.journal.split('\n')) {
    if (line === '') continue;
    const seq = entries.length;
    const record = parseRecord(line);
    if (typeof record === 'string') return result({ seq, why: record });
    const why = misfit(record, run, seq, head);
    if (why !== undefined) return result({ seq, why });
    const payload = envelopes.get(record.payloadDigest);
    if (payload === undefined) return result({ seq, why: 'its payload is missing or was changed' });
    entries.push({ record, payload });
    head = sha256(line);
  }
  return result();
}

/**
 * Checks a reading against an anchor kept elsewhere. The chain alone shows edits and swaps; only an anchor shows that the end was
 * cut off or that everything was written anew.
 */
export function verifyReading(text: JournalText, reading: JournalReading, anchor: Anchor | undefined): Verification {
  if (reading.broken !== undefined) return { state: 'broken', ...reading.broken };
  const { entries, tornBytes } = reading;
  const count = entries.length;
  const redacted = entries.filter((entry) => entry.payload.kind === 'redacted').map((entry) => entry.record.seq);
  if (anchor === undefined) return { state: 'intact, tail not anchored', count, anchored: 0, redacted, tornBytes };
  if (anchor.run !== reading.anchor.run) {
    return { state: 'broken', seq: 0, why: `the anchor belongs to run ${anchor.run}` };
  }
  if (anchor.count > count) {
    return { state: 'broken', seq: count, why: `the end is missing: the anchor counts ${anchor.count} records` };
  }
  if (headAt(text.journal, anchor.count) !== anchor.head) {
    return {
      state: 'broken',
      seq: Math.max(0, anchor.count - 1),
      why: 'written anew: the head differs from the anchor',
    };
  }
  if (anchor.count === count) return { state: 'intact', count, redacted, tornBytes };
  return { state: 'intact, tail not anchored', count, anchored: anchor.count, redacted, tornBytes };
}

/** One line for people. */
export function verificationText(verification: Verification): string {
  if (verification.state === 'broken') return `broken at seq ${verification.seq}: ${verification.why}`;
  const parts = [`${verification.state} (${verification.count} records`];
  if (verification.state !== 'intact')
    parts.push(`, ${verification.count - verification.anchored} of them not anchored`);
  if (verification.redacted.length > 0) parts.push(`, ${verification.redacted.length} payloads redacted`);
  if (verification.tornBytes > 0) parts.push(`, ${verification.tornBytes} bytes of an unfinished record`);
  return `${parts.join('')})`;
}

/** Lines, without the newline, of records: everything before the last newline and before anything a crash zeroed. */
function wholeLines(bytes: Buffer): number {
  const zero = bytes.indexOf(0);
  const end = zero < 0 ? bytes.length : zero;
  return bytes.lastIndexOf(0x0a, end - 1) + 1;
}

function indexPayloads(text: string): ReadonlyMap<string, Entry['payload']> {
  const found = new Map<string, Entry['payload']>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    let parsed: ReturnType<typeof envelopeSchema.safeParse>;
    try {
      parsed = envelopeSchema.safeParse(JSON.parse(line));
    } catch {
      // Unfinished line of a crash: no record refers to it.
      continue;
    }
    if (!parsed.success) continue;
    const envelope = parsed.data;
    if ('redacted' in envelope) {
      if (!found.has(envelope.redacted)) {
        found.set(envelope.redacted, { kind: 'redacted', by: envelope.by, reason: envelope.reason });
      }
    } else {
      found.set(sha256(line), { kind: 'data', data: envelope.data });
    }
  }
  return found;
}

/** One record by itself, without its place in the chain; undefined for anything else. */
export function readRecord(line: string): JournalRecord | undefined {
  const record = parseRecord(line);
  return typeof record === 'string' ? undefined : record;
}

/** The payload of a record from its line; undefined when the line is another one or was redacted. */
export function readPayload(line: string, digest: string): Extract<Entry['payload'], { kind: 'data' }> | undefined {
  const payload = indexPayloads(line).get(digest);
  return payload?.kind === 'data' ? payload : undefined;
}

function parseRecord(line: string): JournalRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  if (typeof value === 'object' && value !== null && 'v' in value && value.v !== JOURNAL_VERSION) {
    return `journal version ${String(value.v)}; this shiplock reads version ${JOURNAL_VERSION}`;
  }
  const parsed = journalRecordSchema.safeParse(value);
  if (!parsed.success) return `not a record: ${parsed.error.issues[0]?.message ?? 'unknown'}`;
  if (canonical(parsed.data) !== line) return 'not in canonical form';
  return parsed.data;
}

function misfit(record: JournalRecord, run: string, seq: number, head: string): string | undefined {
  if (record.seq !== seq) return `its number is ${record.seq}`;
  if (record.run !== run) return `it belongs to run ${record.run}`;
  if (record.prev !== head) return 'it does not follow the record before it';
  return undefined;
}

function headAt(journal: string, count: number): string {
  if (count === 0) return NO_HEAD;
  let from = 0;
  for (let line = 1; line < count; line++) from = journal.indexOf('\n', from) + 1;
  return sha256(journal.slice(from, journal.indexOf('\n', from)));
}

async function readOrMissing(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
