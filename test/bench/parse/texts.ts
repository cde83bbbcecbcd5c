import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { splitSql } from '../../../src/migrate/index.ts';
import { statementsOfTest } from './mysqltest.ts';

/** Statements from directories of others, given by path; nothing of them is kept. */

const DDL = /^(?:create|alter|drop|rename|truncate)\b/i;
const ASCII = /^[\t\n\r -~]*$/;

function filesBelow(dir: string, ending: RegExp): readonly string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => ending.test(file))
    .toSorted()
    .map((file) => join(dir, file));
}

/** Each distinct DDL text of a server's own suite, in ASCII and of at most 20,000 characters. */
export function suiteTexts(dir: string): readonly string[] {
  const found = new Set<string>();
  for (const file of filesBelow(dir, /\.(?:test|inc)$/)) {
    for (const sql of statementsOfTest(readFileSync(file, 'utf8'))) {
      if (DDL.test(sql) && sql.length < 20_000 && ASCII.test(sql)) found.add(sql);
    }
  }
  return [...found];
}

export interface AppTexts {
  readonly name: string;
  readonly files: number;
  readonly statements: readonly string[];
  /** Files that could not be split. */
  readonly unsplit: number;
}

/** Every statement of every `.sql` file below a directory. */
export function appTexts(dir: string): AppTexts {
  const files = filesBelow(dir, /\.sql$/i);
  const split = files.map((file) => splitSql(readFileSync(file, 'utf8'), file));
  return {
    name: basename(dir),
    files: files.length,
    statements: split.flatMap(({ statements }) => statements.map(({ sql }) => sql)),
    unsplit: split.filter(({ problems }) => problems.length > 0).length,
  };
}
