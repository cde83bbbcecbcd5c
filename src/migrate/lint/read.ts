import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import { DEFAULT_HEADER, parseHeader } from '../files/header.ts';
import { type SqlStatement, splitSql } from '../sql/lexer.ts';
import { parseStatement } from '../sql/parse/index.ts';
import type { Server } from './server.ts';
import type { LintFile, ReadStatement } from './types.ts';

/** Files for lint: read, split and parsed. Whatever is wrong in one is a finding, never a failure. */

/** Pure: the same from a text. `down` is the text of its down file. */
export function lintFileOf(
  name: string,
  text: string,
  server: Server,
  more: { readonly down?: string | undefined; readonly judged?: boolean } = {},
): LintFile {
  const split = splitSql(text, name);
  const header = parseHeader(text, name);
  const number = /^\D{0,2}(\d+)/.exec(basename(name))?.[1];
  return {
    name,
    number: number === undefined ? null : Number(number),
    text,
    header: header.ok ? header.value : DEFAULT_HEADER,
    problems: [...split.problems, ...(header.ok ? [] : header.problems)],
    statements: read(text, split.statements, server),
    down: more.down === undefined ? null : read(more.down, splitSql(more.down, name).statements, server),
    judged: more.judged ?? true,
  };
}

function read(text: string, statements: readonly SqlStatement[], server: Server): readonly ReadStatement[] {
  const version = server.version.map((part) => Math.min(part, 99));
  const [major = 0, minor = 0, patch = 0] = version;
  let end = 0;
  let line = 1;
  let lineStart = 0;
  return statements.map((statement) => {
    for (; line < statement.line; line += 1) lineStart = text.indexOf('\n', lineStart) + 1;
    const offset = text.indexOf(statement.sql, Math.max(end, lineStart));
    end = offset + statement.sql.length;
    const parsed = parseStatement(statement.sql, server.dialect, major * 10_000 + minor * 100 + patch);
    return { sql: statement.sql, line: statement.line, offset, parsed };
  });
}

/** Files beside a migration are no migrations. */
const BESIDE = /\.(?:down|verify)\.sql$/i;

/** `9_b` before `10_a`, as people count. */
function inOrder(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

async function sqlIn(dir: string): Promise<readonly string[]> {
  const names = await readdir(dir);
  return names.filter((name) => /\.sql$/i.test(name) && !BESIDE.test(name) && !name.startsWith('.')).toSorted(inOrder);
}

/**
 * Files and directories as they were named. Files that lie before a named one in its directory are read as well, so that rules know
 * the tables; they are not judged. `from`: numbers below are not judged either. Throws ProblemError for what cannot be read.
 */
export async function readLintFiles(
  paths: readonly string[],
  server: Server,
  options: { readonly from?: number | undefined; readonly nameOf?: (path: string) => string } = {},
): Promise<readonly LintFile[]> {
  const judged = new Set<string>();
  const last = new Map<string, string>();
  for (const path of paths) {
    const whole = (await looked(path)).isDirectory();
    const dir = whole ? path : dirname(path);
    for (const name of whole ? await sqlIn(path) : [basename(path)]) {
      judged.add(join(dir, name));
      const before = last.get(dir);
      if (before === undefined || inOrder(before, name) < 0) last.set(dir, name);
    }
  }
  const files: LintFile[] = [];
  for (const [dir, end] of last) {
    // Files without a number have no order: each stands for itself.
    const siblings = (await sqlIn(dir)).filter((name) => /^\D{0,2}\d/.test(name) && inOrder(name, end) <= 0);
    const named = [...judged]
      .filter((path) => dirname(path) === dir || join(dir, basename(path)) === path)
      .map((path) => basename(path));
    for (const name of [...new Set([...siblings, ...named])].toSorted(inOrder)) {
      const path = join(dir, name);
      const down = path.replace(/(\.up)?\.sql$/i, '.down.sql');
      const file = lintFileOf(options.nameOf?.(path) ?? path, await textOf(path), server, {
        down: await textOf(down, true),
        judged: judged.has(path),
      });
      const old = options.from !== undefined && file.number !== null && file.number < options.from;
      files.push(old ? { ...file, judged: false } : file);
    }
  }
  return files;
}

async function looked(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function textOf(path: string): Promise<string>;
async function textOf(path: string, optional: true): Promise<string | undefined>;
async function textOf(path: string, optional = false): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    if (optional) return undefined;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): ProblemError {
  return new ProblemError({
    code: 'cli.unreadable-sql',
    where: path,
    found: error instanceof Error ? error.message : String(error),
    expected: 'a directory of SQL files, or an SQL file in UTF-8',
    remedy: 'name what is there, or mend the file',
  });
}
