import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { isMissing, type RunPaths, replaceFile } from '../store.ts';
import type { ReplicaCopy } from './store.ts';

/** How far a copy has come with the files of a run; all in bytes of whole lines. No I/O but that of the run's own files. */
export interface Position {
  /** Undefined: there is no copy. */
  readonly version: string | undefined;
  readonly records: number;
  readonly journalBytes: number;
  readonly payloadBytes: number;
  /** The payloads of the copy are other ones than those of the run: some were redacted here. */
  readonly payloadsAnew: boolean;
}

export const NOTHING_COPIED: Position = {
  version: undefined,
  records: 0,
  journalBytes: 0,
  payloadBytes: 0,
  payloadsAnew: false,
};

export type Compared =
  /** The copy is a beginning of the run's journal, or all of it. */
  | { readonly kind: 'behind'; readonly at: Position }
  /** The copy goes on where the run's journal ends. */
  | { readonly kind: 'ahead' }
  | { readonly kind: 'apart'; readonly seq: number };

/** Pure. */
export function compareCopy(copy: ReplicaCopy, local: LocalText): Compared {
  const { journal, payloads } = local;
  if (journal.startsWith(copy.journal)) {
    const samePayloads = payloads.startsWith(copy.payloads);
    return {
      kind: 'behind',
      at: {
        version: copy.version,
        records: countLines(copy.journal),
        journalBytes: Buffer.byteLength(copy.journal),
        payloadBytes: samePayloads ? Buffer.byteLength(copy.payloads) : 0,
        payloadsAnew: !samePayloads,
      },
    };
  }
  if (copy.journal.startsWith(journal)) return { kind: 'ahead' };
  const [ours, theirs] = [journal.split('\n'), copy.journal.split('\n')];
  return { kind: 'apart', seq: ours.findIndex((line, index) => line !== theirs[index]) };
}

export interface LocalText {
  readonly journal: string;
  readonly payloads: string;
}

/** What the run's files hold behind a position, whole lines only. The journal is read first: its payloads are then all there. */
export async function textBehind(paths: RunPaths, at: Position): Promise<LocalText> {
  const journal = await wholeLinesFrom(paths.journal, at.journalBytes);
  return { journal, payloads: await wholeLinesFrom(paths.payloads, at.payloadBytes) };
}

async function wholeLinesFrom(path: string, from: number): Promise<string> {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      if (size <= from) return '';
      const bytes = Buffer.alloc(size - from);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
      // Whatever a crash left behind begins with a zero byte or has no end of line.
      const zero = bytes.indexOf(0);
      const end = zero < 0 ? bytesRead : Math.min(zero, bytesRead);
      return end === 0 ? '' : bytes.toString('utf8', 0, bytes.lastIndexOf(0x0a, end - 1) + 1);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

export function countLines(text: string): number {
  return text.split('\n').length - 1;
}

const noteSchema = z.strictObject({
  formatVersion: z.literal(1),
  where: z.string(),
  records: z.number().int().nonnegative(),
  journalBytes: z.number().int().nonnegative(),
});

/** Notes how far the copy has come, so that `status` knows without asking. It may be less than the truth, never more. */
export async function noteCopied(paths: RunPaths, where: string, at: Position): Promise<void> {
  const { records, journalBytes } = at;
  await replaceFile(paths.copied, `${JSON.stringify({ formatVersion: 1, where, records, journalBytes })}\n`);
}

/** What was noted for this store; nothing counts as copied when the note is of another store, or is not readable. */
export async function notedCopy(paths: RunPaths, where: string): Promise<Position> {
  try {
    const parsed: unknown = JSON.parse(await readFile(paths.copied, 'utf8'));
    const note = noteSchema.parse(parsed);
    return note.where === where ? { ...NOTHING_COPIED, ...pick(note) } : NOTHING_COPIED;
  } catch {
    return NOTHING_COPIED;
  }
}

function pick({ records, journalBytes }: z.infer<typeof noteSchema>): Pick<Position, 'records' | 'journalBytes'> {
  return { records, journalBytes };
}
