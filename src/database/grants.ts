import { sqlName } from '../model/sql.ts';
import type { VerifierPlugin } from '../model/verifier.ts';
import { type AccountName, accountText, GRANT_OPTION, type Held } from './accounts.ts';
import { type Right, rightKey, type WantedRight } from './rights.ts';
import type { Engine } from './settings.ts';

/** What an account has too much and what it lacks, and the statements that mend it. Pure. */

export interface RightsDifference {
  readonly lacks: readonly WantedRight[];
  readonly tooMuch: Held;
}

/**
 * What an account has on a part of a schema and is to have on all of it is not too much: servers give whoever makes a stored program rights on that one.
 */
export function compareRights(wanted: readonly WantedRight[], held: Held): RightsDifference {
  const [needed, has] = [new Set(wanted.map(rightKey)), new Set(held.rights.map(rightKey))];
  const covered = ({ privilege, within }: Right): boolean =>
    within !== undefined && needed.has(rightKey({ privilege: privilege.replace(/ \(.*/s, ''), on: within }));
  return {
    lacks: wanted.filter((right) => !has.has(rightKey(right))),
    tooMuch: { ...held, rights: held.rights.filter((right) => !needed.has(rightKey(right)) && !covered(right)) },
  };
}

export function hasTooMuch({ rights, roles, proxies }: Held): boolean {
  return rights.length + roles.length + proxies.length > 0;
}

/** The verifier of what the server keeps by default, which every driver of it knows. */
export function pluginOf(engine: Engine): VerifierPlugin {
  return engine === 'mysql' ? 'caching_sha2_password' : 'mysql_native_password';
}

/** The account, with what the server is to keep of its password where `mark` stands. */
export function createAccount(engine: Engine, account: AccountName, mark: string): string {
  return `CREATE USER IF NOT EXISTS ${accountText(account)} ${identified(engine, mark)}`;
}

export function changePassword(engine: Engine, account: AccountName, mark: string): string {
  return `ALTER USER ${accountText(account)} ${identified(engine, mark)}`;
}

function identified(engine: Engine, mark: string): string {
  const plugin = pluginOf(engine);
  return engine === 'mysql' ? `IDENTIFIED WITH ${plugin} AS '${mark}'` : `IDENTIFIED VIA ${plugin} USING '${mark}'`;
}

export function createSchema(schema: string): string {
  return `CREATE DATABASE IF NOT EXISTS ${sqlName(schema)} CHARACTER SET utf8mb4`;
}

/** One statement per place. */
export function grantStatements(account: AccountName, lacks: readonly Right[]): readonly string[] {
  return byPlace(lacks).map(([on, privileges]) => `GRANT ${privileges.join(', ')} ON ${on} TO ${accountText(account)}`);
}

/** The right to pass rights on goes in a statement of its own: servers take it with no other. */
export function revokeStatements(account: AccountName, { rights, roles, proxies }: Held): readonly string[] {
  const who = accountText(account);
  const [passing, others] = [
    rights.filter(({ privilege }) => privilege === GRANT_OPTION),
    rights.filter(({ privilege }) => privilege !== GRANT_OPTION),
  ];
  return [
    ...roles.map((role) => `REVOKE ${role} FROM ${who}`),
    ...proxies.map((other) => `REVOKE PROXY ON ${other} FROM ${who}`),
    ...byPlace(others).map(([on, privileges]) => `REVOKE ${privileges.join(', ')} ON ${on} FROM ${who}`),
    ...passing.map(({ on }) => `REVOKE ${GRANT_OPTION} ON ${on} FROM ${who}`),
  ];
}

/** Rights in words, one line per place: what one reads of an account that has everything. */
export function rightsText(rights: readonly Right[]): readonly string[] {
  return byPlace(rights).map(([on, privileges]) => `${privileges.join(', ')} on ${on}`);
}

function byPlace(rights: readonly Right[]): readonly (readonly [string, readonly string[]])[] {
  const places = Map.groupBy(rights, ({ on }) => on);
  return [...places].map(([on, list]) => [on, list.map(({ privilege }) => privilege)] as const);
}
