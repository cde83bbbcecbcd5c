import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { cacheDir, makeOnce } from '../cache.ts';
import { firstThatWorks, mysqlSources } from '../setup/mysql.ts';
import { type DatabaseOptions, type DatabaseServer, FOLD_NAMES, type Recipe, startDatabase } from './database.ts';
import { helper } from './supervise.ts';

/**
 * Starts a MySQL server with an empty database and no configuration but what stands here. The program comes from the first source
 * that has one which works; an initialised data directory is kept in the cache per server version and copied.
 * @throws Error that says for each source why there is no MySQL from it
 */
export async function startMysql(options: DatabaseOptions = {}): Promise<DatabaseServer> {
  const recipe = await mysqlRecipe();
  if (options.foldNames !== true) return startDatabase(recipe, options);
  return startDatabase({ ...recipe, template: await template(recipe.server, FOLD_NAMES) }, options);
}

let found: Promise<Recipe> | undefined;

/** The server and its initialised data directory, fetched and made when they are not there. Looked for once per process. */
export function mysqlRecipe(): Promise<Recipe> {
  // A program that only tells its version may still not work here (rights, libraries): initialising is the test.
  found ??= firstThatWorks(mysqlSources, async (server) => {
    return { name: 'mysql', server, template: await template(server), args: smallAndQuick };
  });
  return found;
}

// The least that the server accepts; without it, a hundred megabytes would be copied at each start.
const smallLog = '--innodb-redo-log-capacity=8M';
const smallAndQuick = [
  smallLog,
  '--innodb-doublewrite=OFF',
  '--skip-log-bin',
  '--mysqlx=OFF',
  '--secure-file-priv=NULL',
  '--init-file=loopback.sql',
];

// With --skip-name-resolve, root@localhost is only who comes through the socket. Accounts cannot be made while the data directory is
// initialised, so the server runs this file of its data directory at each start.
const initialise = `"$2" --no-defaults --initialize-insecure --datadir="$1" --user="$3" ${smallLog} --skip-log-bin $4
rm -f "$1/auto.cnf"
cat > "$1/loopback.sql" << 'SQL'
CREATE USER IF NOT EXISTS root@'127.0.0.1';
GRANT ALL PRIVILEGES ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
SQL`;

async function template(server: string, more = ''): Promise<string> {
  const version = await helper([server, '--version'], `${server} does not say its version`);
  const key = `${server}${version}${initialise}${more}${userInfo().uid}`;
  const id = createHash('sha256').update(key).digest('hex').slice(0, 12);
  return makeOnce({ target: cacheDir('mysql', id), script: initialise, args: [server, userInfo().username, more] });
}
