import type { Role } from '../../database/index.ts';
import type { Problem } from '../../model/problem.ts';
import type { DeclaredAccount } from './account-secret.ts';

/** Why a password is not exchanged, in words that a person can act on. Pure. */

export function noAccount({ role, environment }: { readonly role: Role; readonly environment: string }): Problem {
  return {
    code: 'database.no-account',
    where: `environments.${environment}.database.accounts`,
    found: `no ${role}`,
    expected: 'a declared account',
    remedy: 'name a role of `accounts:`; docs/database.md',
  };
}

export function notFile({ role }: DeclaredAccount, reference: string): Problem {
  return {
    code: 'database.secret-not-file',
    where: `the connection string of ${role}`,
    found: reference === '' ? 'a text' : reference,
    expected: '`file:`, which can be written from here',
    remedy: 'keep it in a file; or change password and secret by hand, and give `database users --apply --passwords`',
  };
}

export function odd({ user, from }: DeclaredAccount): Problem {
  return {
    code: 'database.odd-password',
    where: `account ${user}@${from}`,
    found: 'no account, another password than the one behind its secret, or ways to log in beside it',
    expected: 'an account with the password behind its secret, and at most the one from before beside it',
    remedy: 'see `shiplock database users`; `--apply --passwords` gives it the one behind its secret',
  };
}

export function nothingToTakeBack({ user, from }: DeclaredAccount): Problem {
  return {
    code: 'database.nothing-to-take-back',
    where: `account ${user}@${from}`,
    found: 'no exchange that is under way',
    expected: 'two passwords, and the old one beside its reference',
    remedy: 'give --begin for a new password',
  };
}

export function inUse({ user, from }: DeclaredAccount, older: number | null): Problem {
  return {
    code: 'database.old-password-in-use',
    where: `account ${user}@${from}`,
    found:
      older === null ? 'nothing is known of when it was exchanged' : `${older} connections from before the exchange`,
    expected: 'none: whoever opened them has not read the password behind the reference yet',
    remedy:
      'restart what uses the account (`shiplock runbook run system-restart`), and run this again; --begin writes down anew what is open',
  };
}
