import mysql from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatabaseServer } from '../../scripts/components/database.ts';
import { startMariadb } from '../../scripts/components/mariadb.ts';
import { bench } from '../support/engine.ts';
import { applyFiles } from '../support/migrate-apply.ts';

/** Passwords that are words which a run writes down by itself, on the real database: what is masked changes nothing of what is done. */

/** Words of the journal, of its values, of SQL, of names in this very run, and parts of them. */
const WORDS = [
  ...['secret', 'done', 'load', 'migrate', 'test'],
  ...['orders', 'ALTER', '127.0.0.1', 'production', '0001'],
];

let server: DatabaseServer;
let root: mysql.Connection;
beforeAll(async () => {
  server = await startMariadb();
  root = await mysql.createConnection({ ...server.root() });
});
afterAll(async () => {
  await root?.end();
  await server?.stop();
});

test.each(WORDS)('%s', async (password) => {
  using on = bench();
  const access = await server.createDatabase(`shop_${WORDS.indexOf(password)}`);
  await root.query('CREATE OR REPLACE USER plain@"127.0.0.1" IDENTIFIED BY ?', [password]);
  await root.query(`GRANT ALL ON ${access.database}.* TO plain@"127.0.0.1"`);
  const applying = {
    ...({ access: { ...access, user: 'plain', password }, engine: 'mariadb', store: on.store } as const),
    files: [
      'CREATE TABLE orders (id INT PRIMARY KEY);',
      'INSERT INTO orders VALUES (1);',
      'ALTER TABLE orders ADD COLUMN done VARCHAR(20) NULL;',
    ],
  };
  const first = await applyFiles(applying);
  expect([first.result.outcome, first.result.problems]).toEqual(['done', []]);
  // Another run sees what that one has done.
  const second = await applyFiles({ ...applying, run: 'run-2' });
  expect([second.result.outcome, second.result.problems]).toEqual(['done', []]);
  const [rows] = await root.query(`SELECT id, done FROM ${access.database}.orders`);
  expect(rows).toEqual([{ id: 1, done: null }]);
});
