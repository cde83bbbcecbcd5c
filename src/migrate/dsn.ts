import { bad, ok, type Result } from '../model/problem.ts';

/** Where a database is and who uses it. */
export interface Dsn {
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

const DEFAULT_PORT = 3306;

/**
 * Parses `mysql://user:password@host:port/database` (or `mariadb://`), and the form of Go's driver,
 * `user:password@tcp(host:port)/database`, so that one secret can serve both. Parameters after `?` are ignored here.
 * The problem never shows the text: it may hold a password.
 */
export function parseDsn(text: string, where: string): Result<Dsn> {
  return (/^(mysql|mariadb):\/\//.test(text) ? fromUrl(text) : fromGo(text)) ?? refused(where);
}

/** Name of the database as a fenced resource; without user and password. */
export function resourceOf(dsn: Dsn): string {
  return `mysql:${dsn.host}:${dsn.port}/${dsn.database}`;
}

function fromUrl(text: string): Result<Dsn> | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const database = decoded(url.pathname.slice(1));
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (database === undefined || user === undefined || password === undefined) return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return checked({ user, password, host, port: url.port === '' ? DEFAULT_PORT : Number(url.port), database });
}

function fromGo(text: string): Result<Dsn> | undefined {
  const match = /^([^:@]*)(?::(.*))?@tcp\(([^)]*?)(?::(\d+))?\)\/([^/?]*)(?:\?.*)?$/s.exec(text);
  if (match === null) return undefined;
  const [, user = '', password = '', host = '', port, database = ''] = match;
  return checked({
    user,
    password,
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: port === undefined ? DEFAULT_PORT : Number(port),
    database: decoded(database) ?? '',
  });
}

function checked(dsn: Dsn): Result<Dsn> | undefined {
  const complete = dsn.user !== '' && dsn.host !== '' && dsn.database !== '' && !dsn.database.includes('/');
  return complete && dsn.port > 0 && dsn.port < 65_536 ? ok(dsn) : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function refused(where: string): Result<Dsn> {
  return bad({
    code: 'migrate.dsn',
    where,
    found: 'a connection string that cannot be read (not shown: it may hold a password)',
    expected: 'mysql://user:password@host:port/database',
    remedy: 'write it in that form; percent-encode special characters of the password',
  });
}
