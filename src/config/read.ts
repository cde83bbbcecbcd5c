import { readFile } from 'node:fs/promises';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';
import { loadConfig, tooLarge } from './load.ts';
import { MAX_BYTES } from './located.ts';
import type { Config } from './types.ts';

/** Which file is read, and how it is named on the command line. */
export interface FileKind {
  readonly name: string;
  readonly option: string;
}
const CONFIG: FileKind = { name: 'shiplock.yaml', option: '--config' };

/** Reads a shiplock.yaml from disk. The name of the file in problems is `path` as given. */
export async function readConfig(path: string): Promise<Result<Config>> {
  const bytes = await readBytes(path, CONFIG);
  return bytes.ok ? decodeConfig(bytes.value, path) : bytes;
}

/** The text of another file of ours, under the same rules. */
export async function readText(path: string, kind: FileKind): Promise<Result<string>> {
  const bytes = await readBytes(path, kind);
  if (!bytes.ok) return bytes;
  return bytes.value.length > MAX_BYTES + 3 ? bad(tooLarge(path, kind.name)) : decodeText(bytes.value, path);
}

async function readBytes(path: string, kind: FileKind): Promise<Result<Uint8Array>> {
  try {
    return ok(await readFile(path));
  } catch (error) {
    return bad(unreadable(path, error, kind));
  }
}

/** The same from bytes: text must be UTF-8, with or without a byte order mark. */
export function decodeConfig(bytes: Uint8Array, file: string): Result<Config> {
  if (bytes.length > MAX_BYTES + 3) return loadConfig(' '.repeat(MAX_BYTES + 1), { file });
  const text = decodeText(bytes, file);
  return text.ok ? loadConfig(text.value, { file }) : text;
}

function decodeText(bytes: Uint8Array, file: string): Result<string> {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return bad(notUtf8(bytes, file));
  }
}

/** Names the line with the first byte that is not UTF-8. */
function notUtf8(bytes: Uint8Array, file: string): Problem {
  const decoder = new TextDecoder('utf-8');
  const good = decoder.decode(bytes).split('\uFFFD')[0] ?? '';
  const lines = good.split('\n');
  const utf16 = bytes[0] === 0xff || bytes[0] === 0xfe || bytes.includes(0);
  return {
    code: 'config.not-utf-8',
    where: `${file}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`,
    found: utf16 ? 'a text in UTF-16' : 'a byte that is not UTF-8',
    expected: 'a text in UTF-8',
    remedy: utf16
      ? 'save the file as UTF-8'
      : 'save the file as UTF-8; most often an accented letter was saved as Latin-1',
  };
}

function unreadable(path: string, error: unknown, { name, option }: FileKind): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const words: Partial<Record<string, Pick<Problem, 'code' | 'found' | 'remedy'>>> = {
    ENOENT: {
      code: 'config.not-found',
      found: 'no such file',
      remedy: `name the file with ${option}, or change into its directory`,
    },
    EISDIR: { code: 'config.not-found', found: 'a directory', remedy: `name the file inside it: ${name}` },
  };
  const known = words[code] ?? {
    code: 'config.unreadable',
    found: code,
    remedy: 'let the user who runs this read the file',
  };
  return { where: path, expected: `a readable ${name}`, ...known };
}
