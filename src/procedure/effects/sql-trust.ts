import { readFileSync } from 'node:fs';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import type { ConnectionOptions } from 'mysql2/promise';
import type { DatabaseTrust } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';

/**
 * Whether a connection to a database is encrypted, and whom it trusts. There are two ways only: in the clear, or with the certificate and the name of
 * the server verified before anything is sent. Encrypted without looking who answers is refused: it looks safe and is not.
 */

/** What the parameters of a connection string say; `roots` are those of a file that it names, PEM. */
export type Wish =
  | { readonly kind: 'unsaid' }
  | { readonly kind: 'clear' }
  | { readonly kind: 'verified'; readonly roots: string | null };

/** Names of MySQL's own connection strings: `ssl-mode` and `ssl-ca`. @throws ProblemError `effect.sql-tls` */
export function wishOfUrl(parameters: URLSearchParams): Wish {
  const mode = parameters.get('ssl-mode')?.toUpperCase() ?? null;
  const file = parameters.get('ssl-ca');
  if (mode === null && file === null) return { kind: 'unsaid' };
  if (mode === 'DISABLED' && file === null) return { kind: 'clear' };
  if (mode !== null && mode !== 'VERIFY_IDENTITY') {
    throw refused(
      `ssl-mode=${mode.slice(0, 40)}${file === null ? '' : ' beside ssl-ca'}`,
      'ssl-mode=VERIFY_IDENTITY, or DISABLED without ssl-ca',
    );
  }
  return { kind: 'verified', roots: file === null ? null : rootsOf(file) };
}

/**
 * Go's driver has `tls=true` (verified), `false`, or the name of settings that its program has registered, which are the roots of `database.tls` here.
 * @throws ProblemError `effect.sql-tls`
 */
export function wishOfGo(parameters: URLSearchParams, trust: DatabaseTrust | undefined): Wish {
  const tls = parameters.get('tls');
  if (tls === null) return { kind: 'unsaid' };
  if (/^(?:false|0)$/i.test(tls)) return { kind: 'clear' };
  if (/^(?:true|1)$/i.test(tls)) return { kind: 'verified', roots: null };
  if (/^(?:skip-verify|preferred)$/i.test(tls)) {
    throw refused(`tls=${tls}`, 'tls=true, or the name of registered settings');
  }
  if (trust === undefined) throw refused('tls= with the name of settings of another program', '`database.tls.ca`');
  return { kind: 'verified', roots: null };
}

/**
 * The connection as it is opened.
 * @param trust that of `database.tls`: with it every connection over the network is verified
 * @throws ProblemError `effect.sql-tls` where the connection string asks for a connection in the clear all the same
 */
export function withTrust(options: ConnectionOptions, wish: Wish, trust: DatabaseTrust | undefined): ConnectionOptions {
  const { host = '127.0.0.1', port = 3306, socketPath } = options;
  // Nothing passes a network.
  if (socketPath !== undefined) return options;
  if (trust?.kind === 'here') {
    if (!LOOPBACK.has(host)) throw refused('another machine', 'a server of this machine, over loopback or its socket');
    return { ...options, ssl: { rejectUnauthorized: false } };
  }
  if (wish.kind === 'clear' && trust !== undefined) {
    throw refused('a connection string without TLS', 'TLS: `database.tls` names the roots that connections trust');
  }
  if (wish.kind === 'clear' || (wish.kind === 'unsaid' && trust === undefined)) return options;
  const ca = (wish.kind === 'verified' ? wish.roots : null) ?? trust?.pem;
  return {
    ...options,
    ssl: { ...(ca === undefined ? {} : { ca }), verifyIdentity: true, minVersion: 'TLSv1.2' },
    stream: () => named(connectSocket({ host, port, keepAlive: true, noDelay: true }), host),
  };
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);

/**
 * The driver hands no address to the check of the name: it must not be sent in a handshake (RFC 6066 section 3), and Node then takes what the socket
 * was told to connect to, which it keeps only for names. Told here, an address is checked as a name is. Without it the check would be for `localhost`, and refuse.
 */
export function named(socket: Socket, host: string): Socket {
  return isIP(host) === 0 ? socket : Object.assign(socket, { _host: host });
}

function rootsOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ProblemError({
      code: 'effect.sql-roots',
      where: `ssl-ca of a connection string: ${file}`,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a file with the roots that are trusted, PEM, which this user may read',
      remedy: 'mend the path, or the rights of the file',
    });
  }
}

function refused(found: string, expected: string): ProblemError {
  return new ProblemError({
    code: 'effect.sql-tls',
    where: 'the connection string of a database',
    found,
    expected,
    remedy:
      'verify the server: `mysql://…?ssl-mode=VERIFY_IDENTITY&ssl-ca=FILE`, `user:password@tcp(…)/…?tls=true`, or `database.tls.ca` for all; docs/database.md',
  });
}
