import type { Problem } from '../model/problem.ts';
import { type Account, type AccountName, accountText, asksPassword, type ServerAccounts } from './accounts.ts';

/** What nobody should find on a server: it is told, with the statement that mends it, and never changed from here. Pure. */

const NEAR = new Set(['localhost', '127.0.0.1', '::1']);

/** @param declared the accounts of shiplock.yaml */
export function strangeAccounts(
  { accounts, schemas }: ServerAccounts,
  declared: readonly AccountName[],
): readonly Problem[] {
  const users = accounts.filter(({ role, locked }) => !role && !locked);
  return [
    ...users.filter(({ user }) => user === '').map(anonymous),
    ...users.filter((one) => one.user !== '' && open(one)).map(withoutPassword),
    ...users.filter(({ user, from }) => user === 'root' && !NEAR.has(from)).map(rootFromAfar),
    ...users
      .filter(({ user, from }) => declared.some((one) => one.user === user) && !has(declared, { user, from }))
      .map(sameName),
    ...accounts.filter(({ restricted, user, from }) => restricted && has(declared, { user, from })).map(restrictedOne),
    ...schemas.filter((name) => name === 'test').map(testSchema),
  ];
}

function has(list: readonly AccountName[], { user, from }: AccountName): boolean {
  return list.some((one) => one.user === user && one.from === from);
}

function open({ stored, plugin, otherWay }: Account): boolean {
  return stored.length === 0 && !otherWay && asksPassword(plugin);
}

function anonymous(one: AccountName): Problem {
  return {
    code: 'database.anonymous-account',
    where: accountText(one),
    found: 'an account without a name: whoever comes from there is let in under any name',
    expected: 'accounts with names',
    remedy: `DROP USER ${accountText(one)}`,
  };
}

function withoutPassword(one: AccountName): Problem {
  return {
    code: 'database.no-password',
    where: accountText(one),
    found: 'no password',
    expected: 'a password, or the user of the machine (unix_socket, auth_socket)',
    remedy: `DROP USER ${accountText(one)}, or ALTER USER ${accountText(one)} IDENTIFIED …`,
  };
}

function rootFromAfar(one: AccountName): Problem {
  return {
    code: 'database.root-from-afar',
    where: accountText(one),
    found: `root may come from ${one.from}`,
    expected: 'root from the machine of the server alone',
    remedy: `DROP USER ${accountText(one)}; persons get accounts of their own`,
  };
}

function sameName(one: AccountName): Problem {
  return {
    code: 'database.other-account',
    where: accountText(one),
    found: 'another account of the same name, with rights and a password of its own',
    expected: 'one account for each role, from where shiplock.yaml says',
    remedy: `DROP USER ${accountText(one)}, or write its host under \`from:\``,
  };
}

function restrictedOne(one: AccountName): Problem {
  return {
    code: 'database.restricted-account',
    where: accountText(one),
    found: 'rights on the server with schemas left out (partial revokes)',
    expected: 'rights that hold where they are given: what is left out is not looked at here',
    remedy: `see SHOW GRANTS FOR ${accountText(one)}, and grant on the schemas it may use`,
  };
}

function testSchema(name: string): Problem {
  return {
    code: 'database.test-schema',
    where: `schema ${name}`,
    found: 'the schema that servers are shipped with, often open to everybody',
    expected: 'no such schema',
    remedy: `DROP DATABASE \`${name}\`, when nobody needs what is in it`,
  };
}
