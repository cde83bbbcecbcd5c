import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { Problem } from '../model/problem.ts';
import { type AccountName, type Ask, accountText } from './accounts.ts';
import type { Engine } from './settings.ts';

/** What a server says of its TLS: which pair it uses, which versions it takes, and who may do without. */

export interface AccountTls extends AccountName {
  /** Let in over TLS alone. */
  readonly requires: boolean;
  /** Connections of its name that are open now in the clear over TCP; null: the server does not tell. */
  readonly inClear: number | null;
}

export interface ServerTls {
  readonly version: string;
  /** Where its pair lies, and the roots that it trusts itself (null: none), whole paths; null: it has been told no pair. */
  readonly pair: { readonly cert: string; readonly key: string; readonly ca: string | null } | null;
  readonly dataDirectory: string;
  readonly protocols: readonly string[];
  /** Everybody is refused who comes over a network without TLS. */
  readonly required: boolean;
  readonly accounts: readonly AccountTls[];
}

const variable = z.object({ Variable_name: z.string(), Value: z.string() });
const accountRow = z.object({ user: z.string(), host: z.string(), kind: z.coerce.string().nullable() });
const clearRow = z.object({ user: z.string().nullable(), open: z.coerce.number() });

/** Locked accounts and roles log in never; what MySQL keeps of itself (`mysql.sys`) is locked too. */
const ACCOUNTS: Readonly<Record<Engine, string>> = {
  mysql: "SELECT User AS user, Host AS host, ssl_type AS kind FROM mysql.user WHERE account_locked = 'N'",
  mariadb: `SELECT User AS user, Host AS host, JSON_VALUE(Priv, '$.ssl_type') AS kind FROM mysql.global_priv
 WHERE IFNULL(JSON_VALUE(Priv, '$.is_role'), 0) NOT IN ('1', 'true') AND IFNULL(JSON_VALUE(Priv, '$.account_locked'), 0) NOT IN ('1', 'true')`,
};

/** MariaDB knows no kind of connection; the cipher of each stands in its status. */
const IN_CLEAR: Readonly<Record<Engine, string>> = {
  mysql:
    "SELECT PROCESSLIST_USER AS user, COUNT(*) AS open FROM performance_schema.threads WHERE CONNECTION_TYPE = 'TCP/IP' GROUP BY PROCESSLIST_USER",
  mariadb: `SELECT t.PROCESSLIST_USER AS user, COUNT(*) AS open FROM performance_schema.threads t JOIN performance_schema.status_by_thread s USING (THREAD_ID)
 WHERE s.VARIABLE_NAME = 'Ssl_cipher' AND s.VARIABLE_VALUE = '' AND t.PROCESSLIST_HOST <> 'localhost' GROUP BY t.PROCESSLIST_USER`,
};

/** @throws what the server refuses */
export async function readTls(ask: Ask, engine: Engine): Promise<ServerTls> {
  const rows = await ask(
    variable,
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'datadir', 'ssl_ca', 'ssl_cert', 'ssl_key', 'tls_version', 'require_secure_transport', 'performance_schema')",
  );
  const told = new Map(rows.map((row) => [row.Variable_name.toLowerCase(), row.Value]));
  const text = (name: string): string => told.get(name) ?? '';
  const whole = (path: string): string => (isAbsolute(path) ? path : join(text('datadir'), path));
  const [cert, key, ca] = [text('ssl_cert'), text('ssl_key'), text('ssl_ca')];
  const clear = text('performance_schema').toUpperCase() === 'ON' ? await ask(clearRow, IN_CLEAR[engine]) : null;
  const accounts = await ask(accountRow, ACCOUNTS[engine]);
  return {
    version: text('version'),
    pair: cert === '' || key === '' ? null : { cert: whole(cert), key: whole(key), ca: ca === '' ? null : whole(ca) },
    dataDirectory: join(text('datadir'), '.'),
    protocols: text('tls_version')
      .split(',')
      .filter((one) => one !== ''),
    required: /^(?:on|1)$/i.test(text('require_secure_transport')),
    accounts: accounts.map(({ user, host, kind }) => ({
      ...{ user, from: host, requires: kind !== null && kind !== '' && kind !== '0' },
      inClear: clear === null ? null : clear.filter((one) => one.user === user).reduce((sum, one) => sum + one.open, 0),
    })),
  };
}

/** Has a server read its pair again; connections that are open stay as they are. */
export function reloadTls(engine: Engine): string {
  return engine === 'mysql' ? 'ALTER INSTANCE RELOAD TLS' : 'FLUSH SSL';
}

/** Lets an account in over TLS alone, or also without. */
export function requireTls(account: AccountName, required: boolean): string {
  return `ALTER USER ${accountText(account)} REQUIRE ${required ? 'SSL' : 'NONE'}`;
}

/** The file of a server that names its pair. Paths are those of the configuration, which hold no character of note. */
export function tlsFile(engine: Engine, pair: { readonly cert: string; readonly key: string }): string {
  return [
    '# Written by shiplock database tls; edits are lost.',
    engine === 'mysql' ? '[mysqld]' : '[mariadb]',
    `ssl_cert = ${pair.cert}`,
    `ssl_key = ${pair.key}`,
    'tls_version = TLSv1.2,TLSv1.3',
    '',
  ].join('\n');
}

const NEAR = new Set(['localhost', '127.0.0.1', '::1']);

/** What one should not find; told, and changed only where it was asked for. Pure. */
export function tlsFindings({ protocols, required, accounts }: ServerTls): readonly Problem[] {
  const old = protocols.filter((one) => one === 'TLSv1' || one === 'TLSv1.0' || one === 'TLSv1.1');
  const open = required ? [] : accounts.filter(({ from, requires }) => !requires && !NEAR.has(from));
  return [
    ...(old.length === 0
      ? []
      : [
          {
            code: 'database.tls-old-protocol',
            where: 'tls_version',
            found: old.join(', '),
            expected: 'TLSv1.2,TLSv1.3',
            remedy: 'write `tls_version = TLSv1.2,TLSv1.3` into the file of the server, and restart it when it suits',
          },
        ]),
    ...open.map((one) => ({
      code: 'database.tls-not-required',
      where: accountText(one),
      found: 'let in over a network without TLS',
      expected: 'over TLS alone',
      remedy: `${requireTls(one, true)}, once all who use it connect over TLS; \`--require\` does it for declared accounts`,
    })),
  ];
}
