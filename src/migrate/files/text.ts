import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { bad, ok, type Problem, ProblemError, type Result } from '../../model/problem.ts';
import { createSplitter, type SqlStatement } from '../sql/lexer.ts';

/** Bytes of a file as SQL text. */

/** Pure. Refuses what is not UTF-8 and what no server takes, and says where it stands. A byte order mark stays. */
export function sqlText(bytes: Uint8Array, file: string): Result<string> {
  const reader = createTextReader(file);
  const text = reader.push(bytes);
  if (!text.ok) return text;
  const rest = reader.end();
  return rest.ok ? ok(text.value + rest.value) : rest;
}

/**
 * The statements of a file that may be large: it is never in memory as a whole. Throws ProblemError at the first thing that is wrong with its
 * text; other errors are those of reading. `onBytes` sees all bytes in order.
 */
export async function* statementsOf(
  file: string,
  onBytes: (bytes: Uint8Array) => void = () => undefined,
): AsyncGenerator<SqlStatement> {
  const reader = createTextReader(file);
  const splitter = createSplitter(file);
  const read = (text: Result<string>): string => {
    if (!text.ok) throw new ProblemError(text.problems);
    return text.value;
  };
  const statements = function* (found: readonly SqlStatement[]): Generator<SqlStatement> {
    yield* found;
    if (splitter.problems.length > 0) throw new ProblemError(splitter.problems);
  };
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) {
    if (!(chunk instanceof Uint8Array)) continue;
    onBytes(chunk);
    yield* statements(splitter.push(read(reader.push(chunk))));
  }
  yield* statements(splitter.push(read(reader.end())));
  yield* statements(splitter.end());
}

interface TextReader {
  push(bytes: Uint8Array): Result<string>;
  end(): Result<string>;
}

function createTextReader(file: string): TextReader {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line = 1;
  let first = true;
  const decode = (bytes: Uint8Array | undefined): Result<string> => {
    let text: string;
    try {
      text = bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch {
      return bad(notText(`${file}:${line + linesBeforeWrong(bytes)}`, 'bytes that are not UTF-8'));
    }
    const nul = text.indexOf('\0');
    const before = nul < 0 ? text : text.slice(0, nul);
    for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line += 1;
    if (nul >= 0) return bad(notText(`${file}:${line}`, 'a zero byte'));
    return ok(text);
  };
  return {
    push: (bytes) => {
      const wide = first && isUtf16(bytes);
      first = first && bytes.length === 0;
      return wide ? bad(notText(`${file}:1`, 'UTF-16 text')) : decode(bytes);
    },
    end: () => decode(undefined),
  };
}

/** How many lines end before the first byte that is not UTF-8. */
function linesBeforeWrong(bytes: Uint8Array = new Uint8Array()): number {
  // Lossy decoding puts U+FFFD where it could not read; a real one in the text may only make the line too small.
  const text = new TextDecoder('utf-8').decode(bytes);
  const wrong = text.indexOf('\uFFFD');
  return (wrong < 0 ? text : text.slice(0, wrong)).split('\n').length - 1;
}

function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

function notText(where: string, found: string): Problem {
  return {
    code: 'migrate.not-text',
    where,
    found,
    expected: 'SQL in UTF-8',
    remedy: "save the file as UTF-8; write binary values as hexadecimal, x'…'",
  };
}

/** A text that differs from another only in what no server sees. */
export interface Alike {
  readonly sha256: string;
  /** How that other text differs from this one. */
  readonly how: string;
}

const MARK = '\uFEFF';

/** The digests that this text would have with other line ends or another byte order mark. Pure. */
export function alikeTexts(text: string): readonly Alike[] {
  const marked = text.startsWith(MARK);
  const bare = marked ? text.slice(1) : text;
  const unix = bare.replaceAll('\r\n', '\n');
  const ends = [
    { body: bare, how: '' },
    { body: unix, how: 'line ends (LF)' },
    { body: unix.replaceAll('\n', '\r\n'), how: 'line ends (CRLF)' },
  ];
  const own = digest(text);
  const found: Alike[] = [];
  for (const { body, how } of ends) {
    for (const withMark of [false, true]) {
      const sha256 = digest(withMark ? MARK + body : body);
      if (sha256 === own || found.some((other) => other.sha256 === sha256)) continue;
      const mark = withMark === marked ? '' : withMark ? 'a byte order mark at its beginning' : 'no byte order mark';
      found.push({ sha256, how: [how, mark].filter((part) => part !== '').join(' and ') });
    }
  }
  return found;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
