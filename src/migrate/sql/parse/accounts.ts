import type { ObjectName } from '../tree.ts';
import { account, accountName } from './names.ts';
import type { Reader } from './reader.ts';

/** Users and roles. */

export function createAccounts(r: Reader, object: 'USER' | 'ROLE'): readonly ObjectName[] {
  if (object === 'ROLE') {
    const names = r.list(() => {
      if (!r.mariadb && r.isOneOf(NO_ROLES)) r.fail('the name of a role');
      if (r.mariadb && r.peek(1).kind === 'variable') r.fail('a role, which has no host');
      return accountName(r);
    });
    if (r.mariadb && r.take('WITH', 'ADMIN')) account(r);
    return names;
  }
  const names = r.list(() => user(r, false));
  userOptions(r);
  return names;
}

export function alterAccounts(r: Reader, object: 'USER' | 'ROLE'): readonly ObjectName[] {
  if (object !== 'USER') r.fail('USER');
  const names = r.list(() => user(r, true));
  userOptions(r);
  return names;
}

/** Words that MySQL takes as names of anything but roles. */
const NO_ROLES = new Set(
  'EVENT EXECUTE FILE NONE PROCESS PROXY RELOAD REPLICATION RESOURCE RESTART SHUTDOWN SUPER'.split(' '),
);

function user(r: Reader, alter: boolean): ObjectName {
  const place = r.place;
  const own = alter && r.is('USER') && r.symbol('(', 1);
  const name = own ? ownAccount(r, place) : accountName(r);
  if (!alter) {
    authentication(r, alter);
    return name;
  }
  if (r.take('DISCARD')) r.need('OLD', 'PASSWORD');
  else if (r.isOneOf(new Set(['ADD', 'MODIFY', 'DROP']))) factors(r);
  else if (r.is('INITIATE') || r.is('FINISH') || (r.peek().kind === 'number' && !r.mariadb)) registration(r);
  else authentication(r, alter);
  return name;
}

function ownAccount(r: Reader, place: number): ObjectName {
  r.need('USER');
  r.needSymbol('(');
  r.needSymbol(')');
  return { schema: null, name: r.textFrom(place), span: r.spanFrom(place) };
}

function authentication(r: Reader, alter: boolean): void {
  if (!r.take('IDENTIFIED')) return;
  if (r.mariadb) mariadbMethod(r);
  else {
    method(r);
    while (r.take('AND')) {
      r.need('IDENTIFIED');
      method(r);
    }
  }
  if (!alter) return;
  if (r.take('REPLACE')) r.string('the old password');
  r.take('RETAIN', 'CURRENT', 'PASSWORD');
}

/** Behind IDENTIFIED, MySQL. */
function method(r: Reader): void {
  if (r.take('WITH')) {
    r.nameOrString('a plugin');
    if (r.take('AS')) {
      secret(r);
      return;
    }
    if (r.take('INITIAL', 'AUTHENTICATION')) {
      r.need('IDENTIFIED');
      if (r.take('WITH')) {
        r.nameOrString('a plugin');
        r.need('AS');
        secret(r);
        return;
      }
    } else if (!r.is('BY')) return;
  }
  r.need('BY');
  if (!r.take('RANDOM', 'PASSWORD')) secret(r);
}

function mariadbMethod(r: Reader): void {
  if (r.take('BY')) {
    r.take('PASSWORD');
    r.string('a password');
    return;
  }
  r.needOneOf(['VIA', 'WITH']);
  do {
    r.nameOrString('a plugin');
    if (r.takeOneOf(['USING', 'AS', 'BY']) === null) continue;
    if (r.take('PASSWORD')) r.parenthesised(() => r.string('a password'));
    else r.string('what the plugin wants');
  } while (r.take('OR'));
}

function secret(r: Reader): void {
  if (r.peek().kind === 'bits') r.next();
  else r.string('a password');
}

function factors(r: Reader): void {
  do {
    const verb = r.needOneOf(['ADD', 'MODIFY', 'DROP']);
    r.number();
    r.need('FACTOR');
    if (verb !== 'DROP') {
      r.need('IDENTIFIED');
      method(r);
    }
  } while (r.isOneOf(new Set(['ADD', 'MODIFY', 'DROP'])));
}

function registration(r: Reader): void {
  if (r.peek().kind === 'number') {
    r.number();
    r.need('FACTOR');
  }
  if (r.take('UNREGISTER')) return;
  r.needOneOf(['INITIATE', 'FINISH']);
  r.need('REGISTRATION');
  if (r.take('SET')) {
    r.need('CHALLENGE_RESPONSE', 'AS');
    secret(r);
  }
}

const LIMITS = [
  'MAX_QUERIES_PER_HOUR',
  'MAX_UPDATES_PER_HOUR',
  'MAX_CONNECTIONS_PER_HOUR',
  'MAX_USER_CONNECTIONS',
  'MAX_STATEMENT_TIME',
];

function userOptions(r: Reader): void {
  if (!r.mariadb && r.take('DEFAULT')) {
    r.need('ROLE');
    if (r.takeOneOf(['NONE', 'ALL']) === null) r.list(() => account(r));
  }
  requirement(r);
  if (r.take('WITH')) {
    do {
      r.needOneOf(LIMITS);
      if (r.mariadb) r.takeSymbol('-');
      r.number();
    } while (LIMITS.includes(r.word()));
  }
  while (lockOption(r));
  if (!r.mariadb && r.takeOneOf(['COMMENT', 'ATTRIBUTE']) !== null) r.string();
}

/** REQUIRE SSL and its like. */
export function requirement(r: Reader): void {
  if (!r.take('REQUIRE')) return;
  if (r.takeOneOf(['NONE', 'SSL', 'X509']) !== null) return;
  do {
    r.needOneOf(['CIPHER', 'ISSUER', 'SUBJECT']);
    r.string();
    r.take('AND');
  } while (['CIPHER', 'ISSUER', 'SUBJECT'].includes(r.word()));
}

function lockOption(r: Reader): boolean {
  if (r.takeOneOf(['ACCOUNT LOCK', 'ACCOUNT UNLOCK']) !== null) return true;
  if (r.take('PASSWORD', 'EXPIRE')) {
    if (r.takeOneOf(['DEFAULT', 'NEVER']) === null && r.take('INTERVAL')) {
      r.number();
      r.need('DAY');
    }
  } else if (r.mariadb) return false;
  else if (r.take('PASSWORD', 'HISTORY')) numberOr(r, 'DEFAULT');
  else if (r.take('PASSWORD', 'REUSE')) {
    r.need('INTERVAL');
    if (r.take('DEFAULT')) return true;
    r.number();
    r.need('DAY');
  } else if (r.take('PASSWORD', 'REQUIRE')) {
    r.need('CURRENT');
    r.takeOneOf(['DEFAULT', 'OPTIONAL']);
  } else if (r.take('FAILED_LOGIN_ATTEMPTS')) r.number();
  else if (r.take('PASSWORD_LOCK_TIME')) numberOr(r, 'UNBOUNDED');
  else return false;
  return true;
}

function numberOr(r: Reader, word: string): void {
  if (!r.take(word)) r.number();
}

/** MariaDB: GRANT may make the account that it names. */
export function accountWithSecret(r: Reader): void {
  account(r);
  if (r.take('IDENTIFIED')) mariadbMethod(r);
}
