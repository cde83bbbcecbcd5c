import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { type DatabaseServer, mysqlUrl } from '../../../scripts/components/database.ts';
import { parseDsn } from '../../../src/procedure/effects/sql-connect.ts';
import { mariadb, type TestFamily } from '../families.ts';
import type { Setup } from './world.ts';

/** A database with an account whose password is to be exchanged, and a service `api` that is connected with it. */

export const FIRST_PASSWORD = 'first-password-of-the-application';
const HOLDER = join(import.meta.dirname, 'holder.ts');

export interface RotateSetup extends Setup {
  /** The server, once its configuration was asked for. */
  server(): DatabaseServer;
}

export function rotateSetup(family: TestFamily = mariadb): RotateSetup {
  let found: DatabaseServer | undefined;
  const server = (): DatabaseServer => {
    if (found === undefined) throw new Error('no server yet');
    return found;
  };
  return {
    server,
    async config(dir) {
      found = await family.start({});
      const connection = await mysql.createConnection(found.root());
      const how =
        family.engine === 'mysql'
          ? `IDENTIFIED WITH caching_sha2_password BY '${FIRST_PASSWORD}'`
          : `IDENTIFIED BY '${FIRST_PASSWORD}'`;
      for (const text of [
        'CREATE DATABASE shop',
        `CREATE USER shop_app@'127.0.0.1' ${how}`,
        "GRANT SELECT ON shop.* TO shop_app@'127.0.0.1'",
      ])
        await connection.query(text);
      await connection.end();
      const first = { ...found.root('shop'), user: 'shop_app', password: FIRST_PASSWORD };
      mkdirSync(join(dir, 'migrations'));
      writeFileSync(join(dir, 'app.dsn'), `${mysqlUrl(first)}\n`, { mode: 0o640 });
      return `    database:
      engine: ${family.engine}
      migrations: migrations
      dsn: mysql://root@127.0.0.1:${found.port}/shop
      accounts:
        schema: shop
        application: { user: shop_app, from: 127.0.0.1, dsn: { secret: 'file:${dir}/app.dsn' } }
`;
    },
    async begin(world) {
      const script = join(world.dir, 'service.sh');
      const hold = `if [ "$2" = api ]; then setsid ${process.execPath} ${HOLDER} "$dir/app.dsn" >"$dir/api.said" 2>&1 </dev/null & else setsid sleep 600 >/dev/null 2>&1 </dev/null & fi`;
      writeFileSync(
        script,
        readFileSync(script, 'utf8').replace('setsid sleep 600 >/dev/null 2>&1 </dev/null &', () => hold),
      );
      await world.service('start', 'api');
      await connected(server(), 1);
      writeFileSync(join(world.dir, 'log'), '');
      return { [Symbol.asyncDispose]: () => server().stop() };
    },
    endState: async ({ dir }) => ({
      first: await letsIn(server(), FIRST_PASSWORD),
      own: await letsIn(server(), await ownPassword(dir)),
      changed: (await ownPassword(dir)) !== FIRST_PASSWORD,
      files: readdirSync(dir).filter((name) => name.startsWith('app.dsn')),
      connections: await connected(server(), 1),
    }),
  };
}

export async function ownPassword(dir: string): Promise<string> {
  return parseDsn((await readFile(join(dir, 'app.dsn'), 'utf8')).trim()).password ?? '';
}

export function letsIn(server: DatabaseServer, password: string): Promise<boolean> {
  return mysql.createConnection({ ...server.root('shop'), user: 'shop_app', password }).then(
    async (connection) => {
      await connection.end();
      return true;
    },
    () => false,
  );
}

/** How many connections the account has, waited for as long as they are others. */
async function connected(server: DatabaseServer, wanted: number): Promise<number> {
  const connection = await mysql.createConnection(server.root());
  try {
    let open = -1;
    for (let tries = 0; tries < 200 && open !== wanted; tries++) {
      const [rows] = await connection.query<mysql.RowDataPacket[]>(
        "SELECT COUNT(*) AS open FROM information_schema.PROCESSLIST WHERE USER = 'shop_app'",
      );
      open = Number(rows[0]?.['open']);
      if (open !== wanted) await new Promise((done) => setTimeout(done, 50));
    }
    return open;
  } finally {
    await connection.end();
  }
}
