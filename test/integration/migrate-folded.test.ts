import { setTimeout as sleep } from 'node:timers/promises';
import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DatabaseAccess, type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { parseMigrations } from '../../src/migrate/files/files.ts';
import { schemaState } from '../../src/migrate/files/pending.ts';
import { retire } from '../../src/migrate/files/retire.ts';
import { openDatabase } from '../../src/migrate/index.ts';
import { liveDrift } from '../../src/migrate/server/remembered.ts';
import { createSecrets } from '../../src/procedure/index.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';
import { type Applied, type Applying, applyFiles } from '../support/migrate-apply.ts';

/** Servers that keep the names of tables in small letters (`lower_case_table_names=1`), and migrations that write them in large ones. */

let family: TestFamily;
let server: DatabaseServer;
let access: DatabaseAccess;
let root: Connection;

const files = [
  `CREATE TABLE Customers (Id INT PRIMARY KEY, FullName VARCHAR(40));
CREATE TABLE \`Orders\` (Id INT PRIMARY KEY, CustomerId INT);
ALTER TABLE ORDERS MODIFY CustomerId BIGINT;
INSERT INTO orders VALUES (1, 2), (2, 2), (3, 2);`,
  `ALTER TABLE ORDERS ADD COLUMN Note VARCHAR(20);
CREATE INDEX ByCustomer ON Orders (CustomerId);
CREATE VIEW OpenOrders AS SELECT Id FROM Orders;`,
];

const apply = (more: Partial<Applying> = {}): Promise<Applied> =>
  applyFiles({ access, engine: family.engine, files, ...more });

const database = () =>
  openDatabase({
    dsn: { secret: 'env:TEST_DSN' },
    secrets: createSecrets({ env: { TEST_DSN: mysqlUrl(access) } }),
    connectTimeoutMs: 30_000,
  });

const drift = async () => {
  const { applied } = await database().look();
  return liveDrift(await database().bothStructures(), applied);
};

async function ask(sql: string): Promise<unknown> {
  const [rows] = await root.query(sql);
  return JSON.parse(JSON.stringify(rows));
}

describeOnEach('names of tables that are kept in small letters', (one) => {
  beforeAll(async () => {
    family = one;
    const args = ['--performance-schema=ON', '--performance-schema-instrument=wait/lock/metadata/sql/mdl=ON'];
    server = await family.start({ foldNames: true, args });
    access = await server.createDatabase('folded');
    root = await mysql.createConnection({ ...server.root(access.database) });
    await root.query(`GRANT SELECT ON performance_schema.* TO ${access.user}@'127.0.0.1'`);
  });
  afterAll(async () => {
    await root?.end();
    await server?.stop();
  });

  it('are the same name to a run: what it made, what is there already, what changed besides', async () => {
    expect((await apply({ limits: { copyBelowRows: 2 } })).result.problems).toEqual([]);
    expect(await ask("SHOW TABLES WHERE Tables_in_folded NOT LIKE 'shiplock%'")).toEqual(
      ['customers', 'openorders', 'orders'].map((name) => ({ Tables_in_folded: name })),
    );
    expect(await drift()).toEqual([]);
    // A second run finds it all done, by the names as they are written.
    expect((await apply({ run: 'run-2' })).result.problems).toEqual([]);
    await root.query('ALTER TABLE oRders ADD COLUMN Besides INT');
    expect(JSON.stringify(await drift())).toContain('table orders');
    await root.query('ALTER TABLE orders DROP COLUMN Besides');
    expect(await drift()).toEqual([]);
    const again = await apply({ files: [...files, 'CREATE TABLE CUSTOMERS (Id INT PRIMARY KEY);'], run: 'run-3' });
    expect(again.result.problems.map(({ code }) => code)).toEqual(['migrate.exists-already']);
  });

  it('a table that is held is seen by whatever letters the change writes', async () => {
    const holder = await mysql.createConnection({ ...access });
    await holder.query('START TRANSACTION');
    await holder.query('SELECT * FROM orders');
    const applying = apply({ files: [...files, 'ALTER TABLE Orders ADD COLUMN Held INT;'], run: 'run-4' });
    await sleep(1500);
    await holder.query('COMMIT');
    const { result, notes } = await applying;
    await holder.end();
    expect(result.problems).toEqual([]);
    expect(notes.join('\n')).toContain(`waiting for connection ${holder.threadId}`);
    expect(notes.filter((note) => note.startsWith('no lock within'))).toEqual([]);
  });

  it('retired and dropped by its name in the file', async () => {
    const retired = retire({ what: { table: 'Customers', column: null }, today: '2026-11-23', quarantineDays: 14 });
    if (!retired.ok) throw new Error(JSON.stringify(retired.problems));
    const all = [...files, 'ALTER TABLE Orders ADD COLUMN Held INT;', retired.value.text];
    const { migrations, problems } = parseMigrations(
      all.map((text, index) => ({ name: `000${index + 1}_change.sql`, bytes: new TextEncoder().encode(text) })),
      'm',
    );
    expect(problems).toEqual([]);
    expect((await apply({ files: all, phase: 'contract', run: 'run-5' })).result.problems).toEqual([]);
    expect(schemaState((await database().look()).applied)).toBe(migrations.at(-1)?.id);
    expect(await ask("SHOW TABLES LIKE '%customers'")).toHaveLength(1);
    expect(await ask("SHOW TABLES LIKE 'customers'")).toEqual([]);
    expect(await drift()).toEqual([]);
  });
});
