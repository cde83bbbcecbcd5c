import type { Connection, ConnectionOptions } from 'mysql2/promise';
import type { DatabaseTrust } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { wishOfGo, wishOfUrl, withTrust } from './sql-trust.ts';

/**
 * `mysql://user:password@host:port/database?ssl-mode=…&ssl-ca=…` or the form of Go's driver, `user:password@tcp(host:port)/database?tls=…`.
 * @param trust that of `database.tls`: with it every connection over the network is encrypted and verified
 * @throws ProblemError `effect.sql-dsn`, `effect.sql-tls`, `effect.sql-roots`
 */
export function parseDsn(dsn: string, trust?: DatabaseTrust): ConnectionOptions {
  const go = /^(?:([^:@/]*)(?::(.*))?@)?(tcp|unix)\(([^)]*)\)\/([^?]*)(?:\?(.*))?/.exec(dsn);
  if (go !== null) {
    const [, user = '', password = '', net, address = '', database = '', parameters = ''] = go;
    const account = { user, password, ...(database === '' ? {} : { database }) };
    if (net === 'unix') return { ...account, socketPath: address };
    const colon = address.lastIndexOf(':');
    const place =
      colon < 0
        ? { host: address, port: 3306 }
        : { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
    return withTrust({ ...account, ...place }, wishOfGo(new URLSearchParams(parameters), trust), trust);
  }
  const url = URL.parse(dsn);
  if (url?.protocol !== 'mysql:') {
    throw new ProblemError({
      code: 'effect.sql-dsn',
      where: 'the connection string of an SQL effect',
      found: 'another form',
      expected: 'mysql://user:password@host:port/database or user:password@tcp(host:port)/database',
      remedy: 'write the connection string (or the secret it refers to) in one of these forms',
    });
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  const options = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ...(database === '' ? {} : { database }),
  };
  return withTrust(options, wishOfUrl(url.searchParams), trust);
}

/** Loaded only when an SQL effect is there: the driver takes longer to load than everything else together. */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const { createConnection } = await import('mysql2/promise');
  // A server that vanishes in the middle of a long statement is noticed after 40 s, not after the two hours of the system.
  const connection = await createConnection({ keepAliveInitialDelay: 30_000, ...options });
  // A connection that is closed while nothing is asked says so here; whoever asks next is told as well.
  connection.on('error', () => undefined);
  return connection;
}
