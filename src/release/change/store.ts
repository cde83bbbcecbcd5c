import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ChangeRecord, changeIdSchema } from '../../model/change.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import { hasCode, isMissing, namesIn, replaceFile, syncDirectory, writeTemporary } from '../../procedure/store.ts';
import { changePlace } from './place.ts';
import { changeText, readChangeText } from './text.ts';

/** Change records in the state directory: one Markdown file each, which the git store carries to other machines. */

export function changePath(store: string, environment: string, id: string): string {
  return join(store, changePlace(environment), `${id}.md`);
}

/** `CHG-20261123-3f2a`. */
export function newChangeId(now: number): string {
  return `CHG-${new Date(now).toISOString().slice(0, 10).replaceAll('-', '')}-${randomBytes(2).toString('hex')}`;
}

/** Writes a new record, whole or not at all. False when one of this name is there. */
export async function createChange(store: string, record: ChangeRecord): Promise<boolean> {
  const path = changePath(store, record.head.environment, record.head.change);
  await mkdir(dirname(path), { recursive: true });
  const temporary = await writeTemporary(path, changeText(record));
  try {
    await link(temporary, path);
    await syncDirectory(dirname(path));
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** In the place of what is there. */
export async function replaceChange(store: string, record: ChangeRecord): Promise<void> {
  await replaceFile(changePath(store, record.head.environment, record.head.change), changeText(record));
}

/** Null: there is none. @throws ProblemError `change.unreadable` */
export async function readChange(store: string, environment: string, id: string): Promise<ChangeRecord | null> {
  if (!changeIdSchema.safeParse(id).success) return null;
  const path = changePath(store, environment, id);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const record = unwrap(readChangeText(text, path));
  const { change, environment: said } = record.head;
  if (change === id && said === environment) return record;
  throw new ProblemError({
    code: 'change.unreadable',
    where: path,
    found: `${change} for ${said}`,
    expected: `${id} for ${environment}, as the file is named`,
    remedy: 'a record keeps its name and its place; put them back, or ask anew with `shiplock change new`',
  });
}

/** Ids of an environment, oldest first. */
export async function changeIds(store: string, environment: string): Promise<readonly string[]> {
  const names = await namesIn(join(store, changePlace(environment)));
  return names
    .flatMap((name) => {
      const id = changeIdSchema.safeParse(name.replace(/\.md$/, ''));
      return name.endsWith('.md') && id.success ? [id.data] : [];
    })
    .toSorted();
}
