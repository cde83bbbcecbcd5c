import { z } from 'zod';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import type { Ask } from '../server/structure.ts';
import type { Imported, ImportedMigration } from './convert.ts';
import type { Tool } from './formats.ts';

/** What the table of another tool says was applied, and whether that can be taken over. */

export interface AppliedElsewhere {
  readonly version: string;
  /** RFC 3339 as far as the table says it; null where it keeps no time. */
  readonly at: string | null;
  readonly by: string | null;
  /** Null: applied. Otherwise why it cannot count. */
  readonly failed: string | null;
  readonly checksum: string | null;
}

const text = z.union([z.string(), z.number().transform(String), z.bigint().transform(String)]);
const maybe = text.nullable();
const row = z.strictObject({ version: text, at: maybe, by: maybe, failed: maybe, checksum: maybe });

const TIME = (column: string): string => `DATE_FORMAT(${column}, '%Y-%m-%dT%H:%i:%s')`;

/** One question for each: version, when, who, why not, checksum; in the order in which it was applied. */
const QUESTIONS: Readonly<Record<Tool, string>> = {
  'golang-migrate':
    "SELECT CAST(version AS CHAR) AS version, NULL AS at, NULL AS `by`, IF(dirty, 'it is marked dirty: it failed half-way', NULL) AS failed, NULL AS checksum FROM schema_migrations",
  // The newest row of a version counts; 0 is where the tool begins.
  goose: `SELECT CAST(version_id AS CHAR) AS version, ${TIME('tstamp')} AS at, NULL AS \`by\`, NULL AS failed, NULL AS checksum FROM goose_db_version g WHERE version_id > 0 AND is_applied AND id = (SELECT MAX(id) FROM goose_db_version n WHERE n.version_id = g.version_id) ORDER BY version_id`,
  dbmate:
    'SELECT version, NULL AS at, NULL AS `by`, NULL AS failed, NULL AS checksum FROM schema_migrations ORDER BY version',
  flyway: `SELECT COALESCE(version, '') AS version, ${TIME('installed_on')} AS at, installed_by AS \`by\`, IF(success, IF(version IS NULL, 'a repeated migration has no place in a history', NULL), 'it failed') AS failed, CAST(checksum AS CHAR) AS checksum FROM flyway_schema_history WHERE type <> 'SCHEMA' ORDER BY installed_rank`,
  liquibase: `SELECT CONCAT(ID, '::', AUTHOR) AS version, ${TIME('DATEEXECUTED')} AS at, AUTHOR AS \`by\`, IF(EXECTYPE IN ('EXECUTED', 'RERAN'), NULL, CONCAT('it is ', EXECTYPE)) AS failed, NULL AS checksum FROM DATABASECHANGELOG ORDER BY ORDEREXECUTED`,
};

/** Tables of theirs, which no migration makes. */
export const TOOL_TABLES: readonly string[] = [
  ...['schema_migrations', 'goose_db_version', 'flyway_schema_history', 'DATABASECHANGELOG', 'DATABASECHANGELOGLOCK'],
];

/** Reads the table of the tool in the current database. */
export async function readHistory(ask: Ask, tool: Tool): Promise<readonly AppliedElsewhere[]> {
  return ask(row, QUESTIONS[tool]);
}

/** One of our files that was applied by the other tool. */
export interface TakenOver extends ImportedMigration {
  readonly at: string | null;
  readonly by: string | null;
}

/** The files that the history names, which must be the first ones, each in a state that is over. Pure. */
export function takeOver(
  imported: Imported,
  history: readonly AppliedElsewhere[],
  where: string,
): Result<readonly TakenOver[]> {
  const { tool, migrations } = imported;
  const problems: Problem[] = [];
  for (const { version, failed } of history) {
    if (failed !== null)
      problems.push(
        refused(
          where,
          `${tool} ${version}: ${failed}`,
          'repair it with that tool, until its table says that it is applied',
        ),
      );
  }
  const known = new Set(migrations.map(({ version }) => version));
  for (const { version, failed } of history) {
    if (failed === null && !known.has(version)) {
      problems.push(
        refused(
          where,
          `${tool} applied ${version}, which none of the imported files is`,
          'import the files again, from the commit that is deployed',
        ),
      );
    }
  }
  const rows = new Map(history.map((one) => [one.version, one]));
  // This tool keeps only the newest; all before it are applied.
  const newest = tool === 'golang-migrate' ? migrations.findIndex(({ version }) => rows.has(version)) : -1;
  const taken = migrations.filter(({ version }, index) => rows.has(version) || index <= newest);
  const hole = migrations.find((one, index) => index < taken.length && !taken.includes(one));
  if (hole !== undefined) {
    problems.push(
      refused(
        where,
        `${tool} has not applied ${hole.source}, but later ones`,
        'apply it with that tool, or take it out before the import',
      ),
    );
  }
  for (const { version, checksum, source } of taken) {
    const theirs = rows.get(version)?.checksum ?? null;
    if (checksum !== null && theirs !== null && checksum !== theirs) {
      problems.push(
        refused(
          where,
          `${source} was applied with the checksum ${theirs}; that of the file is ${checksum}`,
          'import the files as they were applied',
        ),
      );
    }
  }
  if (history.length === 0)
    problems.push(
      refused(
        where,
        `an empty history of ${tool}`,
        'nothing is to be taken over: apply the files with `shiplock migrate`',
      ),
    );
  if (problems.length > 0) return bad(...problems);
  return ok(
    taken.map((one) => ({ ...one, at: rows.get(one.version)?.at ?? null, by: rows.get(one.version)?.by ?? null })),
  );
}

function refused(where: string, found: string, remedy: string): Problem {
  return {
    code: 'migrate.import-history',
    where,
    found,
    expected: 'a history without a failure, whose migrations are the first of the files',
    remedy,
  };
}
