import { z } from 'zod';
import { verifies } from '../model/verifier.ts';
import { type AccountName, type Ask, accountText } from './accounts.ts';
import { changePassword, pluginOf } from './grants.ts';
import type { Engine } from './settings.ts';

/**
 * Two passwords of one account at the same time: MySQL keeps an old one beside the current one (`RETAIN CURRENT PASSWORD`, 8.0.14 and newer), MariaDB takes
 * several ways to log in (`IDENTIFIED VIA … OR …`, 10.4 and newer).
 */

export interface Kept {
  readonly plugin: string;
  readonly stored: Buffer;
}

/** What the server keeps of an account; `more` are ways to log in beside the first two passwords. */
export interface Passwords {
  readonly current: Kept;
  readonly second: Kept | null;
  readonly more: number;
}

const mysqlRow = z.object({ plugin: z.string(), verifier: z.string(), former: z.string().nullable() });
const way = z.object({ plugin: z.string().optional(), authentication_string: z.string().optional() });
/** Drivers read a column of MariaDB that says it is JSON, and leave one that does not. */
const ways = z.union([
  z.array(way),
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.array(way)),
]);
const mariadbRow = z.object({
  plugin: z.string().nullable(),
  verifier: z.string().nullable(),
  ways: ways.nullable(),
});

/** @returns null: there is no such account */
export async function readPasswords(ask: Ask, engine: Engine, { user, from }: AccountName): Promise<Passwords | null> {
  if (engine === 'mysql') {
    const [row] = await ask(
      mysqlRow,
      "SELECT plugin, HEX(authentication_string) AS verifier, HEX(JSON_UNQUOTE(JSON_EXTRACT(User_attributes, '$.additional_password'))) AS former FROM mysql.user WHERE User = ? AND Host = ?",
      [user, from],
    );
    if (row === undefined) return null;
    const kept = (hex: string): Kept => ({ plugin: row.plugin, stored: Buffer.from(hex, 'hex') });
    return { current: kept(row.verifier), second: row.former === null ? null : kept(row.former), more: 0 };
  }
  const [row] = await ask(
    mariadbRow,
    "SELECT JSON_VALUE(Priv, '$.plugin') AS plugin, JSON_VALUE(Priv, '$.authentication_string') AS verifier, JSON_EXTRACT(Priv, '$.auth_or') AS ways FROM mysql.global_priv WHERE User = ? AND Host = ?",
    [user, from],
  );
  if (row === undefined) return null;
  const first = { plugin: row.plugin ?? '', authentication_string: row.verifier ?? '' };
  // The place of the first way is an empty object among the others.
  const all = (row.ways ?? [first]).map((one) => (one.plugin === undefined ? first : one));
  const [current = first, second, ...more] = all;
  const kept = ({ plugin = '', authentication_string = '' }: z.infer<typeof way>): Kept => ({
    plugin,
    stored: Buffer.from(authentication_string),
  });
  return { current: kept(current), second: second === undefined ? null : kept(second), more: more.length };
}

/** Whether this is the password of which the server keeps that. */
export function isOf(kept: Kept | null, password: string | null): boolean {
  return kept !== null && password !== null && verifies(kept.plugin, kept.stored, password) === true;
}

/** The account lets both in; marks stand for what the server is to keep of each. */
export function addPassword(engine: Engine, account: AccountName, next: string, old: string): string {
  const plugin = pluginOf(engine);
  return engine === 'mysql'
    ? `${changePassword(engine, account, next)} RETAIN CURRENT PASSWORD`
    : `${changePassword(engine, account, next)} OR ${plugin} USING '${old}'`;
}

/** The account lets one in alone. @param current it is the one that the server has as the current one already */
export function keepPassword(engine: Engine, account: AccountName, mark: string, current: boolean): readonly string[] {
  if (engine === 'mariadb') return [changePassword(engine, account, mark)];
  return [
    ...(current ? [] : [changePassword(engine, account, mark)]),
    `ALTER USER ${accountText(account)} DISCARD OLD PASSWORD`,
  ];
}

/** Where a server stands: connections of a later number, or of a later start, are newer. */
export interface Mark {
  readonly connection: number;
  /** When the server was started, seconds since 1970; a few seconds may be wrong. */
  readonly started: number;
}

const markRow = z.object({ connection: z.coerce.number(), now: z.coerce.number() });
const statusRow = z.object({ Value: z.coerce.number() });

export async function readMark(ask: Ask): Promise<Mark> {
  const [row] = await ask(markRow, 'SELECT CONNECTION_ID() AS connection, UNIX_TIMESTAMP() AS now');
  const [uptime] = await ask(statusRow, "SHOW GLOBAL STATUS LIKE 'Uptime'");
  return { connection: row?.connection ?? 0, started: Math.round((row?.now ?? 0) - (uptime?.Value ?? 0)) };
}

const countRow = z.object({ open: z.coerce.number() });
const CLOCK_S = 5;

/** Connections of this name that were open when the mark was made, and are open still. */
export async function olderConnections(ask: Ask, { user }: AccountName, mark: Mark): Promise<number> {
  const now = await readMark(ask);
  if (now.started > mark.started + CLOCK_S) return 0;
  const [row] = await ask(
    countRow,
    'SELECT COUNT(*) AS open FROM information_schema.PROCESSLIST WHERE USER = ? AND ID <= ?',
    [user, String(mark.connection)],
  );
  return row?.open ?? 0;
}
