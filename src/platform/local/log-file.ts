import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** Logs of a supervised process: whole lines, secrets masked, rotated by size, the last lines kept in memory. */

const LONGEST_LINE = 64 * 1024;
const TAIL_LINES = 20;
const TAIL_LINE_LENGTH = 500;

export interface LogSink {
  /** A stream of its own for each of stdout and stderr, so that their lines do not mix. */
  stream(): { push(chunk: Buffer): void; end(): void };
  tail(): readonly string[];
  /** Forgets the tail: a new process has said nothing yet. */
  clearTail(): void;
  /** Bytes that could not be written (disk full): a full disk must never stop the service. */
  readonly dropped: number;
  close(): void;
}

export function logSink(
  path: string,
  policy: { readonly maxBytes: number; readonly keep: number },
  mask: (text: string) => string,
): LogSink {
  let file = openSync(path, 'a', 0o640);
  let size = fstatSync(file).size;
  let dropped = 0;
  let tail: string[] = [];

  const rotate = (): void => {
    for (let index = policy.keep - 1; index >= 0; index--) {
      const from = index === 0 ? path : `${path}.${index}`;
      renameIfThere(from, `${path}.${index + 1}`);
    }
    closeSync(file);
    file = openSync(path, policy.keep === 0 ? 'w' : 'a', 0o640);
    size = 0;
  };

  const write = (text: string): void => {
    const bytes = Buffer.from(text);
    try {
      if (size > 0 && size + bytes.length > policy.maxBytes) rotate();
      writeSync(file, bytes);
      size += bytes.length;
    } catch {
      dropped += bytes.length;
    }
  };

  const writeLines = (lines: readonly string[]): void => {
    const text = mask(lines.join('\n'));
    const last = text.split('\n').slice(-TAIL_LINES);
    tail = [...tail, ...last.map((line) => line.slice(0, TAIL_LINE_LENGTH))].slice(-TAIL_LINES);
    write(`${text}\n`);
  };

  const stream = (): { push(chunk: Buffer): void; end(): void } => {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    return {
      push: (chunk) => {
        const lines = (rest + decoder.write(chunk)).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > LONGEST_LINE) {
          lines.push(rest);
          rest = '';
        }
        if (lines.length > 0) writeLines(lines);
      },
      end: () => {
        rest += decoder.end();
        if (rest !== '') writeLines([rest]);
        rest = '';
      },
    };
  };

  return {
    stream,
    tail: () => tail,
    clearTail: () => {
      tail = [];
    },
    get dropped() {
      return dropped;
    },
    close: () => closeSync(file),
  };
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // Nothing to move yet.
  }
}
