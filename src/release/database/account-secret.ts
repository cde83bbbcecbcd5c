import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Role } from '../../database/index.ts';
import { resolveDsn } from '../../migrate/index.ts';
import { MADE_PASSWORD, type Text } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { ServiceEnvironment } from '../environment/service.ts';

/** Where the connection string of an account is kept, and what is there now. */

export interface DeclaredAccount {
  readonly role: Role;
  readonly user: string;
  readonly from: string;
  readonly also: readonly Also[];
  readonly form: 'url' | 'go';
  readonly dsn: Text;
}

type Accounts = NonNullable<NonNullable<ServiceEnvironment['environment']['database']>['accounts']>;
type Also = NonNullable<Accounts['application']>['also'][number];

/** What lies behind the reference: a connection string, nothing yet but a place for it, or nothing that could be written. */
export type SecretState =
  | { readonly kind: 'there'; readonly password: string }
  | { readonly kind: 'to-make'; readonly path: string }
  | { readonly kind: 'wrong'; readonly problem: Problem };

/**
 * The accounts of an environment in the order in which they are made.
 * @throws ProblemError `database.no-accounts`, `database.no-account-dsn`
 */
export function declaredAccounts({ environment }: ServiceEnvironment): readonly DeclaredAccount[] {
  const { database, backup } = environment;
  const accounts = database?.accounts ?? null;
  if (database === null || accounts === null) throw new ProblemError(noAccounts(environment.environment));
  const of = (
    role: Role,
    declared: Omit<DeclaredAccount, 'role' | 'dsn'> | undefined,
    dsn: Text | null | undefined,
  ): readonly DeclaredAccount[] => {
    if (declared === undefined) return [];
    if (dsn === null || dsn === undefined) throw new ProblemError(noDsn(environment.environment, role));
    const { user, from, also, form } = declared;
    return [{ role, user, from, also, form, dsn }];
  };
  const found = [
    ...of('application', accounts.application, accounts.application?.dsn),
    ...of('migration', accounts.migration, database.dsn),
    ...of('backup', accounts.backup, backup?.dsn ?? accounts.backup?.dsn),
    ...of('monitoring', accounts.monitoring, accounts.monitoring?.dsn),
    ...of('copy', accounts.copy, accounts.copy?.dsn),
  ];
  if (found.length === 0) throw new ProblemError(noAccounts(environment.environment));
  return found;
}

/** A connection string in which a new password is still to be put. */
export function dsnToMake({ user, form }: DeclaredAccount, address: string, schema: string): string {
  return form === 'go'
    ? `${user}:${MADE_PASSWORD}@tcp(${address})/${schema}\n`
    : `mysql://${user}:${MADE_PASSWORD}@${address}/${schema}\n`;
}

/** Only looks. */
export async function secretState(
  { secrets, baseDir }: ServiceEnvironment,
  { role, user, dsn }: DeclaredAccount,
  schema: string,
): Promise<SecretState> {
  const wrong = (problem: Problem): SecretState => ({ kind: 'wrong', problem });
  if (typeof dsn === 'string') return wrong(notSecret(role));
  const { secret } = dsn;
  if (secret.startsWith('file:')) {
    const path = resolve(baseDir, secret.slice('file:'.length));
    if (await missing(path)) {
      return (await writable(dirname(path))) ? { kind: 'to-make', path } : wrong(notWritable(secret, path));
    }
  }
  try {
    const { options, database } = resolveDsn(dsn, secrets);
    if (options.user !== user) return wrong(otherUser(secret, options.user ?? '', user));
    if (database !== schema) return wrong(otherSchema(secret, database, schema));
    const { password = '' } = options;
    return password === '' ? wrong(emptyPassword(secret)) : { kind: 'there', password };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [problem] = error.problems;
    if (problem === undefined) throw error;
    return wrong(problem.code === 'secret.not-found' ? notWritable(secret, problem.found) : problem);
  }
}

async function missing(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT',
  );
}

/** Directories that are missing are made; the nearest that is there must let us. */
async function writable(directory: string): Promise<boolean> {
  if (await missing(directory)) {
    const above = dirname(directory);
    return above !== directory && writable(above);
  }
  return access(directory, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

function noAccounts(environment: string): Problem {
  return {
    code: 'database.no-accounts',
    where: `environments.${environment}.database`,
    found: 'no `accounts:` with a role',
    expected: 'the accounts that the environment needs',
    remedy:
      'write `accounts: { schema: …, application: { user: …, from: …, dsn: { secret: file:… } } }`; docs/database.md',
  };
}

function noDsn(environment: string, role: Role): Problem {
  return {
    code: 'database.no-account-dsn',
    where: `environments.${environment}.database.accounts.${role}`,
    found: 'no place for its connection string',
    expected: '`dsn: { secret: … }` here, or `backup.dsn`',
    remedy: 'write one; without it nobody could use the account',
  };
}

function notSecret(role: Role): Problem {
  return {
    code: 'database.dsn-in-text',
    where: `the connection string of ${role}`,
    found: 'a text without a password',
    expected: 'a reference: { secret: file:/path } or { secret: env:NAME }',
    remedy: 'keep it as a secret; accounts without a password are not made',
  };
}

function notWritable(reference: string, found: string): Problem {
  return {
    code: 'database.secret-not-writable',
    where: `secret ${reference}`,
    found: `nothing there, and no place that can be written from here: ${found}`,
    expected: 'a connection string with a password, or `file:` in a directory that this user may write to',
    remedy: 'put a connection string there, with a long random password: the account gets it; or name a file',
  };
}

function otherUser(reference: string, found: string, expected: string): Problem {
  return {
    code: 'database.other-user',
    where: `secret ${reference}`,
    found: `the user ${found}`,
    expected,
    remedy: 'mend `user:`, or the connection string',
  };
}

function otherSchema(reference: string, found: string, expected: string): Problem {
  return {
    code: 'database.other-schema',
    where: `secret ${reference}`,
    found: `the database ${found}`,
    expected,
    remedy: 'mend `accounts.schema`, or the connection string',
  };
}

function emptyPassword(reference: string): Problem {
  return {
    code: 'database.empty-password',
    where: `secret ${reference}`,
    found: 'a connection string without a password',
    expected: 'one with a password',
    remedy: 'put a long random password into it: the account gets it',
  };
}
