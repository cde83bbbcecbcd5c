import { z } from 'zod';
import { sqlName } from '../model/sql.ts';
import { verifies } from '../model/verifier.ts';
import { type Right, schemaPlace } from './rights.ts';
import type { Engine } from './settings.ts';

/**
 * The accounts of a server, and what each may do: from the tables in which the server keeps them (information_schema, mysql), never from the text
 * of SHOW GRANTS.
 */

export type Ask = <T>(row: z.ZodType<T>, sql: string, values?: readonly string[]) => Promise<readonly T[]>;

export interface AccountName {
  readonly user: string;
  readonly from: string;
}

export interface Account extends AccountName {
  readonly plugin: string;
  /** What the server keeps of its password. */
  readonly stored: Buffer;
  /** It has a second way to log in, such as the user of the machine (MariaDB). */
  readonly otherWay: boolean;
  readonly locked: boolean;
  readonly role: boolean;
  /** Rights on schemas are taken away from rights on the server (MySQL). */
  readonly restricted: boolean;
}

/** What the account has: rights, roles, and accounts that it may act as. */
export interface Held {
  readonly rights: readonly Right[];
  /** As GRANT and REVOKE write them. */
  readonly roles: readonly string[];
  readonly proxies: readonly string[];
}

export interface ServerAccounts {
  readonly version: string;
  readonly accounts: readonly Account[];
  readonly schemas: readonly string[];
  /** Who looks, as the server has matched it. */
  readonly me: AccountName;
  readonly readOnly: boolean;
}

const yes = z.coerce
  .string()
  .nullable()
  .transform((text) => /^(?:y|yes|1|true)$/i.test(text ?? ''));
const accountRow = z.object({
  user: z.string(),
  host: z.string(),
  plugin: z.string().nullable(),
  verifier: z.string().nullable(),
  other: yes,
  locked: yes,
  role: yes,
  restricted: yes,
});
const serverRow = z.object({ version: z.string(), me: z.string(), readOnly: yes });
const nameRow = z.object({ name: z.string() });

/** A MySQL role is an account that is locked and whose password has expired: the server itself keeps no other mark. */
const ACCOUNTS: Readonly<Record<Engine, string>> = {
  mysql: `SELECT User AS user, Host AS host, plugin, HEX(authentication_string) AS verifier, 'N' AS other, account_locked AS locked,
 IF(account_locked = 'Y' AND password_expired = 'Y' AND authentication_string = '', 'Y', 'N') AS role,
 IF(JSON_LENGTH(User_attributes, '$.Restrictions') > 0, 'Y', 'N') AS restricted FROM mysql.user`,
  mariadb: `SELECT User AS user, Host AS host, JSON_VALUE(Priv, '$.plugin') AS plugin, HEX(JSON_VALUE(Priv, '$.authentication_string')) AS verifier,
 IF(JSON_EXISTS(Priv, '$.auth_or'), 'Y', 'N') AS other, JSON_VALUE(Priv, '$.account_locked') AS locked, JSON_VALUE(Priv, '$.is_role') AS role,
 'N' AS restricted FROM mysql.global_priv`,
};

/** Everything that can log in. */
export async function readAccounts(ask: Ask, engine: Engine): Promise<ServerAccounts> {
  const [server] = await ask(
    serverRow,
    'SELECT VERSION() AS version, CURRENT_USER() AS me, CAST(@@GLOBAL.read_only AS CHAR) AS readOnly',
  );
  const rows = await ask(accountRow, ACCOUNTS[engine]);
  const schemas = await ask(nameRow, 'SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA');
  const { version = '', me = '', readOnly = false } = server ?? {};
  const at = me.lastIndexOf('@');
  return {
    ...{ version, readOnly },
    me: { user: me.slice(0, at), from: me.slice(at + 1) },
    schemas: schemas.map(({ name }) => name),
    accounts: rows.map(({ user, host, plugin, verifier, other, locked, role, restricted }) => ({
      ...{ user, from: host, plugin: plugin ?? '', stored: Buffer.from(verifier ?? '', 'hex') },
      ...{ otherWay: other, locked, role, restricted },
    })),
  };
}

const rightRow = z.object({
  place: z.string().nullable(),
  name: z.string().nullable(),
  part: z.string().nullable(),
  privilege: z.string(),
  grantable: yes,
});

const RIGHTS = `SELECT NULL AS place, NULL AS name, NULL AS part, PRIVILEGE_TYPE AS privilege, IS_GRANTABLE AS grantable FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = ?
UNION ALL SELECT TABLE_SCHEMA, NULL, NULL, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = ?
UNION ALL SELECT TABLE_SCHEMA, TABLE_NAME, NULL, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.TABLE_PRIVILEGES WHERE GRANTEE = ?
UNION ALL SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.COLUMN_PRIVILEGES WHERE GRANTEE = ?`;

const routineRow = z.object({ place: z.string(), name: z.string(), kind: z.string(), privileges: z.string() });
const roleRow = z.object({ name: z.string(), host: z.string().nullable() });
const proxyRow = z.object({ user: z.string(), host: z.string() });

const ROLES_OF: Readonly<Record<Engine, string>> = {
  mysql: 'SELECT FROM_USER AS name, FROM_HOST AS host FROM mysql.role_edges WHERE TO_USER = ? AND TO_HOST = ?',
  mariadb: 'SELECT Role AS name, NULL AS host FROM mysql.roles_mapping WHERE User = ? AND Host = ?',
};

/** What one account has of its own. */
export async function readHeld(ask: Ask, engine: Engine, { user, from }: AccountName): Promise<Held> {
  const grantee = `'${user}'@'${from}'`;
  const rows = await ask(rightRow, RIGHTS, [grantee, grantee, grantee, grantee]);
  const routines = await ask(
    routineRow,
    "SELECT Db AS place, Routine_name AS name, Routine_type AS kind, CONCAT(Proc_priv, '') AS privileges FROM mysql.procs_priv WHERE User = ? AND Host = ?",
    [user, from],
  );
  const roles = await ask(roleRow, ROLES_OF[engine], [user, from]);
  const proxies = await ask(
    proxyRow,
    'SELECT Proxied_user AS user, Proxied_host AS host FROM mysql.proxies_priv WHERE User = ? AND Host = ?',
    [user, from],
  );
  const plain = rows.filter(({ privilege }) => privilege !== 'USAGE').map(rightOf);
  const grantable = rows.filter((row) => row.grantable).map((row) => rightOf(row).on);
  return {
    rights: [
      ...plain,
      ...[...new Set(grantable)].map((on) => ({ privilege: GRANT_OPTION, on })),
      ...routines.flatMap(({ place, name, kind, privileges }) =>
        privileges
          .split(',')
          .filter((one) => one !== '')
          .map((one) => ({
            privilege: one === 'Grant' ? GRANT_OPTION : one.toUpperCase(),
            on: `${kind} ${sqlName(place)}.${sqlName(name)}`,
            within: schemaPlace(place),
          })),
      ),
    ],
    roles: roles.map(({ name, host }) => (host === null ? sqlName(name) : accountText({ user: name, from: host }))),
    proxies: proxies.map(({ user: name, host }) => accountText({ user: name, from: host })),
  };
}

/** To pass on what one has; held per place, whatever it is that one has there. */
export const GRANT_OPTION = 'GRANT OPTION';

function rightOf({ place, name, part, privilege }: z.infer<typeof rightRow>): Right {
  const on = place === null ? '*.*' : `${sqlName(place)}.${name === null ? '*' : sqlName(name)}`;
  return {
    privilege: part === null ? privilege : `${privilege} (${sqlName(part)})`,
    on,
    // The schema of a right on a whole schema is a pattern already.
    ...(place === null || name === null ? {} : { within: schemaPlace(place) }),
  };
}

/** As statements have it. */
export function accountText({ user, from }: AccountName): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  return `${quoted(user)}@${quoted(from)}`;
}

/** How the password behind the secret and that of the account agree; `unknown`: the account logs in by other means. */
export type PasswordState = 'same' | 'other' | 'none' | 'unknown';

export function passwordState({ plugin, stored, otherWay }: Account, password: string): PasswordState {
  if (stored.length === 0 && !otherWay && asksPassword(plugin)) return 'none';
  const answer = verifies(plugin, stored, password);
  return answer === null ? 'unknown' : answer ? 'same' : 'other';
}

/** Others ask somebody else, such as the operating system. */
export function asksPassword(plugin: string): boolean {
  return ['', 'mysql_native_password', 'caching_sha2_password', 'sha256_password', 'ed25519', 'parsec'].includes(
    plugin,
  );
}
