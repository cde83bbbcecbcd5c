import { z } from 'zod';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import { splitSql } from '../sql/lexer.ts';
import { forbiddenIn } from '../sql/statement.ts';
import { type Chunk, type ForeignMigration, TOOLS, type Tool } from './formats.ts';

/** Migrations of another tool as files of ours: the same statements, byte for byte. Pure. */

/** Which of our files holds what the other tool calls a version; kept beside them as `imported.json`. */
export const importedSchema = z.strictObject({
  formatVersion: z.literal(1),
  tool: z.enum(TOOLS),
  migrations: z
    .array(
      z
        .strictObject({ id: z.string(), version: z.string(), source: z.string(), checksum: z.string().nullable() })
        .readonly(),
    )
    .readonly(),
});
export type Imported = Readonly<z.infer<typeof importedSchema>>;
export type ImportedMigration = Imported['migrations'][number];

export interface Converted {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly imported: Imported;
}

export function convert(tool: Tool, migrations: readonly ForeignMigration[], dir: string): Result<Converted> {
  const problems: Problem[] = [];
  const files: { name: string; text: string }[] = [];
  const listed: ImportedMigration[] = [];
  for (const [index, { version, title, source, up, down, checksum }] of migrations.entries()) {
    const id = `${String(index + 1).padStart(4, '0')}_${nameOf(title)}`;
    const file = `${dir}/${source}`;
    const [forward, back] = [statementsOf(up, file), statementsOf(down, file)];
    problems.push(...forward.problems, ...back.problems);
    const forbidden = forward.statements.flatMap((sql) => forbiddenIn({ sql, line: 1 }, file));
    // Where it stands in their file is not known any more.
    problems.push(...forbidden.map((problem) => ({ ...problem, where: file })));
    if (forward.statements.length === 0) problems.push(nothing(file));
    files.push({ name: `${id}.sql`, text: fileOf(forward.statements) });
    if (back.statements.length > 0) files.push({ name: `${id}.down.sql`, text: fileOf(back.statements) });
    listed.push({ id, version, source, checksum });
  }
  return problems.length > 0
    ? bad(...problems)
    : ok({ files, imported: { formatVersion: 1, tool, migrations: listed } });
}

const LONGEST_NAME = 80;

function nameOf(title: string): string {
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/^[_-]+|[_-]+$/g, '')
    .slice(0, LONGEST_NAME);
  return name === '' ? 'imported' : name;
}

function statementsOf(chunks: readonly Chunk[], file: string) {
  const statements: string[] = [];
  const problems: Problem[] = [];
  for (const { sql, whole } of chunks) {
    if (whole) statements.push(sql);
    else {
      const split = splitSql(sql, file, { programs: 'whole' });
      statements.push(...split.statements.map((statement) => statement.sql));
      problems.push(...split.problems);
    }
  }
  return { statements, problems };
}

const DELIMITERS = ['//', '$$', '||', '~~', '//shiplock//'];

/** A file from which exactly these statements are read again. */
export function fileOf(statements: readonly string[]): string {
  return statements.map(lineOf).join('\n');
}

function lineOf(sql: string): string {
  if (isReadAs(`${sql};\n`, sql)) return `${sql};\n`;
  const texts = DELIMITERS.map((delimiter) => `DELIMITER ${delimiter}\n${sql}\n${delimiter}\nDELIMITER ;\n`);
  const text = texts.find((candidate) => isReadAs(candidate, sql));
  if (text === undefined) throw new Error(`no delimiter keeps this statement whole: ${sql.slice(0, 80)}`);
  return text;
}

function isReadAs(text: string, sql: string): boolean {
  const { statements, problems } = splitSql(text, 'text');
  return problems.length === 0 && statements.length === 1 && statements[0]?.sql === sql;
}

function nothing(file: string): Problem {
  return {
    code: 'migrate.import-nothing',
    where: file,
    found: 'no statement on its way up',
    expected: 'at least one',
    remedy:
      'delete it together with its row in the history of the tool, or give it a statement that changes nothing (DO 0)',
  };
}
