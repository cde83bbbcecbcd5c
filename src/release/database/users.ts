import { type Account, type Engine, readAccounts, type ServerAccounts, strangeAccounts } from '../../database/index.ts';
import { resolveDsn } from '../../migrate/index.ts';
import type { Text } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { RunResult } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { engineOptions, openEnvironment } from '../environment/service.ts';
import { runAgain } from '../run/again.ts';
import { type DeclaredAccount, declaredAccounts, secretState } from './account-secret.ts';
import { type AccountPlan, planAccount, type UsersRequest, type UsersWork, withAdministrator } from './users-look.ts';
import { usersProcedure } from './users-procedure.ts';

/** Who may use the database of an environment, and as what: what shiplock.yaml declares beside what the server has. */

export interface UsersPlan {
  readonly engine: Engine;
  readonly version: string;
  readonly schema: string;
  readonly schemaThere: boolean;
  readonly accounts: readonly AccountPlan[];
  /** What else is wrong with the accounts of the server; told, never changed. */
  readonly findings: readonly Problem[];
  /** Why it would be refused as it was asked. */
  readonly refusals: readonly Problem[];
}

/** What there is beside what is declared. Only looks. @throws ProblemError */
export async function planUsers(door: DoorOptions, request: UsersRequest): Promise<UsersPlan> {
  return (await openUsers(door, request)).plan;
}

/**
 * Makes the accounts that are missing and grants what they lack, as a run; takes away what is too much where that was asked for. Every step looks
 * first whether it is done, so a run that died is begun again.
 * @throws ProblemError when it is refused: nothing was changed
 */
export async function setUsers(
  door: DoorOptions,
  request: UsersRequest,
): Promise<{ readonly result: RunResult; readonly plan: UsersPlan }> {
  const { work, plan } = await openUsers(door, request);
  if (plan.refusals.length > 0) throw new ProblemError(plan.refusals);
  const result = await runAgain(usersProcedure(work), engineOptions(work.service));
  return { result, plan };
}

async function openUsers(
  door: DoorOptions,
  request: UsersRequest,
): Promise<{ readonly work: UsersWork; readonly plan: UsersPlan }> {
  const service = await openEnvironment(door, request.environment, 'without-database');
  const { environment, secrets } = service;
  const accounts = declaredAccounts(service);
  const { database } = environment;
  if (database?.accounts == null) throw new Error('declaredAccounts has looked');
  const { engine } = database;
  const { schema, address } = database.accounts;
  const dsn: Text = request.admin === null ? database.dsn : { secret: request.admin };
  const { host, port, socketPath } = resolveDsn(dsn, secrets).options;
  const found = address ?? (socketPath === undefined ? `${host ?? ''}:${port ?? 3306}` : undefined);
  if (found === undefined) throw new ProblemError(noAddress(request.environment));
  const work: UsersWork = { service, engine, dsn, schema, address: found, accounts, request };
  return { work, plan: await planOf(work) };
}

async function planOf(work: UsersWork): Promise<UsersPlan> {
  const { service, engine, schema, accounts } = work;
  return withAdministrator(work, async (ask) => {
    const server = await readAccounts(ask, engine);
    if (/mariadb/i.test(server.version) !== (engine === 'mariadb')) {
      throw new ProblemError(otherFamily(engine, server.version));
    }
    const plans: AccountPlan[] = [];
    for (const account of accounts) {
      plans.push(
        await planAccount(work, ask, { account, server, secret: await secretState(service, account, schema) }),
      );
    }
    return {
      ...{ engine, version: server.version, schema, accounts: plans },
      schemaThere: server.schemas.includes(schema),
      findings: strangeAccounts(server, accounts),
      refusals: refusalsOf(work, server, plans),
    };
  });
}

function refusalsOf(
  { accounts, request }: UsersWork,
  { me, readOnly, accounts: all }: ServerAccounts,
  plans: readonly AccountPlan[],
): readonly Problem[] {
  const mine = accounts.find(({ user, from }) => user === me.user && from === me.from);
  const twice = accounts.find((one, at) =>
    accounts.slice(0, at).some(({ user, from }) => user === one.user && from === one.from),
  );
  const roles: readonly Account[] = all.filter(({ role }) => role);
  return [
    ...(readOnly ? [onReplica()] : []),
    ...(mine !== undefined && request.revoke ? [ownAccount(mine)] : []),
    ...(twice === undefined ? [] : [sharedAccount(twice)]),
    ...plans.flatMap(({ account, secret, there, password }) => [
      ...(secret.kind === 'wrong' ? [secret.problem] : []),
      ...(secret.kind === 'to-make' && there ? [passwordUnknown(account)] : []),
      ...(password === 'other' && !request.passwords ? [otherPassword(account)] : []),
      ...(password === 'none' && !request.passwords ? [otherPassword(account)] : []),
      ...(roles.some(({ user, from }) => user === account.user && from === account.from) ? [isRole(account)] : []),
    ]),
  ];
}

function noAddress(environment: string): Problem {
  return {
    code: 'database.no-address',
    where: `environments.${environment}.database.accounts`,
    found: 'an administrator who connects through a socket, and no `address:`',
    expected: 'where others reach the server',
    remedy: 'write `address: host:port`',
  };
}

function otherFamily(engine: Engine, version: string): Problem {
  return {
    code: 'database.other-family',
    where: 'database.engine',
    found: `a server that says it is ${version}`,
    expected: engine,
    remedy: 'mend `database.engine`, or the connection string',
  };
}

function onReplica(): Problem {
  return {
    code: 'database.read-only',
    where: 'the server of the administrator',
    found: 'read_only: a replica, or a primary that takes no changes now',
    expected: 'the primary: accounts reach replicas by replication',
    remedy: 'name the primary in --admin',
  };
}

function ownAccount({ role, user }: DeclaredAccount): Problem {
  return {
    code: 'database.own-account',
    where: `account ${user} (${role})`,
    found: 'the account that does this itself',
    expected: 'an administrator: it would take away its own rights half way',
    remedy: 'give --admin env:NAME with another account',
  };
}

function sharedAccount({ role, user, from }: DeclaredAccount): Problem {
  return {
    code: 'database.shared-account',
    where: `database.accounts.${role}`,
    found: `${user}@${from}, which another role has too`,
    expected: 'one account for each role',
    remedy: 'give it a name of its own',
  };
}

function passwordUnknown({ user, from, dsn }: DeclaredAccount): Problem {
  const reference = typeof dsn === 'string' ? dsn : dsn.secret;
  return {
    code: 'database.password-unknown',
    where: `account ${user}@${from}`,
    found: `the account, but no connection string behind ${reference}`,
    expected: 'both, or neither',
    remedy:
      'put its connection string there; or put one with a new password there and give --passwords: the account gets that one',
  };
}

function otherPassword({ user, from }: DeclaredAccount): Problem {
  return {
    code: 'database.other-password',
    where: `account ${user}@${from}`,
    found: 'another password than the one behind its secret, or none',
    expected: 'the same',
    remedy:
      'mend the secret; or give --passwords: the account gets the one of the secret, and who still uses the old one is let in no more',
  };
}

function isRole({ user, from }: DeclaredAccount): Problem {
  return {
    code: 'database.role-of-that-name',
    where: `account ${user}@${from}`,
    found: 'a role of the server',
    expected: 'an account, or nothing of that name',
    remedy: 'give the account another name',
  };
}
