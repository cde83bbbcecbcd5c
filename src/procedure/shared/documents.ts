import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, namesIn, replaceFile } from '../store.ts';
import type { Documents, SharedStore } from './store.ts';

/**
 * Small documents that an environment remembers beside its journals: records of its releases, its history, its ledger. They are written by the
 * steps of runs; here they are only carried between machines.
 */
export interface DocumentPlaces {
  readonly store: string;
  readonly environment: string;
  /** Files and directories of JSON or Markdown files, relative to the state directory. */
  readonly places: readonly string[];
}

const DOCUMENT = /\.(?:json|md)$/;

/** Makes one document of two: `ours` lies in the state directory, `theirs` in the shared store. */
export type MergeDocuments = (name: string, ours: string, theirs: string) => string | Promise<string>;

/** Brings documents here: what is missing as it is, what is there on both sides as `merge` says. */
export async function fetchDocuments(shared: SharedStore, of: DocumentPlaces, merge: MergeDocuments): Promise<void> {
  await layDown(await shared.replica.readDocuments(of.environment), of, merge);
}

/** Makes both sides the same: what either remembers is then in both. */
export async function carryDocuments(shared: SharedStore, of: DocumentPlaces, merge: MergeDocuments): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const there = await shared.replica.readDocuments(of.environment);
    const files = await layDown(there, of, merge);
    const changed = Object.entries(files).filter(([name, text]) => there?.files[name] !== text);
    if (changed.length === 0) return;
    if (await shared.replica.writeDocuments(of.environment, there, Object.fromEntries(changed))) return;
  }
}

/** What lies here afterwards. */
export async function layDown(
  there: Documents | undefined,
  of: DocumentPlaces,
  merge: MergeDocuments,
): Promise<Documents['files']> {
  const files: Record<string, string> = { ...(await localDocuments(of)) };
  for (const [name, theirs] of Object.entries(there?.files ?? {})) {
    if (!isBelow(name, of.places)) continue;
    const ours = files[name];
    const text = ours === undefined || ours === theirs ? theirs : await merge(name, ours, theirs);
    if (text !== ours) await replaceFile(join(of.store, name), text);
    files[name] = text;
  }
  return files;
}

async function localDocuments({ store, places }: DocumentPlaces): Promise<Documents['files']> {
  const files: Record<string, string> = {};
  for (const place of places) {
    const names = DOCUMENT.test(place)
      ? [place]
      : (await namesIn(join(store, place))).filter((name) => DOCUMENT.test(name)).map((name) => `${place}/${name}`);
    for (const name of names) {
      const text = await textOf(join(store, name));
      if (text !== undefined) files[name] = text;
    }
  }
  return files;
}

/** Never a name that leads out of the places: the other side is another machine. */
function isBelow(name: string, places: readonly string[]): boolean {
  if (!DOCUMENT.test(name) || name.split('/').some((part) => part === '' || part === '.' || part === '..'))
    return false;
  return places.some((place) => name === place || name.startsWith(`${place}/`));
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
