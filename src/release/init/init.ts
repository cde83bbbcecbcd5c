import { join } from 'node:path';
import { environmentNames, loadConfig, resolveEnvironment } from '../../config/index.ts';
import { type Problem, ProblemError, unwrap } from '../../model/problem.ts';
import { type CallerWishes, planCallers } from '../callers/callers.ts';
import type { Pin } from '../callers/pin.ts';
import type { Answers } from './answers.ts';
import { draft, ignored } from './draft.ts';
import { type PlannedFile, planned } from './planned.ts';
import { readText, writeAll } from './write.ts';

/** Makes a directory one that Shiplock can release from. */

/** What would be written. Looks only. Throws when the file would not be valid. */
export async function planFiles(
  directory: string,
  answers: Answers,
  callers: (CallerWishes & { readonly pin: Pin }) | null = null,
): Promise<readonly PlannedFile[]> {
  const text = draft(answers);
  const file = join(directory, 'shiplock.yaml');
  const config = unwrap(loadConfig(text, { file }));
  for (const name of environmentNames(config)) unwrap(resolveEnvironment(config, name, { baseDir: directory }));
  const ignore = join(directory, '.gitignore');
  const before = await readText(ignore);
  return [
    planned(file, await readText(file), text),
    planned(ignore, before, withLines(before ?? '', ignored(answers))),
    ...(callers === null ? [] : await planCallers(directory, config, callers.pin, callers)),
  ];
}

/** @param force replace what is there and differs; lines are added to .gitignore in any case */
export async function writeFiles(directory: string, files: readonly PlannedFile[], force: boolean): Promise<void> {
  const there = files.filter(({ path, state }) => !path.endsWith('.gitignore') && state === 'changed');
  if (there.length > 0 && !force) throw new ProblemError(there.map(({ path }) => wouldOverwrite(path)));
  await writeAll(
    directory,
    files.filter(({ state }) => state !== 'same'),
  );
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
    found: 'a file that differs',
    expected: 'none, or --force',
    remedy: 'see the difference with --dry-run; to replace it: --force; to keep workflows current: shiplock upgrade',
  };
}
