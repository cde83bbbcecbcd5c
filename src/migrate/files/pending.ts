import { createHash } from 'node:crypto';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import type { Phase } from '../../model/release.ts';
import type { Migration } from './files.ts';

/** A row of `shiplock_migrations`. */
export interface AppliedMigration {
  readonly id: string;
  readonly sha256: string;
  readonly phase: Phase;
  /** `running`: begun and not finished; a resumed run goes on with it. */
  readonly state: 'running' | 'applied';
  /** Counts in the order in which migrations were begun. */
  readonly position: number;
  readonly marks: readonly StatementMark[];
}

/** A row of `shiplock_migration_statements`: written before and after each statement. */
export interface StatementMark {
  /** 1-based. */
  readonly number: number;
  readonly sha256: string;
  readonly state: 'started' | 'done';
  /** Run that started it. */
  readonly run: string;
  /** What its tables were made of before it; null where that tells nothing. */
  readonly shape: string | null;
}

export interface Pending {
  /** Expand migrations that a release applies, in order. */
  readonly apply: readonly Migration[];
  /** Backfill and contract migrations that wait for a run of their own. */
  readonly left: readonly Migration[];
}

/** Schema state before anything was applied. */
export const EMPTY_SCHEMA = 'empty';

/** What is still to be done. Pure. Refuses when the database and the files tell different stories. */
export function pendingMigrations(applied: readonly AppliedMigration[], files: readonly Migration[]): Result<Pending> {
  const problems = driftOf(applied, files);
  if (problems.length > 0) return bad(...problems);
  const done = new Set(applied.filter((row) => row.state === 'applied').map((row) => row.id));
  const pending = files.filter((file) => !done.has(file.id));
  return ok({
    apply: pending.filter((file) => file.header.phase === 'expand'),
    left: pending.filter((file) => file.header.phase !== 'expand'),
  });
}

/** Migrations that were applied and then edited, deleted or overtaken. Pure. */
export function driftOf(applied: readonly AppliedMigration[], files: readonly Migration[]): readonly Problem[] {
  const problems: Problem[] = [];
  const byId = new Map(files.map((file) => [file.id, file]));
  for (const row of applied) {
    const file = byId.get(row.id);
    if (file === undefined) problems.push(missing(row, files));
    else if (wasEdited(row, file)) problems.push(edited(row, file));
  }
  const rows = new Set(applied.map((row) => row.id));
  const newest = files.findLast((file) => rows.has(file.id) && file.header.phase === 'expand');
  for (const file of files) {
    if (newest === undefined || rows.has(file.id) || file.header.phase !== 'expand') continue;
    if (file.number < newest.number) problems.push(overtaken(file, newest));
  }
  return problems;
}

/** Id of the migration that changed the schema last (a backfill changes none), or `empty`. Pure. */
export function schemaState(applied: readonly AppliedMigration[]): string {
  const rows = applied
    .filter((row) => row.state === 'applied' && row.phase !== 'backfill')
    .toSorted((a, b) => a.position - b.position);
  return rows.at(-1)?.id ?? EMPTY_SCHEMA;
}

/** Schema state once `apply` is done. Pure. */
export function schemaAfter(applied: readonly AppliedMigration[], apply: readonly Migration[]): string {
  return apply.findLast((migration) => migration.header.phase !== 'backfill')?.id ?? schemaState(applied);
}

/** A migration that failed half-way may be mended: only the statements that are done must stay as they are. */
function wasEdited(row: AppliedMigration, file: Migration): boolean {
  if (file.sha256 === row.sha256) return false;
  if (row.state === 'applied') return true;
  return row.marks.some((mark) => {
    const statement = file.statements[mark.number - 1];
    return mark.state === 'done' && (statement === undefined || sha256Of(statement.sql) !== mark.sha256);
  });
}

/** Fingerprint of one statement: SHA-256 of its text, hexadecimal. */
export function sha256Of(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}

function missing(row: AppliedMigration, files: readonly Migration[]): Problem {
  const renamed = files.find((file) => file.sha256 === row.sha256);
  return {
    code: 'migrate.drift-missing',
    where: `shiplock_migrations ${row.id}`,
    found:
      renamed === undefined
        ? 'it was applied, but its file is gone'
        : `it was applied, but its file is now ${renamed.file}`,
    expected: `${row.id}.sql among the migrations of this release`,
    remedy:
      renamed === undefined
        ? 'release from a commit that has the file: the database is newer than this release'
        : 'give the file its old name again: an applied migration keeps its number and name',
  };
}

function edited(row: AppliedMigration, file: Migration): Problem {
  const digests = `SHA-256 ${file.sha256.slice(0, 12)}…, but ${row.sha256.slice(0, 12)}… was applied`;
  const alike = file.alike.find((other) => other.sha256 === row.sha256);
  const difference = {
    code: 'migrate.drift-edited',
    where: `${file.file}:1`,
    expected: 'the file as it was applied',
  };
  if (alike !== undefined) {
    return {
      ...difference,
      found: `${digests}; nothing but this differs: what was applied had ${alike.how}`,
      remedy:
        'save it with those again; git and editors change them unless .gitattributes says `*.sql -text` for the directory',
    };
  }
  const statements = sameStatements(row, file);
  return {
    ...difference,
    found: statements ? `${digests}; its statements are the same, so only comments or the header changed` : digests,
    remedy: 'restore the file as it was, and write the change as a new migration',
  };
}

/** Each statement of the file was applied as it stands, and no other was. */
function sameStatements(row: AppliedMigration, file: Migration): boolean {
  return (
    row.marks.length === file.statements.length &&
    file.statements.every(({ sql }, index) =>
      row.marks.some((mark) => mark.number === index + 1 && mark.sha256 === sha256Of(sql)),
    )
  );
}

function overtaken(file: Migration, newest: Migration): Problem {
  return {
    code: 'migrate.drift-order',
    where: `${file.file}:1`,
    found: `it is not applied, but ${newest.id} already is`,
    expected: 'new migrations after those that are applied: the order is the same in every database',
    remedy: `give it a number after the last one (${newest.id}), together with its down file`,
  };
}
