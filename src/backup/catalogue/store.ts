import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { fileName, namesIn, replaceFile } from '../../procedure/store.ts';
import { type BackupRecord, type Catalogue, catalogueOf, recordSchema } from './record.ts';

/** The catalogue on disk: a file per record, each whole or not there. */

export interface CataloguePlace {
  /** `<state>/backups/<environment>` */
  readonly directory: string;
}

const RECORDS = 'catalogue';
const BEGUN = 'begun';

/** Where an environment keeps what it knows of its backups. Pure. */
export function cataloguePlace(store: string, environment: string): CataloguePlace {
  return { directory: join(store, 'backups', fileName(environment)) };
}

/** Directory of the records: it goes into each repository too. Pure. */
export function recordsDirectory({ directory }: CataloguePlace): string {
  return join(directory, RECORDS);
}

/** File of what a run was like, beside the records and so in each repository too. Pure. @param kind name of their directory */
export function besideFile(place: CataloguePlace, kind: string, run: string): string {
  return join(recordsDirectory(place), kind, `${run}.json`);
}

/** All of a kind that are there, in no order; one that cannot be read tells nothing. */
export async function readBeside<T>(place: CataloguePlace, kind: string, schema: z.ZodType<T>): Promise<readonly T[]> {
  const directory = join(recordsDirectory(place), kind);
  const names = (await namesIn(directory)).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  return texts.flatMap((text) => {
    const parsed = schema.safeParse(parsedJson(text));
    return parsed.success ? [parsed.data] : [];
  });
}

/** Name of the file of a record: the same record again replaces it. Pure. */
export function recordFile(place: CataloguePlace, record: BackupRecord): string {
  return join(recordsDirectory(place), `${fileName(recordName(record))}.json`);
}

/** What a record is called: kind and id; a segment by its server and file. Pure. */
export function recordName(record: BackupRecord): string {
  if (record.kind !== 'segment') return `${record.kind}-${record.id}`;
  // The same name comes again when a server throws its logs away: then the time tells them apart.
  return `segment-${record.server.id.slice(0, 40)}-${record.file}-${record.sha256.slice(0, 12)}`;
}

/** Text of its file. Pure. */
export function recordText(record: BackupRecord): string {
  return `${JSON.stringify(recordSchema.parse(record), null, 2)}\n`;
}

/** All that is known. A file that cannot be read is a problem, never an absence. @throws ProblemError */
export async function readCatalogue(place: CataloguePlace): Promise<Catalogue> {
  const directory = recordsDirectory(place);
  const names = await namesIn(directory);
  const records: BackupRecord[] = [];
  for (const name of names) {
    if (!name.endsWith('.json')) continue;
    const path = join(directory, name);
    const parsed = recordSchema.safeParse(parsedJson(await readFile(path, 'utf8')));
    if (!parsed.success) {
      throw new ProblemError({
        code: 'backup.catalogue-unreadable',
        where: path,
        found: z.prettifyError(parsed.error).split('\n')[0] ?? 'something else',
        expected: 'a record of a backup',
        remedy:
          'restore the file from the repository (docs/backup.md), or put it aside; what it told is then not known here',
      });
    }
    records.push(parsed.data);
  }
  return catalogueOf(records);
}

/** Durable when it returns. */
export async function writeRecord(place: CataloguePlace, record: BackupRecord): Promise<void> {
  await replaceFile(recordFile(place, record), recordText(record));
}

export async function removeRecord(place: CataloguePlace, record: BackupRecord): Promise<void> {
  await rm(recordFile(place, record), { force: true });
}

/**
 * File that says that a snapshot is about to be made under this id. What is found under it later, and is not in the catalogue, was cut. Pure.
 */
export function begunFile({ directory }: CataloguePlace, id: string): string {
  return join(directory, BEGUN, fileName(id));
}

export async function markBegun(place: CataloguePlace, id: string): Promise<void> {
  await replaceFile(begunFile(place, id), '');
}

/** Its snapshot is in the catalogue, or gone. */
export async function clearBegun(place: CataloguePlace, id: string): Promise<void> {
  await rm(begunFile(place, id), { force: true });
}

/** Ids of what was begun and not cleared. */
export async function readBegun(place: CataloguePlace): Promise<readonly string[]> {
  const names = await namesIn(join(place.directory, BEGUN));
  return names.filter((name) => !name.endsWith('.tmp')).map(decodeURIComponent);
}
