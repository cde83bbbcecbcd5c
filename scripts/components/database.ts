import { randomBytes } from 'node:crypto';
import { cp, mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { exists } from '../cache.ts';
import { freePort } from './ports.ts';
import { type Component, homeFor, startComponent } from './supervise.ts';

/** What MariaDB and MySQL have in common: how a server is started, who may use it, and how it is addressed. */

export interface DatabaseOptions {
  readonly dir?: string;
  /** Write every statement that arrives to `generalLogPath`. */
  readonly generalLog?: boolean;
  /** More server arguments, such as `--log-bin`. */
  readonly args?: readonly string[];
  /** `lower_case_table_names=1`: names of tables are kept in small letters. MySQL must know it when its data directory is made. */
  readonly foldNames?: boolean;
}

/** Where one database is and who may use it. */
export interface DatabaseAccess {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

export interface DatabaseServer extends Component {
  readonly port: number;
  readonly socketPath: string;
  /** The general log, or null when it was not asked for. */
  readonly generalLogPath: string | null;
  /** The administrator (`root`, no password, from loopback only) on a database; default `mysql`. */
  root(database?: string): DatabaseAccess;
  /** Makes a database (utf8mb4) and a user of the same name with all rights on it and no others. */
  createDatabase(name: string): Promise<DatabaseAccess>;
}

/** How one family's server is started. */
export interface Recipe {
  readonly name: 'mariadb' | 'mysql';
  /** The server program: a name on PATH, or a file. */
  readonly server: string;
  /** An initialised data directory in the cache; each server gets a copy. */
  readonly template: string;
  /** Arguments that the other family does not know. */
  readonly args: readonly string[];
}

/** The access as Go's MySQL driver wants it: user:password@tcp(host:port)/database. */
export function goDsn(access: DatabaseAccess): string {
  return `${access.user}:${access.password}@tcp(${access.host}:${access.port})/${access.database}`;
}

/** The access as a URL: mysql://user:password@host:port/database. */
export function mysqlUrl(access: DatabaseAccess): string {
  const { user, password, host, port, database } = access;
  return `mysql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(database)}`;
}

export const FOLD_NAMES = '--lower-case-table-names=1';

const smallAndQuick = [
  '--innodb-buffer-pool-size=64M',
  '--innodb-flush-log-at-trx-commit=2',
  '--performance-schema=OFF',
  '--key-buffer-size=1M',
];

/** Starts a server with an empty database and no configuration but what the recipe and the options say. */
export async function startDatabase(recipe: Recipe, options: DatabaseOptions): Promise<DatabaseServer> {
  const { name } = recipe;
  const home = await homeFor(name, options.dir);
  const port = await freePort();
  const data = join(home.dir, 'data');
  if (!(await exists(data))) await cp(recipe.template, data, { recursive: true, preserveTimestamps: true });
  // Servers in several namespaces have the same process ids, after which they name their temporary tables.
  const temporary = join(home.dir, 'tmp');
  await mkdir(temporary, { recursive: true });
  const socketPath = join(home.dir, `${name}.sock`);
  const generalLogPath = options.generalLog === true ? join(home.dir, 'general.log') : null;
  const argv = [recipe.server, '--no-defaults', `--datadir=${data}`, `--socket=${socketPath}`, `--port=${port}`];
  argv.push(`--tmpdir=${temporary}`);
  argv.push('--bind-address=127.0.0.1', `--pid-file=${join(home.dir, `${name}.pid`)}`, `--user=${userInfo().username}`);
  argv.push('--skip-name-resolve', '--character-set-server=utf8mb4', '--max-connections=400', ...smallAndQuick);
  argv.push(...recipe.args);
  if (generalLogPath !== null) argv.push('--general-log=1', `--general-log-file=${generalLogPath}`);
  if (options.foldNames === true) argv.push(FOLD_NAMES);
  argv.push(...(options.args ?? []));

  const root = (database = 'mysql'): DatabaseAccess => ({
    host: '127.0.0.1',
    port,
    database,
    user: 'root',
    password: '',
  });
  const ready = (): Promise<boolean> => query(root(), ['SELECT 1'], 2000).then(() => true);
  const component = await startComponent({ name, argv, home, ready, graceMs: 20_000, deadlineMs: 120_000 });
  const createDatabase = async (database: string): Promise<DatabaseAccess> => {
    if (!/^[a-z][a-z0-9_]{0,30}$/.test(database))
      throw new Error(`"${database}" cannot be a database name: use a-z, 0-9 and _`);
    const password = randomBytes(12).toString('hex');
    await query(root(), [
      `CREATE DATABASE ${database} CHARACTER SET utf8mb4`,
      `CREATE USER ${database}@'127.0.0.1' IDENTIFIED BY '${password}'`,
      `GRANT ALL PRIVILEGES ON ${database}.* TO ${database}@'127.0.0.1'`,
    ]);
    return { ...root(database), user: database, password };
  };
  return { ...component, port, socketPath, generalLogPath, root, createDatabase };
}

async function query(access: DatabaseAccess, statements: readonly string[], connectTimeout = 30_000): Promise<void> {
  const connection = await mysql.createConnection({ ...access, connectTimeout });
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    await connection.end();
  }
}
