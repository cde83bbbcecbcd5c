import { join } from 'node:path';
import { environmentNames, loadConfig, resolveEnvironment } from '../../config/index.ts';
import { type Problem, ProblemError, unwrap } from '../../model/problem.ts';
import type { Answers } from './answers.ts';
import { diffLines } from './diff.ts';
import { draft, ignored } from './draft.ts';
import { type Change, readText, writeAll } from './write.ts';

/** Makes a directory one that Shiplock can release from. */

export interface PlannedFile extends Change {
  readonly state: 'new' | 'changed' | 'same';
  /** What changes, line by line; of a new file the whole of it. */
  readonly lines: readonly string[];
}

/** What would be written. Looks only. Throws when the file would not be valid. */
export async function planFiles(directory: string, answers: Answers): Promise<readonly PlannedFile[]> {
  const text = draft(answers);
  const file = join(directory, 'shiplock.yaml');
  const config = unwrap(loadConfig(text, { file }));
  for (const name of environmentNames(config)) unwrap(resolveEnvironment(config, name, { baseDir: directory }));
  const ignore = join(directory, '.gitignore');
  const before = await readText(ignore);
  return [
    planned(file, await readText(file), text),
    planned(ignore, before, withLines(before ?? '', ignored(answers))),
  ];
}

/** @param force replace a shiplock.yaml that is there and differs */
export async function writeFiles(directory: string, files: readonly PlannedFile[], force: boolean): Promise<void> {
  const there = files.find(({ path, state }) => path.endsWith('shiplock.yaml') && state === 'changed');
  if (there !== undefined && !force) throw new ProblemError(wouldOverwrite(there.path));
  const changes = files.filter(({ state }) => state !== 'same');
  if (changes.length > 0) {
    await writeAll(
      directory,
      changes.map(({ path, before, after }) => ({ path, before, after })),
    );
  }
}

function planned(path: string, before: string | null, after: string): PlannedFile {
  const state = before === null ? 'new' : before === after ? 'same' : 'changed';
  const lines =
    state === 'same'
      ? []
      : before === null
        ? after
            .trimEnd()
            .split('\n')
            .map((line) => `+ ${line}`)
        : diffLines(before, after);
  return { path, before, after, state, lines };
}

/** Adds what is missing; what stands there stays as it is. Pure. */
export function withLines(text: string, lines: readonly string[]): string {
  const there = new Set(text.split('\n').map((line) => line.trim().replace(/^\//, '').replace(/\/$/, '')));
  const missing = lines.filter((line) => !there.has(line.replace(/\/$/, '')));
  if (missing.length === 0) return text;
  const end = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${end}${missing.join('\n')}\n`;
}

function wouldOverwrite(path: string): Problem {
  return {
    code: 'release.would-overwrite',
    where: path,
    found: 'a shiplock.yaml that differs',
    expected: 'none, or --force',
    remedy: 'see the difference with --dry-run; to replace it: --force',
  };
}
