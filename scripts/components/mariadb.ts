import { createHash, randomBytes } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { cacheDir, exists, makeOnce } from '../cache.ts';
import { freePort } from './ports.ts';
import { type Component, helper, homeFor, startComponent } from './supervise.ts';

export interface MariadbOptions {
  readonly dir?: string;
  /** Write every statement that arrives to `generalLogPath`. */
  readonly generalLog?: boolean;
  /** More server arguments, such as `--log-bin`. */
  readonly args?: readonly string[];
}

/** Where one database is and who may use it. */
export interface DatabaseAccess {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

export interface Mariadb extends Component {
  readonly port: number;
  readonly socketPath: string;
  /** The general log, or null when it was not asked for. */
  readonly generalLogPath: string | null;
  /** The administrator (`root`, no password, from loopback only) on a database; default `mysql`. */
  root(database?: string): DatabaseAccess;
  /** Makes a database (utf8mb4) and a user of the same name with all rights on it and no others. */
  createDatabase(name: string): Promise<DatabaseAccess>;
}

/** The access as Go's MySQL driver wants it: user:password@tcp(host:port)/database. */
export function goDsn(access: DatabaseAccess): string {
  return `${access.user}:${access.password}@tcp(${access.host}:${access.port})/${access.database}`;
}

/** The access as a URL: mysql://user:password@host:port/database. */
export function mysqlUrl(access: DatabaseAccess): string {
  const { user, password, host, port, database } = access;
  return `mysql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
}

/**
 * Starts a MariaDB server with an empty database and no configuration but what stands here. An initialised data directory
 * is kept in the cache per server version and copied, so that a start takes well under two seconds.
 */
export async function startMariadb(options: MariadbOptions = {}): Promise<Mariadb> {
  const home = await homeFor('mariadb', options.dir);
  const port = await freePort();
  const data = join(home.dir, 'data');
  if (!(await exists(data))) await cp(await template(), data, { recursive: true, preserveTimestamps: true });
  const socketPath = join(home.dir, 'mariadb.sock');
  const generalLogPath = options.generalLog === true ? join(home.dir, 'general.log') : null;
  const argv = [server, '--no-defaults', `--datadir=${data}`, `--socket=${socketPath}`, `--port=${port}`];
  argv.push('--bind-address=127.0.0.1', `--pid-file=${join(home.dir, 'mariadb.pid')}`, `--user=${userInfo().username}`);
  argv.push('--skip-name-resolve', '--character-set-server=utf8mb4', '--max-connections=400', ...smallAndQuick);
  if (generalLogPath !== null) argv.push('--general-log=1', `--general-log-file=${generalLogPath}`);
  argv.push(...(options.args ?? []));

  const root = (database = 'mysql'): DatabaseAccess => ({
    host: '127.0.0.1',
    port,
    database,
    user: 'root',
    password: '',
  });
  const ready = (): Promise<boolean> => query(root(), ['SELECT 1']).then(() => true);
  const component = await startComponent({ name: 'mariadb', argv, home, ready, graceMs: 20_000 });
  const createDatabase = async (name: string): Promise<DatabaseAccess> => {
    if (!/^[a-z][a-z0-9_]{0,30}$/.test(name))
      throw new Error(`"${name}" cannot be a database name: use a-z, 0-9 and _`);
    const password = randomBytes(12).toString('hex');
    await query(root(), [
      `CREATE DATABASE ${name} CHARACTER SET utf8mb4`,
      `CREATE USER ${name}@'127.0.0.1' IDENTIFIED BY '${password}'`,
      `GRANT ALL PRIVILEGES ON ${name}.* TO ${name}@'127.0.0.1'`,
    ]);
    return { ...root(name), user: name, password };
  };
  return { ...component, port, socketPath, generalLogPath, root, createDatabase };
}

const server = 'mariadbd';
const smallLog = '--innodb-log-file-size=16M';
const smallAndQuick = [
  smallLog,
  '--innodb-buffer-pool-size=64M',
  '--innodb-flush-log-at-trx-commit=2',
  '--skip-innodb-doublewrite',
  '--performance-schema=OFF',
  '--key-buffer-size=1M',
  '--aria-pagecache-buffer-size=8M',
];

// --force: do not look up this machine's name, which nothing here uses and a bare machine may not know.
const initialise = `mariadb-install-db --no-defaults --force --datadir="$1" --user="$2" ${smallLog} --skip-test-db \\
  --skip-name-resolve --auth-root-authentication-method=normal`;

async function template(): Promise<string> {
  const version = await helper([server, '--version'], `${server} does not say its version`);
  const id = createHash('sha256').update(`${version}${initialise}${userInfo().uid}`).digest('hex').slice(0, 12);
  return makeOnce({ target: cacheDir('mariadb', id), script: initialise, args: [userInfo().username] });
}

async function query(access: DatabaseAccess, statements: readonly string[]): Promise<void> {
  const connection = await mysql.createConnection({ ...access, connectTimeout: 2000 });
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    await connection.end();
  }
}
