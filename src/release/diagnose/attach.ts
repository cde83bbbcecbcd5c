import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeArchive } from '../../diagnose/index.ts';
import { sha256 } from '../../procedure/journal/canonical.ts';
import { namesIn, replaceFile, runPaths } from '../../procedure/store.ts';

/**
 * Bundles that belong to a run. They lie beside its journal: it may be under way in another process, to which its chain of records belongs. The note beside
 * each bundle is written last, so one without a note was cut off.
 */

const noteSchema = z.strictObject({
  v: z.literal(1),
  name: z.string(),
  bytes: z.number().int().min(0),
  sha256: z.string(),
  who: z.string(),
  time: z.string(),
});

export type Attachment = Readonly<z.infer<typeof noteSchema>>;

const NOTE = '.note.json';

export function attachmentsOf(store: string, run: string): string {
  return join(runPaths(store, run).directory, 'attachments');
}

export async function attach(
  store: string,
  run: string,
  {
    name,
    content,
    who,
    time,
  }: { readonly name: string; readonly content: Buffer; readonly who: string; readonly time: string },
): Promise<string> {
  const directory = attachmentsOf(store, run);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, name);
  await writeArchive(path, content);
  const note: Attachment = { v: 1, name, bytes: content.length, sha256: sha256(content), who, time };
  await replaceFile(`${path}${NOTE}`, `${JSON.stringify(note)}\n`, 0o600);
  return path;
}

/** What is attached to a run, oldest first. A note that cannot be read is left out: it must not hide the report of the run. */
export async function readAttachments(store: string, run: string): Promise<readonly Attachment[]> {
  const directory = attachmentsOf(store, run);
  const names = await namesIn(directory);
  const notes = await Promise.all(
    names.filter((name) => name.endsWith(NOTE)).map((name) => readNote(join(directory, name))),
  );
  return notes.flatMap((note) => note ?? []).toSorted((a, b) => a.time.localeCompare(b.time));
}

async function readNote(path: string): Promise<Attachment | null> {
  try {
    return noteSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
