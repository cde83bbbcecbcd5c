import { readFile } from 'node:fs/promises';
import mysql from 'mysql2/promise';
import { parseDsn } from '../../../src/procedure/effects/sql-connect.ts';

/** A service that reads its connection string when it starts and keeps one connection: `holder.ts FILE`. It ends when the server ends the connection. */

const [file = ''] = process.argv.slice(2);
const connection = await mysql.createConnection(parseDsn((await readFile(file, 'utf8')).trim()));
connection.on('error', () => process.exit(1));
for (;;) {
  await connection.query('SELECT 1');
  await new Promise((done) => setTimeout(done, 500));
}
