import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { MigrationRef } from '../../model/release.ts';
import { parseVerification, type Verification } from '../guards/verify.ts';
import { type SqlStatement, splitSql } from '../sql/lexer.ts';
import { forbiddenIn } from '../sql/statement.ts';
import { DEFAULT_HEADER, type MigrationHeader, parseHeader } from './header.ts';
import { type Alike, alikeTexts, sqlText } from './text.ts';

/** One numbered SQL file. */
export interface Migration {
  /** File name without `.sql`, for instance `0005_renewals`. */
  readonly id: string;
  readonly number: number;
  /** Path as it was read, for messages. */
  readonly file: string;
  /** SHA-256 of the bytes, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Digests of the same text with other line ends or another byte order mark: they explain a difference. */
  readonly alike: readonly Alike[];
  readonly header: MigrationHeader;
  readonly statements: readonly SqlStatement[];
  /** Path of the file that takes it back by hand, if there is one. Never run by a rollback. */
  readonly down: string | null;
  /** Queries that must give no row once it is done; left out: there is no file of them. */
  readonly verify?: Verification | undefined;
}

/** As our own table holds an id. */
const LONGEST_ID = 120;

/** A file as read: its name and bytes. */
export interface MigrationFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const NAME = /^(\d{4})_([a-z0-9][a-z0-9_-]*?)(\.down|\.verify)?\.sql$/;

/**
 * Reads a directory of migrations: `NNNN_name.sql` with an optional `NNNN_name.down.sql` and `NNNN_name.verify.sql` beside it, numbered from 0001 without
 * gaps. Throws a ProblemError with every mistake found, each with file and line.
 */
export async function readMigrations(dir: string): Promise<readonly Migration[]> {
  let names: string[];
  try {
    names = (await readdir(dir, { withFileTypes: true }))
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    throw new ProblemError({
      code: 'migrate.no-directory',
      where: dir,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a readable directory of numbered SQL files',
      remedy: 'mend `database.migrations`, or create the directory',
    });
  }
  const files = await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(dir, name)) })));
  const { migrations, problems } = parseMigrations(files, dir);
  if (problems.length > 0) throw new ProblemError(problems);
  return migrations;
}

/** Pure: the same from bytes. `dir` is used in messages only. */
export function parseMigrations(
  files: readonly MigrationFile[],
  dir: string,
): { readonly migrations: readonly Migration[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const migrations: Migration[] = [];
  const downs = new Set(files.map((file) => file.name).filter((name) => name.endsWith('.down.sql')));
  const verifications = new Map<string, Verification>();
  for (const { name, bytes } of files) {
    const match = NAME.exec(name);
    const file = join(dir, name);
    if (match === null || name.length - '.sql'.length > LONGEST_ID) {
      // A README may stand beside them; anything that ends in .sql must be understood.
      if (/\.sql$/i.test(name)) problems.push(badName(file));
      continue;
    }
    const read = sqlText(bytes, file);
    if (!read.ok) {
      problems.push(...read.problems);
      continue;
    }
    const text = read.value;
    if (match[3] === '.verify') {
      const verify = parseVerification(text, file);
      if (verify.ok) verifications.set(name.replace(/\.verify\.sql$/, ''), verify.value);
      else problems.push(...verify.problems);
      continue;
    }
    const split = splitSql(text, file);
    problems.push(...split.problems);
    if (match[3] !== undefined) continue;
    const header = parseHeader(text, file);
    if (!header.ok) problems.push(...header.problems);
    problems.push(...split.statements.flatMap((statement) => forbiddenIn(statement, file)));
    if (split.statements.length === 0 && split.problems.length === 0) problems.push(noStatement(file, bytes.length));
    const id = name.slice(0, -'.sql'.length);
    migrations.push({
      id,
      number: Number(match[1]),
      file,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      alike: alikeTexts(text),
      header: header.ok ? header.value : DEFAULT_HEADER,
      statements: split.statements,
      down: downs.has(`${id}.down.sql`) ? join(dir, `${id}.down.sql`) : null,
    });
  }
  const ids = new Set(migrations.map((migration) => migration.id));
  for (const down of downs) {
    const id = down.slice(0, -'.down.sql'.length);
    if (!ids.has(id)) problems.push(lonely(join(dir, down), id, 'takes back'));
  }
  for (const [id, { file }] of verifications) {
    if (!ids.has(id)) problems.push(lonely(file, id, 'verifies'));
  }
  migrations.sort((a, b) => a.number - b.number || a.id.localeCompare(b.id));
  const checked = migrations.map((migration) => {
    const verify = verifications.get(migration.id);
    return verify === undefined ? migration : { ...migration, verify };
  });
  return { migrations: checked, problems: [...problems, ...numberProblems(checked)] };
}

/** What release.json says of a migration. */
export function migrationRef(migration: Migration): MigrationRef {
  const { phase, requires, breaks } = migration.header;
  return {
    id: migration.id,
    sha256: migration.sha256,
    phase,
    ...(requires === undefined ? {} : { requires }),
    ...(breaks === undefined ? {} : { breaks }),
  };
}

function numberProblems(migrations: readonly Migration[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [index, migration] of migrations.entries()) {
    const before = migrations[index - 1];
    const expected = (before?.number ?? 0) + 1;
    if (before !== undefined && before.number === migration.number) {
      problems.push({
        code: 'migrate.duplicate-number',
        where: `${migration.file}:1`,
        found: `number ${pad(migration.number)}, as in ${before.file}`,
        expected: 'each number once',
        remedy: 'give the newer of the two the next free number',
      });
    } else if (migration.number !== expected) {
      problems.push({
        code: 'migrate.gap',
        where: `${migration.file}:1`,
        found: `number ${pad(migration.number)}${before === undefined ? ' first' : ` after ${pad(before.number)}`}`,
        expected: `number ${pad(expected)}`,
        remedy: 'restore the file that is missing, or renumber this one if it was never applied anywhere',
      });
    }
  }
  return problems;
}

function pad(number: number): string {
  return String(number).padStart(4, '0');
}

function badName(file: string): Problem {
  return {
    code: 'migrate.file-name',
    where: file,
    found: 'a name that is not NNNN_name.sql, or too long',
    expected: `four digits, an underscore and a name of a-z, 0-9, _ and -, up to ${LONGEST_ID} characters, for instance 0007_add_owner.sql`,
    remedy: 'rename the file, or move it out of the directory',
  };
}

function noStatement(file: string, bytes: number): Problem {
  return {
    code: 'migrate.no-statement',
    where: `${file}:1`,
    found: bytes === 0 ? 'an empty file' : 'no SQL statement, only comments or blanks',
    expected: 'at least one statement',
    remedy: 'write the statement, or delete the file if it was never applied anywhere',
  };
}

function lonely(file: string, id: string, does: 'takes back' | 'verifies'): Problem {
  return {
    code: does === 'verifies' ? 'migrate.verify-without-up' : 'migrate.down-without-up',
    where: file,
    found: `a file that ${does} ${id}, which does not exist`,
    expected: `${id}.sql beside it`,
    remedy: `rename it after the migration that it ${does}`,
  };
}
