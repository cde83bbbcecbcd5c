import { type FileHandle, open } from 'node:fs/promises';

/**
 * Reads a growing log of short lines and counts equal ones. What was read once is not read again; memory is bounded by the number of
 * different lines. All that is known follows from the file, so two readers of one file say the same, whenever they began.
 */
export interface LineCounts {
  /** Names the file: another one (rotation) begins at 0. */
  readonly file: string;
  readonly counts: ReadonlyMap<string, number>;
}

export interface CountsLog {
  /** @throws Error when the file cannot be read */
  read(): Promise<LineCounts>;
}

const CHUNK = 256 * 1024;
/** Different lines that are kept; there are a few per instance. More is nobody's log of ours. */
const MOST_LINES = 10_000;

interface Place {
  file: string;
  offset: number;
  counts: Map<string, number>;
}

function said({ file, counts }: Place): LineCounts {
  return { file, counts: new Map(counts) };
}

/**
 * @param rotated where the file lies after a rotation, to be read to its end
 * @param isWritten whether somebody still has that file open
 */
export function countsLog(path: string, rotated: string, isWritten: () => Promise<boolean>): CountsLog {
  let place: Place | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const look = async (): Promise<LineCounts> => {
    const handle = await open(path, 'r');
    try {
      const file = await nameOf(handle);
      if (place !== undefined && place.file !== file && (await hasMore(rotated, place, isWritten))) return said(place);
      if (place?.file !== file) place = { file, offset: 0, counts: new Map() };
      await readOn(handle, place);
      return said(place);
    } finally {
      await handle.close();
    }
  };
  return {
    read: () => {
      // One after the other: two at once would count the same lines twice.
      const next = last.then(look, look);
      last = next.catch(() => undefined);
      return next;
    },
  };
}

/** Whether the file that was read until now had more to say, or may have. Workers write to it until each has opened the new one. */
async function hasMore(rotated: string, place: Place, isWritten: () => Promise<boolean>): Promise<boolean> {
  const handle = await open(rotated, 'r').catch(() => undefined);
  if (handle === undefined) return false;
  try {
    if ((await nameOf(handle)) !== place.file) return false;
    // Asked before it is read: who writes no more has written all.
    const written = await isWritten();
    const before = place.offset;
    await readOn(handle, place);
    return written || place.offset > before;
  } finally {
    await handle.close();
  }
}

async function nameOf(handle: FileHandle): Promise<string> {
  const { ino, birthtimeMs } = await handle.stat();
  return `${ino}@${Math.floor(birthtimeMs)}`;
}

async function readOn(handle: FileHandle, place: Place): Promise<void> {
  const { size } = await handle.stat();
  if (size < place.offset) {
    // Cut short: what is in it now came after the cut.
    place.offset = 0;
    place.counts.clear();
  }
  const buffer = Buffer.allocUnsafe(CHUNK);
  while (place.offset < size) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK, size - place.offset), place.offset);
    if (bytesRead === 0) return;
    const end = buffer.lastIndexOf(10, bytesRead - 1) + 1;
    // A line that is not finished is read again later; one without an end is no line of ours.
    if (end === 0 && bytesRead < CHUNK) return;
    place.offset += end === 0 ? bytesRead : end;
    count(buffer.toString('latin1', 0, end), place.counts);
  }
}

function count(text: string, counts: Map<string, number>): void {
  let from = 0;
  for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
    const line = text.slice(from, to);
    from = to + 1;
    const known = counts.get(line);
    if (known !== undefined || counts.size < MOST_LINES) counts.set(line, (known ?? 0) + 1);
  }
}
