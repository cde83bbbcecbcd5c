import {
  changePassword,
  createAccount,
  createSchema,
  grantStatements,
  hasTooMuch,
  pluginOf,
  type RightsDifference,
  revokeStatements,
  rightsText,
} from '../../database/index.ts';
import type { Effect } from '../../model/effect.ts';
import type { Problem } from '../../model/problem.ts';
import { action, type Node, type Procedure, procedure, type ReadContext, sequence } from '../../procedure/index.ts';
import { type DeclaredAccount, dsnToMake } from './account-secret.ts';
import { type AccountPlan, lookAtAccount, lookAtSchema, type UsersRequest, type UsersWork } from './users-look.ts';

/**
 * The accounts of an environment as a procedure. Per account: its connection string first (so that no account is ever made with a password that nobody
 * keeps), then the account, then its rights. Nothing is undone: an account that is half made may do less than it should, and the next run goes on.
 */

export function usersProcedure(work: UsersWork): Procedure {
  const { service, accounts, request, schema, engine } = work;
  const { environment } = service.environment;
  return procedure({
    id: 'database-users',
    title: `Set up the accounts of the database of ${environment}`,
    description:
      'Makes accounts that are missing and grants what they lack. Rights are taken away only when that was asked for.',
    environment,
    inputs: {
      ...{ environment, engine, schema, why: request.why, revoke: request.revoke, passwords: request.passwords },
      accounts: accounts.map(({ role, user, from }) => ({ role, user, from })),
    },
    root: sequence({
      id: 'accounts',
      title: 'Make the schema and the accounts',
      steps: usersNodes(work),
    }),
  });
}

/** The schema, then account after account. */
export function usersNodes(work: UsersWork): readonly Node[] {
  return [schemaStep(work), ...work.accounts.map((account) => accountSteps(work, account))];
}

/** What stands in the place of the verifier of a password until the statement is sent. */
export function passwordMark({ role }: DeclaredAccount): string {
  return `<password of ${role}>`;
}

/** Statements that make the account, or change its password. Pure. */
export function accountStatements(
  { engine, account, there, password }: AccountPlan,
  { passwords }: Pick<UsersRequest, 'passwords'>,
): readonly string[] {
  if (!there) return [createAccount(engine, account, passwordMark(account))];
  const change = passwords && (password === 'other' || password === 'none');
  return change ? [changePassword(engine, account, passwordMark(account))] : [];
}

/** Grants come first: what an account needs it has all the time. Pure. */
export function rightsStatements(
  { account, rights }: AccountPlan,
  { revoke }: Pick<UsersRequest, 'revoke'>,
): readonly string[] {
  return [
    ...grantStatements(account, rights.lacks),
    ...(revoke && hasTooMuch(rights.tooMuch) ? revokeStatements(account, rights.tooMuch) : []),
  ];
}

function schemaStep(work: UsersWork): Node {
  return action<boolean>({
    id: 'schema',
    title: `Make the schema ${work.schema}`,
    inputs: { schema: work.schema },
    read: (ctx) => lookAtSchema(work, ctx),
    decide: (there) =>
      there
        ? { kind: 'nothing', why: 'it is there' }
        : { kind: 'do', effects: [sql(work, [createSchema(work.schema)], 'characters of utf8mb4')] },
    probe: 'repeatable',
  });
}

function accountSteps(work: UsersWork, account: DeclaredAccount): Node {
  const { role, user, from } = account;
  const read = (ctx: ReadContext): Promise<AccountPlan> => lookAtAccount(work, account, ctx);
  return sequence({
    id: role,
    title: `Account ${user}@${from} for ${role}`,
    steps: [
      action<AccountPlan>({
        id: `${role}-secret`,
        title: 'Keep its connection string',
        inputs: { role },
        read,
        decide: ({ secret, there }) => {
          if (secret.kind === 'wrong') return { kind: 'refuse', problems: [secret.problem] };
          if (secret.kind === 'there') return { kind: 'nothing', why: 'it is kept' };
          if (there) return { kind: 'refuse', problems: [madeMeanwhile(account)] };
          return { kind: 'do', effects: [keep(work, account, secret.path)] };
        },
        probe: 'repeatable',
      }),
      action<AccountPlan>({
        id: `${role}-account`,
        title: 'Make the account',
        inputs: { role, user, from },
        read,
        decide: (plan) => {
          const statements = accountStatements(plan, work.request);
          if (statements.length === 0) return { kind: 'nothing', why: 'it is there' };
          return { kind: 'do', effects: [withPassword(work, account, statements)] };
        },
        probe: 'repeatable',
        verify: async (ctx) => {
          const { there, password } = await read(ctx);
          const good = there && password !== 'other' && password !== 'none';
          return good ? [] : [notMade(account)];
        },
      }),
      action<AccountPlan>({
        id: `${role}-rights`,
        title: work.request.revoke ? 'Give it exactly its rights' : 'Give it its rights',
        inputs: { role, revoke: work.request.revoke },
        read,
        decide: (plan) => {
          const statements = rightsStatements(plan, work.request);
          if (statements.length === 0) return { kind: 'nothing', why: 'it has them' };
          return { kind: 'do', effects: [sql(work, statements, rightsText(plan.rights.lacks).join('; '))] };
        },
        probe: 'repeatable',
        verify: async (ctx) => {
          const { rights } = await read(ctx);
          const left = rights.lacks.length > 0 || (work.request.revoke && hasTooMuch(rights.tooMuch));
          return left ? [notGranted(account, rights)] : [];
        },
      }),
    ],
  });
}

const QUICK_MS = 30_000;

function sql({ dsn }: UsersWork, statements: readonly string[], why: string): Effect {
  return {
    ...{ kind: 'sql', dsn, statements, lock: 'shiplock:database-users', timeoutMs: QUICK_MS },
    ...(why === '' ? {} : { why }),
  };
}

function withPassword(work: UsersWork, account: DeclaredAccount, statements: readonly string[]): Effect {
  const { dsn, engine } = { dsn: account.dsn, engine: work.engine };
  return {
    ...{ kind: 'sql', dsn: work.dsn, statements, lock: 'shiplock:database-users', timeoutMs: QUICK_MS },
    verifiers: [{ mark: passwordMark(account), dsn, plugin: pluginOf(engine) }],
    why: 'the server is told what it keeps of the password, not the password',
  };
}

function keep({ address, schema }: UsersWork, account: DeclaredAccount, path: string): Effect {
  return {
    ...{ kind: 'file', path, mode: 0o600, timeoutMs: QUICK_MS },
    content: { made: dsnToMake(account, address, schema) },
    why: 'for its owner only; move it to whoever uses the account',
  };
}

function madeMeanwhile({ user, from }: DeclaredAccount): Problem {
  return {
    code: 'database.password-unknown',
    where: `account ${user}@${from}`,
    found: 'the account, made by somebody else meanwhile',
    expected: 'none, since nobody has its connection string here',
    remedy: 'put its connection string behind the reference, and run this again',
  };
}

function notMade({ user, from }: DeclaredAccount): Problem {
  return {
    code: 'database.account-not-made',
    where: `account ${user}@${from}`,
    found: 'no account with the password behind its secret',
    expected: 'one',
    remedy: 'run this again; if it happens again, somebody else changes accounts at the same time',
  };
}

function notGranted({ user, from }: DeclaredAccount, rights: RightsDifference): Problem {
  const lacks = rightsText(rights.lacks).map((line) => `lacks ${line}`);
  const tooMuch = rightsText(rights.tooMuch.rights).map((line) => `still has ${line}`);
  return {
    code: 'database.not-granted',
    where: `account ${user}@${from}`,
    found: [...lacks, ...tooMuch, ...rights.tooMuch.roles, ...rights.tooMuch.proxies].join('; ').slice(0, 400),
    expected: 'exactly its rights',
    remedy: 'run this again; if it happens again, the server knows a right by another name: report it with its version',
  };
}
