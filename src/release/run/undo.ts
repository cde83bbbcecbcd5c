import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type Lost,
  loses,
  lostBy,
  type Migration,
  numbered,
  openDatabase,
  openDsnSession,
  readMigrations,
  resolveDsn,
  ServerRefusal,
  type Session,
  splitSql,
  undo,
} from '../../migrate/index.ts';
import { type Problem, ProblemError, unwrap } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { databaseSettings } from './migrate.ts';

/** Writes the migration that takes an applied one back, if what goes holds nothing. Reads the database and changes nothing. */
export async function writeUndo(
  { environment, target, secrets, clock, door }: ServiceEnvironment,
  wanted: string,
): Promise<string> {
  const settings = databaseSettings({ environment });
  const files = await readMigrations(settings.migrations);
  const { dsn, connectTimeoutMs, engine } = settings;
  const { applied } = await openDatabase({ dsn, secrets, connectTimeoutMs }).look();
  const done = new Set(applied.filter((row) => row.state === 'applied').map(({ id }) => id));
  const { migration, file } = unwrapUndoable(files, wanted, done);
  const down = await readFile(file, 'utf8');
  const split = splitSql(down, file);
  if (split.problems.length > 0) throw new ProblemError(split.problems);
  const lost = unwrap(lostBy(split.statements, engine, file));
  const session = await openDsnSession(resolveDsn(dsn, secrets), connectTimeoutMs);
  try {
    const problems: Problem[] = [];
    for (const one of lost) {
      if (await holds(session, one)) problems.push(loses(one, migration.id, target.environment));
    }
    if (problems.length > 0) throw new ProblemError(problems);
  } finally {
    await session.close();
  }
  const made = undo({
    ...{ migration, down, lost, environment: target.environment, owner: door.who },
    today: new Date(clock.now()).toISOString().slice(0, 10),
  });
  const path = join(settings.migrations, numbered(made, files));
  // Never over one that somebody else has just numbered.
  await writeFile(path, made.text, { flag: 'wx' });
  return path;
}

function unwrapUndoable(
  files: readonly Migration[],
  wanted: string,
  done: ReadonlySet<string>,
): { readonly migration: Migration; readonly file: string } {
  const migration = files.find(({ id, number }) => id === wanted || String(number).padStart(4, '0') === wanted);
  const problem = (found: string, expected: string, remedy: string): ProblemError =>
    new ProblemError({ code: 'migrate.undo-what', where: wanted, found, expected, remedy });
  if (migration === undefined) {
    throw problem('no migration of this name', files.map(({ id }) => id).join(', '), 'name one of them');
  }
  if (!done.has(migration.id)) {
    throw problem(
      `${migration.id}, which is not applied`,
      'one that is applied',
      'delete the file, if it was applied nowhere else',
    );
  }
  if (migration.down === null) {
    throw problem(
      `${migration.id}, which has no down file`,
      `${migration.id}.down.sql beside it`,
      'write the new migration by hand, or the down file first',
    );
  }
  return { migration, file: migration.down };
}

const found = z.unknown();
/** No such table, no such column: there is nothing to lose. */
const GONE = new Set([1146, 1054]);

async function holds(session: Session, { table, column }: Lost): Promise<boolean> {
  const where = column === null ? '' : ` WHERE ${sqlName(column)} IS NOT NULL`;
  try {
    return (await session.ask(found, `SELECT 1 FROM ${sqlName(table)}${where} LIMIT 1`)).length > 0;
  } catch (error) {
    if (error instanceof ServerRefusal && GONE.has(error.refusal.errno)) return false;
    throw error;
  }
}
