import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { CataloguePlace } from '../catalogue/store.ts';

/** Which repositories backups were stored in so far: an empty mount point, or another disk, must not pass for one of them. */

export const knownRepositorySchema = z.strictObject({
  v: z.literal(1),
  /** As restic names it; null: it was made in this run, and nobody has looked since. */
  id: z.string().nullable(),
});
export type KnownRepository = Readonly<z.infer<typeof knownRepositorySchema>>;

/** Its file; its name tells no address, in which a password may stand. Pure. */
export function knownFile({ directory }: CataloguePlace, repository: string): string {
  const name = createHash('sha256').update(repository).digest('hex').slice(0, 24);
  return join(directory, 'repositories', `${name}.json`);
}

/** Text of its file. Pure. */
export function knownText(id: string | null): string {
  return `${JSON.stringify(knownRepositorySchema.parse({ v: 1, id }))}\n`;
}

/** Null: nothing was stored at this address yet. @throws ProblemError when its file cannot be read */
export async function readKnown(place: CataloguePlace, repository: string): Promise<KnownRepository | null> {
  const path = knownFile(place, repository);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return knownRepositorySchema.parse(JSON.parse(text));
  } catch {
    throw new ProblemError({
      ...{ code: 'backup.catalogue-unreadable', where: path, found: 'something else' },
      expected: 'what is known of a repository',
      remedy: `look whether the right repository is mounted or reached (${repository}), then delete this file: the next backup writes it anew`,
    });
  }
}

/** What is at the address of a repository, and what was there before. */
export interface RepositoryLooked {
  /** Null: there is none. */
  readonly id: string | null;
  readonly known: KnownRepository | null;
  /** The catalogue names backups in it. */
  readonly named: boolean;
}

/** Why nothing may be stored there; nothing: it may. Pure. */
export function strange(
  { id, known, named }: RepositoryLooked,
  at: { readonly repository: string; readonly file: string },
): readonly Problem[] {
  if (id === null) return known !== null || named ? [vanished(at)] : [];
  return known !== null && known.id !== null && known.id !== id ? [another(at, id, known.id)] : [];
}

function vanished({ repository, file }: { readonly repository: string; readonly file: string }): Problem {
  return {
    code: 'backup.no-repository',
    where: repository,
    found: 'no repository, although backups were stored in it',
    expected: 'the repository with these backups',
    remedy: `mount it, or mend its address. If the first repository is lost for good, put the files below backups/ of the state directory aside and take a full backup; if a copy is, delete ${file}`,
  };
}

function another(
  { repository, file }: { readonly repository: string; readonly file: string },
  id: string,
  before: string,
): Problem {
  return {
    code: 'backup.other-repository',
    where: repository,
    found: `the repository ${id.slice(0, 12)}, which is not that of the backups so far, ${before.slice(0, 12)}`,
    expected: 'the repository in which the backups were stored so far',
    remedy: `mount the right file system, or mend its address. If it is to be this one from now on, delete ${file}, put the catalogue aside where it is the first repository, and take a full backup`,
  };
}
