import { randomBytes } from 'node:crypto';
import { constants, type FileHandle, link, mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Anchor, JOURNAL_VERSION, type JournalRecord, type RecordType } from '../../model/journal.ts';
import type { Json } from '../../model/json.ts';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Boundary } from '../api.ts';
import { LeaseLostError } from '../lease/fence.ts';
import { timestamp } from '../machine/clock.ts';
import { hasCode, isMissing, type RunPaths, syncDirectory, writeTemporary } from '../store.ts';
import { canonical, sha256 } from './canonical.ts';
import { type JournalReading, NO_HEAD, readJournal, readJournalText } from './read.ts';

/**
 * Writing a journal. Payload first, then the record that refers to it, each on disk before the next step: a record that can be
 * read always has its payload, and `append` returns only when the record survives a power cut.
 */
export interface Journal {
  append(type: RecordType, node: string, attempt: number, payload: Json): Promise<JournalRecord>;
  /**
   * The same for a record that nobody has to wait for: it goes to the disk with the next one that is waited for, or by itself within `LATER_MS`.
   * What is lost of it in a crash must be found out again by looking. That it could not be written is told to whoever appends next.
   */
  later(type: RecordType, node: string, attempt: number, payload: Json): JournalRecord;
  /** Of what is on the disk. */
  anchor(): Anchor;
  close(): Promise<void>;
}

export interface JournalOptions {
  readonly run: string;
  readonly paths: RunPaths;
  readonly clock: Clock;
  readonly fence: number;
  mask(payload: Json, type: RecordType, node: string): Json;
  readonly killAt?: ((boundary: Boundary) => void) | undefined;
}

/** A new, empty journal. Throws when the run has one; what a start left that never recorded anything is no journal. */
export async function createJournal(options: JournalOptions): Promise<Journal> {
  const { paths, run } = options;
  await mkdir(paths.directory, { recursive: true });
  const before = await readJournalText(paths);
  if (before !== undefined && before.journal !== '') throw alreadyThere(run);
  await removeIfThere(paths.journal);
  await removeIfThere(paths.taken);
  const handle = await openNew(paths.journal, run);
  await handle.sync();
  await syncDirectory(paths.directory);
  await syncDirectory(dirname(paths.directory));
  return write(options, handle, { run, count: 0, head: NO_HEAD });
}

/**
 * Takes a journal over for a new holder: recovers a torn end and makes whoever wrote before unable to go on.
 *
 * The file is moved aside, read, and put back as a new file. A writer looks after every write whether the path still names its
 * file. If it does, the write came before the move, so it is in what is read here; if not, the writer stops before it acts on
 * the record. A stale holder that wakes up late can therefore never add to a journal that somebody else continues.
 */
export async function takeJournal(
  options: JournalOptions,
  stillOurs: () => Promise<void>,
): Promise<{ readonly journal: Journal; readonly reading: JournalReading }> {
  const { paths, run } = options;
  if (await exists(paths.journal)) {
    await removeIfThere(paths.taken);
    await rename(paths.journal, paths.taken);
    await syncDirectory(paths.directory);
  }
  const text = await readJournalText(paths);
  if (text === undefined) throw noJournal(run);
  const reading = readJournal(run, text);
  const fresh = await writeTemporary(paths.journal, text.journal);
  await stillOurs();
  // link, not rename: it fails when somebody else has put the journal back meanwhile.
  try {
    await link(fresh, paths.journal);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw new LeaseLostError('another process has taken this journal over');
    throw error;
  } finally {
    await unlink(fresh);
  }
  await syncDirectory(paths.directory);
  await removeIfThere(paths.taken);
  if (reading.broken !== undefined) {
    throw new ProblemError({
      code: 'journal.broken',
      where: `${paths.journal}, record ${reading.broken.seq}`,
      found: reading.broken.why,
      expected: 'an unbroken chain',
      remedy: `restore the file from its replica, or roll back with a new run; \`shiplock journal verify ${run}\` checks it again`,
    });
  }
  const handle = await open(paths.journal, DURABLY | constants.O_WRONLY);
  return { journal: write(options, handle, reading.anchor), reading };
}

export function noJournal(run: string): ProblemError {
  return new ProblemError({
    code: 'journal.missing',
    where: `run ${run}`,
    found: 'no journal',
    expected: 'a run of this state directory',
    remedy: '`shiplock status` lists the runs; check the id and --state',
  });
}

/** Behind what is there, and a write returns when it is on the disk: what a write and a wait for the disk do, asked of the system at once. */
const DURABLY = constants.O_APPEND | constants.O_CREAT | constants.O_DSYNC;

async function openNew(path: string, run: string): Promise<FileHandle> {
  try {
    return await open(path, DURABLY | constants.O_WRONLY | constants.O_EXCL);
  } catch (error) {
    throw hasCode(error, 'EEXIST') ? alreadyThere(run) : error;
  }
}

function alreadyThere(run: string): ProblemError {
  return new ProblemError({
    code: 'journal.exists',
    where: `run ${run}`,
    found: 'a journal of this run',
    expected: 'a new run id',
    remedy: `\`shiplock resume ${run}\` goes on with it; start a new run under another id`,
  });
}

/** A record that nobody waits for is on the disk after this time, were there none that follows it. */
const LATER_MS = 20;
/** Looked at so often whether such a record has waited for a whole stretch: a timer for each would cost more than its record. */
const LATER_LOOK_MS = LATER_MS / 2;

interface Waiting {
  readonly record: JournalRecord;
  /** The two lines that are written. */
  readonly payload: string;
  readonly line: string;
  readonly resolve?: (record: JournalRecord) => void;
  readonly reject?: (error: unknown) => void;
}

function write(options: JournalOptions, journal: FileHandle, from: Anchor): Journal {
  const { run, paths, clock, fence } = options;
  let { count, head } = from;
  /** Where the next record goes: behind those that wait. */
  let [seq, prev] = [count, head];
  let payloads: FileHandle | undefined;
  let failed: unknown;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let looking = false;

  const make = (type: RecordType, node: string, attempt: number, data: Json): Waiting => {
    if (failed !== undefined) throw failed;
    try {
      return chained(type, node, attempt, data);
    } catch (error) {
      failed = error;
      throw error;
    }
  };

  const chained = (type: RecordType, node: string, attempt: number, data: Json): Waiting => {
    const envelope = canonical({ data: options.mask(data, type, node), salt: randomBytes(16).toString('hex') });
    const record: JournalRecord = {
      ...{ v: JOURNAL_VERSION, run, seq, time: timestamp(clock), fence, type, node, attempt },
      ...{ payloadDigest: sha256(envelope), prev },
    };
    const line = canonical(record);
    [seq, prev] = [seq + 1, sha256(line)];
    return { record, payload: `${envelope}\n`, line: `${line}\n` };
  };

  /** Everything that waits goes to disk together: steps that run side by side share the two waits for the disk. */
  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        if (failed !== undefined) throw failed;
        await writeBatch(batch);
      } catch (error) {
        // Half a line may be on disk now. Only a new holder, who cuts it off, may write again.
        failed ??= error;
        for (const item of batch) item.reject?.(failed);
      }
    }
    writing = undefined;
  };

  const soon = (): void => {
    writing ??= Promise.resolve().then(flush);
  };

  /** Writes what has waited for a whole stretch; what came meanwhile is looked at after the next one. */
  const lookLater = (): void => {
    if (looking) return;
    looking = true;
    const oldest = waiting[0];
    AbortSignal.timeout(LATER_LOOK_MS).addEventListener('abort', () => {
      looking = false;
      if (waiting.length === 0) return;
      if (waiting[0] === oldest) soon();
      else lookLater();
    });
  };

  const writeBatch = async (batch: readonly Waiting[]): Promise<void> => {
    for (const { record } of batch) {
      options.killAt?.({ seq: record.seq, type: record.type, node: record.node, when: 'before' });
    }
    payloads ??= await openPayloads(paths);
    // Each is on the disk when it is written (DURABLY).
    await payloads.writeFile(batch.map(({ payload }) => payload).join(''));
    await journal.writeFile(batch.map(({ line }) => line).join(''));
    await stillNamed(journal, paths.journal);
    count += batch.length;
    head = sha256((batch.at(-1)?.line ?? '').trimEnd());
    for (const { record, resolve } of batch) {
      options.killAt?.({ seq: record.seq, type: record.type, node: record.node, when: 'after' });
      resolve?.(record);
    }
  };

  return {
    append: (type, node, attempt, payload) =>
      new Promise((resolve, reject) => {
        waiting.push({ ...make(type, node, attempt, payload), resolve, reject });
        soon();
      }),
    later(type, node, attempt, payload) {
      const item = make(type, node, attempt, payload);
      waiting.push(item);
      lookLater();
      return item.record;
    },
    anchor: () => ({ run, count, head }),
    async close() {
      soon();
      await writing;
      await journal.close();
      await payloads?.close();
    },
  };
}

/** Payload lines are found by their digest, so a torn line does no harm as long as the next one begins on a line of its own. */
async function openPayloads(paths: RunPaths): Promise<FileHandle> {
  const handle = await open(paths.payloads, DURABLY | constants.O_RDWR);
  const { size } = await handle.stat();
  if (size === 0) {
    await syncDirectory(paths.directory);
    return handle;
  }
  const last = Buffer.alloc(1);
  await handle.read(last, 0, 1, size - 1);
  if (last[0] !== 0x0a) await handle.writeFile('\n');
  return handle;
}

async function stillNamed(handle: FileHandle, path: string): Promise<void> {
  try {
    const [own, named] = await Promise.all([handle.stat(), stat(path)]);
    if (named.ino === own.ino && named.dev === own.dev) return;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  throw new LeaseLostError('another process has taken this journal over');
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
