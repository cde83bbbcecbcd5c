import mysql, { type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { acceptStep } from '../../src/migrate/apply/remember.ts';
import {
  adoptStep,
  type MigrationDatabase,
  migrationStatus,
  openDatabase,
  parseMigrations,
  type Tool,
} from '../../src/migrate/index.ts';
import { perform, type World, world } from '../build/perform.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';

/** Databases that other tools have migrated: their histories read from real servers, and files taken for applied without being run. */

let family: TestFamily;
let server: DatabaseServer;
let admin: Connection;
let database: MigrationDatabase;
let w: World;
let count = 0;

beforeEach(async () => {
  count += 1;
  const access = await server.createDatabase(`a${count}`);
  admin = await mysql.createConnection({ ...access });
  w = world({ env: { TEST_DSN: mysqlUrl(access) }, run: 'adoption' });
  database = openDatabase({ dsn: { secret: 'env:TEST_DSN' }, secrets: w.secrets, connectTimeoutMs: 5000 });
  return () => admin.end();
});

/** The tables as the tools make them on MySQL, and what stands in them after three migrations. */
const TABLES: Readonly<Record<Tool, readonly string[]>> = {
  'golang-migrate': [
    'CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null)',
    'INSERT INTO schema_migrations VALUES (20240101120000, 0)',
  ],
  goose: [
    'CREATE TABLE goose_db_version (id serial NOT NULL, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp NULL default now(), PRIMARY KEY (id))',
    "INSERT INTO goose_db_version (version_id, is_applied, tstamp) VALUES (0, 1, '2024-01-01'), (1, 1, '2024-01-02 03:04:05'), (2, 1, '2024-01-03'), (2, 0, '2024-01-04'), (3, 0, '2024-01-05'), (3, 1, '2024-01-06')",
  ],
  dbmate: [
    'CREATE TABLE schema_migrations (version varchar(255) primary key)',
    "INSERT INTO schema_migrations VALUES ('20240101'), ('20240102')",
  ],
  flyway: [
    'CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL, version VARCHAR(50), description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INT, installed_by VARCHAR(100) NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, execution_time INT NOT NULL, success BOOL NOT NULL, CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank))',
    "INSERT INTO flyway_schema_history VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', -5, 'mia', '2024-01-02 03:04:05', 7, 1), (2, '1.1', 'b', 'SQL', 'V1_1__b.sql', 6, 'jan', '2024-01-03', 7, 0), (3, NULL, 'r', 'SQL', 'R__r.sql', 6, 'jan', '2024-01-03', 7, 1)",
  ],
  liquibase: [
    'CREATE TABLE DATABASECHANGELOG (ID VARCHAR(255) NOT NULL, AUTHOR VARCHAR(255) NOT NULL, FILENAME VARCHAR(255) NOT NULL, DATEEXECUTED datetime NOT NULL, ORDEREXECUTED INT NOT NULL, EXECTYPE VARCHAR(10) NOT NULL, MD5SUM VARCHAR(35), DESCRIPTION VARCHAR(255), COMMENTS VARCHAR(255), TAG VARCHAR(255), LIQUIBASE VARCHAR(20), CONTEXTS VARCHAR(255), LABELS VARCHAR(255), DEPLOYMENT_ID VARCHAR(10))',
    "INSERT INTO DATABASECHANGELOG (ID, AUTHOR, FILENAME, DATEEXECUTED, ORDEREXECUTED, EXECTYPE) VALUES ('2', 'jan', 'b.sql', '2024-01-03', 2, 'FAILED'), ('1', 'mia', 'a.sql', '2024-01-02 03:04:05', 1, 'EXECUTED')",
  ],
};
const none = { at: null, by: null, failed: null, checksum: null };
const READ: Readonly<Record<Tool, readonly object[]>> = {
  'golang-migrate': [{ ...none, version: '20240101120000' }],
  goose: [
    { ...none, version: '1', at: '2024-01-02T03:04:05' },
    { ...none, version: '3', at: '2024-01-06T00:00:00' },
  ],
  dbmate: [
    { ...none, version: '20240101' },
    { ...none, version: '20240102' },
  ],
  flyway: [
    { version: '1', at: '2024-01-02T03:04:05', by: 'mia', failed: null, checksum: '-5' },
    { version: '1.1', at: '2024-01-03T00:00:00', by: 'jan', failed: 'it failed', checksum: '6' },
    { version: '', at: '2024-01-03T00:00:00', by: 'jan', failed: expect.stringContaining('repeated'), checksum: '6' },
  ],
  liquibase: [
    { ...none, version: '1::mia', at: '2024-01-02T03:04:05', by: 'mia' },
    { ...none, version: '2::jan', at: '2024-01-03T00:00:00', by: 'jan', failed: 'it is FAILED' },
  ],
};

const files = parseMigrations(
  [
    ['0001_a.sql', 'CREATE TABLE a (id INT PRIMARY KEY);'],
    ['0002_b.sql', '-- shiplock: phase=contract\nALTER TABLE a ADD COLUMN v INT; INSERT INTO a VALUES (1, 2);'],
    ['0003_c.sql', 'CREATE TABLE c (id INT PRIMARY KEY);'],
  ].map(([name = '', text]) => ({ name, bytes: new TextEncoder().encode(text) })),
  'm',
).migrations;

describeOnEach('a database of another tool', (one) => {
  beforeAll(async () => {
    family = one;
    server = await family.start();
  });
  afterAll(() => server?.stop());

  it('its history is read, of every tool', async () => {
    for (const tool of ['golang-migrate', 'goose', 'dbmate', 'flyway', 'liquibase'] as const) {
      for (const sql of TABLES[tool]) await admin.query(sql);
      expect([tool, await database.history(tool)]).toEqual([tool, READ[tool]]);
      await admin.query(`DROP TABLE ${/CREATE TABLE (\w+)/.exec(TABLES[tool][0] ?? '')?.[1]}`);
    }
    await admin.query('CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null)');
    await admin.query('INSERT INTO schema_migrations VALUES (7, 1)');
    expect(await database.history('golang-migrate')).toEqual([
      { ...none, version: '7', failed: 'it is marked dirty: it failed half-way' },
    ]);
  });

  it('files are taken for applied with when and who, and nothing of them is run', async () => {
    await admin.query('CREATE TABLE a (id INT PRIMARY KEY, v INT)');
    const structure = await database.structure();
    const baseline = files.slice(0, 2).map((migration) => ({ migration, at: '2024-01-02T03:04:05', by: 'goose: mia' }));
    const options = { database, baseline, structure, lockWaitTimeoutMs: 1000, statementTimeoutMs: 20_000 };
    expect(await perform(adoptStep({ ...options, structure: 'of another time' }), w)).toMatchObject({
      kind: 'refused',
      problems: [{ code: 'migrate.adopt-changed' }],
    });
    expect(await perform(adoptStep(options), w)).toMatchObject({ kind: 'done' });
    // Killed in between, the run is begun again.
    expect(await perform(adoptStep(options), w)).toMatchObject({ kind: 'nothing' });
    await perform(acceptStep(options), w);
    const [rows] = await admin.query(
      'SELECT id, position, state, applied_by, applied_at FROM shiplock_migrations ORDER BY position',
    );
    const at = new Date('2024-01-02T03:04:05');
    expect(rows).toEqual([
      { id: '0001_a', position: 1, state: 'applied', applied_by: 'goose: mia', applied_at: at },
      { id: '0002_b', position: 2, state: 'applied', applied_by: 'goose: mia', applied_at: at },
    ]);
    expect(await admin.query('SELECT COUNT(*) AS n FROM a').then(([found]) => found)).toEqual([{ n: 0 }]);
    const { applied } = await database.look();
    expect(migrationStatus(applied, files, await database.bothStructures())).toMatchObject({
      ...{ state: 'pending', schema: '0002_b', live: [], files: [] },
      pending: [{ id: '0003_c', phase: 'expand', running: false }],
    });
    expect(await perform(adoptStep({ ...options, baseline: baseline.slice(0, 1) }), w)).toMatchObject({
      kind: 'refused',
      problems: [{ code: 'migrate.adopt-applied' }],
    });
  });
});
