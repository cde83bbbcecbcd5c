import { accountWithSecret, requirement } from './accounts.ts';
import { account } from './names.ts';
import type { Reader } from './reader.ts';

/** GRANT and REVOKE. */

const PRIVILEGES =
  `ALL PRIVILEGES|ALL|ALTER ROUTINE|ALTER|BINLOG ADMIN|BINLOG MONITOR|BINLOG REPLAY|CONNECTION ADMIN|CREATE ROUTINE|
CREATE TABLESPACE|CREATE TEMPORARY TABLES|CREATE USER|CREATE VIEW|CREATE ROLE|CREATE|DELETE HISTORY|DELETE VERSIONING ROWS|DELETE|
DROP ROLE|DROP|EVENT|EXECUTE|FEDERATED ADMIN|FILE|GRANT OPTION|INDEX|INSERT|LOCK TABLES|PROCESS|PROXY|READ ONLY ADMIN|
READ_ONLY ADMIN|REFERENCES|RELOAD|REPLICATION CLIENT|REPLICATION MASTER ADMIN|REPLICATION SLAVE ADMIN|REPLICATION SLAVE|
REPLICATION REPLICA ADMIN|REPLICATION REPLICA|REPLICA MONITOR|SLAVE MONITOR|SELECT|SET USER|SHOW CREATE ROUTINE|SHOW DATABASES|
SHOW VIEW|SHUTDOWN|SUPER|TRIGGER|UPDATE|USAGE`
    .split('|')
    .map((phrase) => phrase.trim());

/** A privilege with its columns, or a role. */
function privilege(r: Reader): void {
  const known = r.takeOneOf(PRIVILEGES);
  if (known === null) account(r);
  if (r.symbol('(')) r.parenthesised(() => r.list(() => r.seen.columns.add(r.name('the name of a column'))));
}

/** `*.*`, `db.*`, `*`, `db.t`, `t`. */
function level(r: Reader): void {
  r.takeOneOf(['TABLE', 'FUNCTION', 'PROCEDURE', 'LIBRARY', 'PACKAGE BODY', 'PACKAGE']);
  if (r.takeSymbol('*')) {
    if (r.takeSymbol('.')) r.needSymbol('*');
    return;
  }
  if (r.isName() && r.symbol('.', 1) && r.symbol('*', 2)) {
    r.name();
    r.needSymbol('.');
    r.needSymbol('*');
  } else r.table();
}

export function grant(r: Reader): void {
  r.need('GRANT');
  r.list(() => privilege(r));
  const on = r.take('ON');
  if (on && r.isString()) account(r);
  else if (on && !isLevel(r)) account(r);
  else if (on) level(r);
  r.need('TO');
  r.list(() => (r.mariadb ? accountWithSecret(r) : account(r)));
  requirement(r);
  grantOptions(r);
  if (!r.mariadb && r.take('AS')) {
    account(r);
    if (r.take('WITH')) {
      r.need('ROLE');
      if (r.takeOneOf(['NONE', 'DEFAULT']) === null && !r.take('ALL')) r.list(() => account(r));
      else if (r.take('EXCEPT')) r.list(() => account(r));
    }
  }
}

function isLevel(r: Reader): boolean {
  return r.peek(1).kind !== 'variable';
}

const WITH = ['GRANT OPTION', 'ADMIN OPTION'];
const LIMITS = [
  'MAX_QUERIES_PER_HOUR',
  'MAX_UPDATES_PER_HOUR',
  'MAX_CONNECTIONS_PER_HOUR',
  'MAX_USER_CONNECTIONS',
  'MAX_STATEMENT_TIME',
];

function grantOptions(r: Reader): void {
  if (!r.take('WITH')) return;
  if (!r.mariadb) {
    r.needOneOf(WITH);
    return;
  }
  let some = false;
  for (;;) {
    if (r.takeOneOf(WITH) === null) {
      if (r.takeOneOf(LIMITS) === null) break;
      r.number();
    }
    some = true;
  }
  if (!some) r.fail('GRANT OPTION');
}

export function revoke(r: Reader): void {
  r.need('REVOKE');
  if (!r.mariadb) r.take('IF', 'EXISTS');
  if (r.mariadb) r.take('ADMIN', 'OPTION', 'FOR');
  r.list(() => privilege(r));
  if (r.take('ON')) {
    if (r.isString() || !isLevel(r)) account(r);
    else level(r);
  }
  r.need('FROM');
  r.list(() => account(r));
  if (!r.mariadb) r.take('IGNORE', 'UNKNOWN', 'USER');
}
