import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { cacheDir, makeOnce } from '../cache.ts';
import { type DatabaseOptions, type DatabaseServer, startDatabase } from './database.ts';
import { helper } from './supervise.ts';

export { type DatabaseAccess, goDsn, mysqlUrl } from './database.ts';

export type MariadbOptions = DatabaseOptions;
export type Mariadb = DatabaseServer;

/**
 * Starts a MariaDB server with an empty database and no configuration but what stands here. An initialised data directory
 * is kept in the cache per server version and copied, so that a start takes well under two seconds.
 */
export async function startMariadb(options: MariadbOptions = {}): Promise<Mariadb> {
  return startDatabase({ name: 'mariadb', server, template: await template(), args: smallAndQuick }, options);
}

const server = 'mariadbd';
const smallLog = '--innodb-log-file-size=16M';
const smallAndQuick = [smallLog, '--skip-innodb-doublewrite', '--aria-pagecache-buffer-size=8M'];

// --force: do not look up this machine's name, which nothing here uses and a bare machine may not know.
const initialise = `mariadb-install-db --no-defaults --force --datadir="$1" --user="$2" ${smallLog} --skip-test-db \\
  --skip-name-resolve --auth-root-authentication-method=normal`;

async function template(): Promise<string> {
  const version = await helper([server, '--version'], `${server} does not say its version`);
  const id = createHash('sha256').update(`${version}${initialise}${userInfo().uid}`).digest('hex').slice(0, 12);
  return makeOnce({ target: cacheDir('mariadb', id), script: initialise, args: [userInfo().username] });
}
