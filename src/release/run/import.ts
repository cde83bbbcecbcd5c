import { readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { convert, parseMigrations, readForeign, TOOLS, type Tool } from '../../migrate/index.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import { finishBegun, writeAll } from '../init/write.ts';

/** Migrations of another tool as files of ours. Knows no database. */

export const IMPORT_TOOLS: readonly string[] = TOOLS;

export function isImportTool(name: string): name is Tool {
  return IMPORT_TOOLS.includes(name);
}

export interface ImportRequest {
  readonly tool: Tool;
  readonly from: string;
  readonly to: string;
}

/** Writes them, all or none; the names that were written. */
export async function importMigrations({ tool, from, to }: ImportRequest): Promise<readonly string[]> {
  await finishBegun(to);
  const there = (await namesIn(to)).filter((name) => name.endsWith('.sql'));
  if (there.length > 0) {
    throw new ProblemError({
      code: 'migrate.import-not-empty',
      where: to,
      found: `${there.length} files of SQL`,
      expected: 'a directory without any: numbers are given from 0001',
      remedy: 'name another one with --to',
    });
  }
  const names = await namesIn(from);
  const files = await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(from, name)) })));
  const converted = unwrap(convert(tool, unwrap(readForeign(tool, files, from)), from));
  const written = [
    ...converted.files,
    { name: 'imported.json', text: `${JSON.stringify(converted.imported, null, 2)}\n` },
  ];
  const bytes = converted.files.map(({ name, text }) => ({ name, bytes: new TextEncoder().encode(text) }));
  const { problems } = parseMigrations(bytes, to);
  if (problems.length > 0) throw new ProblemError(problems);
  await writeAll(
    to,
    written.map(({ name, text }) => ({ path: join(to, name), before: null, after: text })),
  );
  // Nothing but a directory in which an interrupted writing would have been noted.
  await rmdir(join(to, '.shiplock')).catch(() => undefined);
  return written.map(({ name }) => name);
}

async function namesIn(dir: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .toSorted();
  } catch {
    return [];
  }
}
