import {
  type Ask,
  compareRights,
  type Engine,
  type PasswordState,
  passwordState,
  type RightsDifference,
  readAccounts,
  readHeld,
  rightsFor,
  type ServerAccounts,
} from '../../database/index.ts';
import { openDsnSession, resolveDsn, ServerRefusal } from '../../migrate/index.ts';
import type { Text } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { ReadContext } from '../../procedure/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { type DeclaredAccount, type SecretState, secretState } from './account-secret.ts';

/** Looks at the accounts of a server, with the rights of an administrator. Changes nothing. */

export interface UsersRequest {
  readonly environment: string;
  /** Reference to the connection string of an administrator (`env:NAME`); null: that of the migrations. */
  readonly admin: string | null;
  /** Take away what an account has too much. */
  readonly revoke: boolean;
  /** Give accounts the password behind their secret where they have another one. */
  readonly passwords: boolean;
  readonly why: string;
}

export interface AccountPlan {
  readonly engine: Engine;
  readonly account: DeclaredAccount;
  readonly there: boolean;
  /** Null: no connection string is kept yet. */
  readonly password: PasswordState | null;
  readonly secret: SecretState;
  readonly rights: RightsDifference;
}

/** What the steps need. */
export interface UsersWork {
  readonly service: ServiceEnvironment;
  readonly engine: Engine;
  /** Connection string of the administrator. */
  readonly dsn: Text;
  readonly schema: string;
  /** `host:port` of connection strings that are made. */
  readonly address: string;
  readonly accounts: readonly DeclaredAccount[];
  readonly request: UsersRequest;
  /** The server is still to be made, so nothing is there. Left out: it is there. */
  readonly isToCome?: (ctx: ReadContext) => boolean;
}

/** One account as it is now. */
export async function lookAtAccount(work: UsersWork, account: DeclaredAccount, ctx: ReadContext): Promise<AccountPlan> {
  const secret = await secretState(work.service, account, work.schema);
  if (work.isToCome?.(ctx) === true) return accountToCome(work, account, secret);
  return withAdministrator(work, async (ask) =>
    planAccount(work, ask, { account, server: await readAccounts(ask, work.engine), secret }),
  );
}

/** Whether the schema is there. */
export async function lookAtSchema(work: UsersWork, ctx: ReadContext): Promise<boolean> {
  if (work.isToCome?.(ctx) === true) return false;
  return withAdministrator(work, async (ask) => (await readAccounts(ask, work.engine)).schemas.includes(work.schema));
}

/** On a server that has no account yet. */
function accountToCome({ engine, schema }: UsersWork, account: DeclaredAccount, secret: SecretState): AccountPlan {
  const { role, also } = account;
  return {
    ...{ engine, account, secret, there: false, password: null },
    rights: compareRights(rightsFor(role, engine, schema, also), { rights: [], roles: [], proxies: [] }),
  };
}

/** The same from what was read of the server. */
export async function planAccount(
  { engine, schema }: UsersWork,
  ask: Ask,
  found: { readonly account: DeclaredAccount; readonly server: ServerAccounts; readonly secret: SecretState },
): Promise<AccountPlan> {
  const { account, server, secret } = found;
  const { role, user, from, also } = account;
  const now = server.accounts.find((one) => one.user === user && one.from === from);
  const held = now === undefined ? { rights: [], roles: [], proxies: [] } : await readHeld(ask, engine, account);
  return {
    ...{ engine, account, secret, there: now !== undefined },
    password: secret.kind === 'there' && now !== undefined ? passwordState(now, secret.password) : null,
    rights: compareRights(rightsFor(role, engine, schema, also), held),
  };
}

/** Asks with the rights of an administrator. @throws ProblemError `database.denied` where they are too few */
export async function withAdministrator<T>({ service, dsn }: UsersWork, look: (ask: Ask) => Promise<T>): Promise<T> {
  const found = resolveDsn(dsn, service.secrets);
  const session = await openDsnSession(found, service.environment.database?.connectTimeoutMs ?? 10_000);
  try {
    return await look((row, sql, values) => session.ask(row, sql, values));
  } catch (error) {
    if (error instanceof ServerRefusal && DENIED.has(error.refusal.errno))
      throw new ProblemError(denied(found.resource, error.message));
    throw error;
  } finally {
    await session.close();
  }
}

/** Access denied: to the server, a database, a table, a column, or for want of a right on the server. */
const DENIED = new Set([1044, 1045, 1142, 1143, 1227]);

function denied(where: string, found: string): Problem {
  return {
    code: 'database.denied',
    where,
    found,
    expected:
      'an administrator who sees the accounts: SELECT on mysql.*, and CREATE USER and GRANT OPTION to change them',
    remedy: 'give --admin env:NAME with the connection string of one',
  };
}
