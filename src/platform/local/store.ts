import { lstat, mkdir, readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import type { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { isMissing, replaceFile } from '../../procedure/store.ts';
import { type ComponentLayout, isComponent, type Layout } from './layout.ts';
import {
  type History,
  historySchema,
  type RunRecord,
  runSchema,
  type Unit,
  unitSchema,
  type Wanted,
  wantedSchema,
} from './records.ts';

/** Reads and writes the records of a host. Reading never changes anything. */

const NO_WANTED: Wanted = { v: 1, versions: {} };
const NO_HISTORY: History = { v: 1, current: [] };

/** A file of ours that is there but says nothing sensible. */
export interface Unreadable {
  readonly file: string;
  readonly why: string;
}

export async function components(host: Layout): Promise<readonly string[]> {
  const names = await list(host.root);
  const found: string[] = [];
  for (const name of names.filter(isComponent)) {
    const at = host.component(name);
    if ((await isDirectory(at.releases)) || (await isDirectory(at.run))) found.push(name);
  }
  return found.toSorted();
}

export async function makeDirectories(at: ComponentLayout): Promise<void> {
  for (const path of [at.releases, at.shared, at.run]) await mkdir(path, { recursive: true });
  await mkdir(at.logs, { recursive: true, mode: 0o750 });
}

/** Names under releases/ that are finished installations; unfinished ones begin with a dot. */
export async function installedVersions(at: ComponentLayout): Promise<readonly string[]> {
  return (await list(at.releases)).filter((name) => !name.startsWith('.')).toSorted();
}

/** @throws ProblemError `unit.not-installed` or `unit.broken-record` */
export async function readUnit(at: ComponentLayout, version: string): Promise<Unit> {
  const unit = await readRecord(at.unit(version), unitSchema);
  if (unit !== undefined) return unit;
  throw new ProblemError({
    code: 'unit.not-installed',
    where: `${at.component} ${version}`,
    found: 'no such release on this host',
    expected: at.release(version),
    remedy: `install it first: shiplock unit install --component ${at.component} --version ${version} …`,
  });
}

/** Version that `current` names; undefined when there is none. */
export async function readCurrent(at: ComponentLayout): Promise<string | undefined> {
  try {
    return basename(await readlink(at.current));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Run files of a component; broken ones are reported beside the good ones. */
export async function readRuns(
  at: ComponentLayout,
): Promise<{ readonly runs: readonly RunRecord[]; readonly broken: readonly Unreadable[] }> {
  const runs: RunRecord[] = [];
  const broken: Unreadable[] = [];
  for (const name of (await list(at.run)).toSorted()) {
    const instance = /^(.+-\d+(?:\.guard)?)\.json$/.exec(name)?.[1];
    if (instance === undefined) continue;
    const file = at.runFile(instance);
    try {
      const run = await readRecord(file, runSchema);
      if (run !== undefined) runs.push(run);
    } catch (error) {
      broken.push({ file, why: error instanceof ProblemError ? (error.problems[0]?.found ?? '') : String(error) });
    }
  }
  return { runs, broken };
}

export async function readWanted(at: ComponentLayout): Promise<Wanted> {
  return (await readRecord(at.wanted, wantedSchema)) ?? NO_WANTED;
}

export async function readHistory(at: ComponentLayout): Promise<History> {
  return (await readRecord(at.history, historySchema)) ?? NO_HISTORY;
}

/** Atomic and durable. */
export async function writeRecord(file: string, record: Unit | Wanted | History): Promise<void> {
  await replaceFile(file, `${JSON.stringify(record, null, 2)}\n`);
}

async function readRecord<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const parsed = schema.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ProblemError({
    code: 'unit.broken-record',
    where: file,
    found: issue === undefined ? 'nonsense' : `${issue.path.join('.') || 'the file'}: ${issue.message}`,
    expected: 'a record as docs/layout.md describes it',
    remedy: 'restore the file, or remove it and run the command again',
  });
}

async function list(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  const stat = await lstat(path).catch(() => undefined);
  return stat?.isDirectory() === true;
}
