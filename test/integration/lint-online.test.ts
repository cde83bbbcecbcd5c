import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DatabaseServer } from '../../scripts/components/database.ts';
import { dialectsOf, exampleFiles } from '../../src/migrate/lint/examples.ts';
import { fixed } from '../../src/migrate/lint/fix.ts';
import { wayOf, worst } from '../../src/migrate/lint/online.ts';
import { MARIADB_WAYS, MYSQL_WAYS } from '../../src/migrate/lint/online-rows.ts';
import { allOperations } from '../../src/migrate/lint/operations.ts';
import { RULES } from '../../src/migrate/lint/rules/index.ts';
import { NO_SCHEMA, schemaAfter, tableIn } from '../../src/migrate/lint/schema.ts';
import { type Server, serverOf } from '../../src/migrate/lint/server.ts';
import { splitSql } from '../../src/migrate/sql/lexer.ts';
import { parseStatement } from '../../src/migrate/sql/parse/index.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';
import { LINT_CHANGES, LINT_TABLE, type LintChange } from '../support/lint-changes.ts';

/**
 * The table of online changes, asked from a live server: the least disruptive algorithm and the strongest lock clause that it
 * accepts, and whether InnoDB gives the table a new id. And: what `--fix` writes leads to the same schema.
 */

/** Nothing here must outlive a crash. */
const FAST = ['--innodb-flush-log-at-trx-commit=0', '--innodb-flush-method=nosync', '--skip-log-bin'];

let family: TestFamily;
let running: DatabaseServer;
let admin: Connection;
let server: Server;

interface Seen {
  readonly algorithm: string;
  readonly lock: string;
  readonly rebuilds: boolean;
}

async function run(sql: string): Promise<void> {
  for (const statement of splitSql(sql, 'test').statements) await admin.query(statement.sql);
}

async function fresh(): Promise<void> {
  await admin.query('SET foreign_key_checks = 0');
  for (const name of ['t', 't2', 'child', 'parent']) await admin.query(`DROP TABLE IF EXISTS ${name}`);
  await admin.query('SET foreign_key_checks = 1');
  await run(LINT_TABLE);
}

/** InnoDB's ids of the table, one for each partition. */
async function tableIds(): Promise<readonly number[]> {
  const table = family.engine === 'mysql' ? 'INNODB_TABLES' : 'INNODB_SYS_TABLES';
  const [rows] = await admin.query<RowDataPacket[]>(
    `SELECT TABLE_ID AS id FROM information_schema.${table} WHERE NAME REGEXP CONCAT('^', DATABASE(), '/t2?(#|$)')`,
  );
  return rows.map(({ id }) => Number(id));
}

/** From the least disruptive up, until the server accepts one; the last refusal when it accepts none. */
async function seen({ setup = '', change, clauseFirst }: LintChange): Promise<Seen | string> {
  const algorithms =
    family.engine === 'mysql' ? ['INSTANT', 'INPLACE', 'COPY'] : ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY'];
  let refusal = '';
  await fresh();
  await run(setup);
  const before = await tableIds();
  // What is refused changes nothing.
  for (const algorithm of algorithms)
    for (const lock of algorithm === 'INSTANT' ? ['DEFAULT'] : ['NONE', 'SHARED']) {
      const clause = `ALGORITHM=${algorithm}${lock === 'DEFAULT' ? '' : `, LOCK=${lock}`}`;
      const first = clauseFirst === 'comma' ? `${clause},` : clause;
      try {
        await admin.query(
          clauseFirst === undefined ? `ALTER TABLE t ${change}, ${clause}` : `ALTER TABLE t ${first} ${change}`,
        );
      } catch (error) {
        refusal = error instanceof Error ? error.message : String(error);
        continue;
      }
      const after = await tableIds();
      const rebuilds = !before.some((id) => after.includes(id));
      return { algorithm, lock: lock === 'DEFAULT' ? 'NONE' : lock, rebuilds };
    }
  return refusal;
}

function foreseen(
  setup: string,
  change: string,
): { readonly operations: readonly string[]; readonly way: Seen | undefined } {
  let schema = NO_SCHEMA;
  for (const { sql } of splitSql(`${LINT_TABLE}\n${setup}`, 'test').statements) {
    const parsed = parseStatement(sql, server.dialect);
    if (parsed.ok) schema = schemaAfter(schema, parsed.statement, 'before');
  }
  const parsed = parseStatement(`ALTER TABLE t ${change}`, server.dialect);
  if (!parsed.ok || parsed.statement.kind !== 'alter-table') throw new Error(`not read: ${change}`);
  const asked = allOperations(parsed.statement.parts, tableIn(schema, 't')) ?? [];
  const operations = asked.map(({ operation }) => operation);
  const ways = operations.map((operation) => wayOf(operation, server));
  const known = ways.flatMap((way) => (way !== undefined && way.proof === 'measured' ? [way] : []));
  return { operations, way: known.length === ways.length ? worst(known) : undefined };
}

describeOnEach('the table of online changes', (one) => {
  beforeAll(async () => {
    family = one;
    running = await family.start({ args: FAST });
    await running.createDatabase('online');
    admin = await mysql.createConnection({ ...running.root('online') });
    const version = family.engine === 'mysql' ? '9.7' : '10.11';
    const found = serverOf(family.engine, version);
    if (found === undefined) throw new Error(version);
    server = found;
  });
  afterAll(async () => {
    await admin?.end();
    await running?.stop();
  });

  it('every row that is called measured is what the server does', async () => {
    const rows = Object.keys(family.engine === 'mysql' ? MYSQL_WAYS : MARIADB_WAYS).filter(
      (row) => wayOf(row, server)?.proof === 'measured',
    );
    expect(rows.length).toBeGreaterThan(40);
    const asked = new Set<string>();
    const wrong: unknown[] = [];
    for (const one of LINT_CHANGES) {
      const { setup = '', change, only } = one;
      if (only !== undefined && only !== family.engine) continue;
      const { operations, way } = foreseen(setup, change);
      for (const operation of operations) asked.add(operation);
      const found = await seen(one);
      if (JSON.stringify(found) !== JSON.stringify(way)) wrong.push({ change, operations, foreseen: way, found });
    }
    expect(wrong).toEqual([]);
    expect(rows.filter((row) => !asked.has(row))).toEqual([]);
  }, 200_000);

  it('what a fix writes leads to the same schema', async () => {
    const shown = async (sql: readonly string[]): Promise<unknown> => {
      const access = await running.createDatabase(`f${Math.random().toString(36).slice(2, 10)}`);
      await admin.query(`USE \`${access.database}\``);
      for (const text of sql) await run(text);
      const [tables] = await admin.query<RowDataPacket[]>(
        'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1',
      );
      const made: unknown[] = [];
      for (const { name } of tables) made.push((await admin.query(`SHOW CREATE TABLE \`${name}\``))[0]);
      await admin.query(`DROP DATABASE \`${access.database}\``);
      return made;
    };
    const mended: string[] = [];
    for (const rule of RULES.filter(({ fix }) => fix !== undefined))
      for (const example of rule.examples) {
        if (!dialectsOf(example).includes(family.engine)) continue;
        const files = exampleFiles(example, 'bad', family.engine);
        if (files === undefined) throw new Error(rule.id);
        const levels = rule.level === 'off' ? { [rule.id]: 'warning' as const } : {};
        const options = { server: files.server, today: '2026-01-01', complete: true, levels };
        const [fix] = fixed(files.files, options);
        if (fix === undefined) throw new Error(`nothing fixed for ${rule.id}`);
        const before = example.before === undefined ? [] : [example.before];
        // MySQL refuses what L07 mends, so there is nothing to compare it with but the text without any assertion.
        const bad = rule.id === 'L07' ? example.bad.replace(', ALGORITHM=INSTANT, LOCK=NONE', '') : example.bad;
        expect([rule.id, await shown([...before, fix.text])]).toEqual([rule.id, await shown([...before, bad])]);
        expect([rule.id, await shown([...before, example.good])]).toEqual([rule.id, await shown([...before, bad])]);
        mended.push(rule.id);
      }
    expect(mended).toEqual(family.engine === 'mysql' ? ['L04', 'L06', 'L07', 'L15', 'S07', 'S12'] : ['L04', 'L06']);
  }, 60_000);
});
