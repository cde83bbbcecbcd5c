import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dropRetired, type NewMigration, numbered, readMigrations, readRetired, retire } from '../../migrate/index.ts';
import { type Result, unwrap } from '../../model/problem.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { databaseSettings } from './migrate.ts';

export interface RetireRequest {
  /** `table` or `table.column`. */
  readonly what: string;
  /** The second migration, which drops what the first has renamed. */
  readonly drop: boolean;
}

/** Writes a migration that renames a table or column, or, after its quarantine, one that drops it. Asks no database. */
export async function writeRetirement(
  { environment, clock }: ServiceEnvironment,
  request: RetireRequest,
): Promise<string> {
  const settings = databaseSettings({ environment });
  const files = await readMigrations(settings.migrations);
  const retirement = {
    what: unwrap(readRetired(request.what)),
    today: new Date(clock.now()).toISOString().slice(0, 10),
    quarantineDays: Math.ceil(settings.quarantineMs / 86_400_000),
  };
  const made: Result<NewMigration> = request.drop ? dropRetired(retirement, files) : retire(retirement);
  const migration = unwrap(made);
  const file = join(settings.migrations, numbered(migration, files));
  // Never over one that somebody else has just numbered.
  await writeFile(file, migration.text, { flag: 'wx' });
  return file;
}
