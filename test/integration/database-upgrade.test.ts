import mysql from 'mysql2/promise';
import { expect, it } from 'vitest';
import { mysqlUrl } from '../../scripts/components/database.ts';
import {
  brokenSystemTables,
  contentProblems,
  lookAtServer,
  readContent,
  usersOf,
  versionOf,
} from '../../src/database/index.ts';
import { openDsnSession, resolveDsn } from '../../src/migrate/index.ts';
import { createSecrets } from '../../src/procedure/masking/secrets.ts';
import { describeOnEach } from '../support/databases.ts';

/** What both families say of themselves before and after an upgrade, to an account with the rights that docs/upgrades.md names. */

const RIGHTS = {
  mariadb: 'SELECT, PROCESS, TRIGGER, EVENT, SUPER, REPLICA MONITOR',
  mysql: 'SELECT, PROCESS, TRIGGER, EVENT, SYSTEM_VARIABLES_ADMIN, XA_RECOVER_ADMIN, REPLICATION CLIENT, SHOW_ROUTINE',
} as const;
const SCHEMA = [
  'CREATE DATABASE shop',
  "CREATE TABLE shop.orders (id INT PRIMARY KEY, state ENUM('new', 'paid') NOT NULL, KEY of_state (state))",
  "INSERT INTO shop.orders VALUES (1, 'new'), (2, 'paid')",
  'CREATE TABLE shop.empty (id INT PRIMARY KEY)',
  'CREATE VIEW shop.paid AS SELECT id FROM shop.orders',
  'CREATE TRIGGER shop.before_orders BEFORE INSERT ON shop.orders FOR EACH ROW SET NEW.id = NEW.id + 10',
  'CREATE PROCEDURE shop.clean() DELETE FROM shop.empty',
  'CREATE EVENT shop.daily ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM shop.empty',
];

describeOnEach('a server before and after', (family) => {
  it('is looked at, and what was changed in it is found', async () => {
    await using server = await family.start();
    const root = server.root('mysql');
    const admin = await mysql.createConnection(root);
    for (const sql of SCHEMA) await admin.query(sql);
    await admin.query("CREATE USER ops@'127.0.0.1' IDENTIFIED BY 'ops-Pa55-word'");
    await admin.query(`GRANT ${RIGHTS[family.engine]} ON *.* TO ops@'127.0.0.1'`);
    await admin.changeUser({ database: 'shop' });
    const dsn = mysqlUrl({ ...root, user: 'ops', password: 'ops-Pa55-word' });
    const session = await openDsnSession(resolveDsn(dsn, createSecrets({ env: {} })), 5_000);
    try {
      await session.tell('SET SESSION lock_wait_timeout = 1');
      await admin.query("XA START 'lost'");
      await admin.query('INSERT INTO shop.empty VALUES (7)');
      await admin.query("XA END 'lost'");
      await admin.query("XA PREPARE 'lost'");
      const look = await lookAtServer(session.ask, family.engine);
      expect(look).toMatchObject({ forceRecovery: 0, replicatesFrom: [], readers: 0, prepared: ['lost'], flagged: [] });
      // MySQL keeps what a prepared transaction has written from everybody else, the question too.
      expect(look.busy).toEqual(family.engine === 'mysql' ? ['shop.empty'] : []);
      expect(look.dataDirectory).toMatch(/^\/.*[^/]$/);
      expect(look.socket).toMatch(/^\//);
      expect(look.redoBytes).toBeGreaterThan(1_000_000);
      expect(look.version).toBe(await versionOf(session.ask));
      expect(await usersOf(session.ask)).toEqual([expect.stringMatching(/^root@\S+ in shop$/)]);
      expect(await brokenSystemTables(session.ask)).toEqual([]);
      await admin.query("XA ROLLBACK 'lost'");

      const before = await readContent(session.ask, () => undefined);
      expect(before.rows).toEqual({ 'shop.orders': 2, 'shop.empty': 0 });
      expect(Object.keys(before.forms)).toEqual(
        expect.arrayContaining(['shop.orders', 'shop.paid', 'shop.clean()', 'shop.daily (event)']),
      );
      expect(contentProblems(before, await readContent(session.ask, () => undefined), 'db', '')).toEqual([]);

      await admin.query('SET GLOBAL event_scheduler = OFF');
      for (const [sql, name] of [
        ['DELETE FROM shop.orders WHERE id = 2', 'shop.orders: 1 rows, 2 before'],
        [
          "ALTER TABLE shop.orders MODIFY state ENUM('new', 'paid', 'sent') NOT NULL",
          'shop.orders: it has another form',
        ],
        ['DROP TRIGGER shop.before_orders', 'shop.orders: it has another form'],
        ['DROP PROCEDURE shop.clean', 'shop.clean(): it is gone'],
        ['DROP EVENT shop.daily', 'shop.daily (event): it is gone'],
        ['ALTER TABLE shop.empty ADD KEY (id)', 'shop.empty: it has another form'],
      ] as const) {
        const was = await readContent(session.ask, () => undefined);
        await admin.query(sql);
        expect(contentProblems(was, await readContent(session.ask, () => undefined), 'db', '')[0]?.found).toBe(name);
      }
    } finally {
      await session.close();
      await admin.end();
    }
  });
});
