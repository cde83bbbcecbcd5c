import type { Expression, OtherStatement, SetStatement } from '../tree.ts';
import { expression } from './expressions.ts';
import { account, charsetName, collationName, takeCharset } from './names.ts';
import type { Reader } from './reader.ts';

/** SET in its many forms. */

type Variable = SetStatement['variables'][number];

const SCOPES: Readonly<Record<string, string>> = {
  GLOBAL: 'global',
  SESSION: 'session',
  LOCAL: 'session',
  PERSIST: 'persist',
  PERSIST_ONLY: 'persist',
};

export function setStatement(r: Reader): SetStatement | OtherStatement {
  r.need('SET');
  const other = otherSet(r);
  if (other !== null) return { kind: 'other', what: `SET ${other}`, tables: [] };
  if (r.mariadb && r.take('STATEMENT')) {
    r.list(() => {
      r.name('a variable');
      r.needSymbol('=');
      r.expr();
    });
    r.need('FOR');
    const { seen } = r.collect(() => r.statement());
    return { kind: 'other', what: 'SET STATEMENT', tables: seen.tables };
  }
  return { kind: 'set', variables: r.list(() => variable(r)).flat() };
}

function variable(r: Reader): readonly Variable[] {
  const place = r.place;
  const whole = (name: string): readonly Variable[] => {
    const value: Expression = { span: r.spanFrom(place), columns: [], functions: [], literal: null, subquery: false };
    return [{ scope: 'session', name, value }];
  };
  if (r.peek().kind === 'variable') {
    const name = r.next().text;
    sign(r);
    return [{ scope: 'user', name, value: expression(r) }];
  }
  if (r.take('NAMES')) {
    names(r);
    return whole('NAMES');
  }
  if (takeCharset(r)) {
    if (!r.take('DEFAULT')) charsetName(r);
    return whole('CHARACTER SET');
  }
  const scope = scopeOf(r);
  if (!r.mariadb && Object.hasOwn(SCOPES, r.word())) r.fail('the name of a variable');
  let name = r.is('DEFAULT') && r.symbol('.', 1) ? r.anyName() : r.name('the name of a variable');
  while (r.takeSymbol('.')) name += `.${r.anyName()}`;
  sign(r);
  return [{ scope, name, value: r.expressionOf(() => (/^NEW\./i.test(name) ? r.expr() : settingValue(r))) }];
}

function names(r: Reader): void {
  if (r.takeSymbol('=')) {
    r.expr();
    return;
  }
  if (r.take('DEFAULT')) return;
  charsetName(r);
  if (r.take('COLLATE')) collationName(r);
}

function scopeOf(r: Reader): string {
  if (r.takeSymbol('@@')) {
    const scope = SCOPES[r.word()];
    if (scope === undefined || !r.symbol('.', 1)) return 'session';
    r.next();
    r.needSymbol('.');
    return scope;
  }
  const scope = SCOPES[r.word()];
  if (scope === undefined || r.symbol('=', 1) || r.symbol(':=', 1) || r.symbol('.', 1)) return 'session';
  r.next();
  return scope;
}

function sign(r: Reader): void {
  if (!r.takeSymbol('=')) r.needSymbol(':=');
}

/** Words that are values of settings, and reserved elsewhere. */
const VALUES = new Set(['DEFAULT', 'ON', 'ALL', 'BINARY', 'ROW', 'SYSTEM']);

function settingValue(r: Reader): void {
  if (r.isOneOf(VALUES) && !r.symbol('(', 1)) r.next();
  else r.expr();
}

/** SET TRANSACTION, SET PASSWORD, SET ROLE, SET DEFAULT ROLE, SET RESOURCE GROUP; null: it sets variables. */
function otherSet(r: Reader): string | null {
  const place = r.place;
  r.takeOneOf(['GLOBAL', 'SESSION', 'LOCAL']);
  if (r.take('TRANSACTION')) {
    r.list(() => {
      const what = r.needOneOf(['ISOLATION LEVEL', 'READ ONLY', 'READ WRITE']);
      if (what === 'ISOLATION LEVEL') {
        r.needOneOf(['READ UNCOMMITTED', 'READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE']);
      }
    });
    return 'TRANSACTION';
  }
  r.back(place);
  return accountSet(r);
}

function accountSet(r: Reader): string | null {
  if (r.take('PASSWORD')) {
    if (r.take('FOR')) account(r);
    if (!r.mariadb && r.take('TO')) {
      r.need('RANDOM');
      return 'PASSWORD';
    }
    r.needSymbol('=');
    if (r.mariadb && r.takeOneOf(['PASSWORD', 'OLD_PASSWORD']) !== null) r.parenthesised(() => r.string('a password'));
    else r.string('a password');
    if (r.take('REPLACE')) r.string('the old password');
    r.take('RETAIN', 'CURRENT', 'PASSWORD');
    return 'PASSWORD';
  }
  if (r.take('DEFAULT', 'ROLE')) {
    if (r.takeOneOf(['NONE', 'ALL']) === null) r.list(() => account(r));
    if (r.mariadb ? r.take('FOR') : r.take('TO')) r.list(() => account(r));
    else if (!r.mariadb) r.fail('TO');
    return 'DEFAULT ROLE';
  }
  if (r.take('ROLE')) {
    if (r.takeOneOf(['NONE', 'DEFAULT']) !== null) return 'ROLE';
    if (!r.take('ALL')) r.list(() => account(r));
    else if (r.take('EXCEPT')) r.list(() => account(r));
    return 'ROLE';
  }
  if (!r.mariadb && r.take('RESOURCE', 'GROUP')) {
    r.name();
    if (r.take('FOR')) r.list(() => r.number());
    return 'RESOURCE GROUP';
  }
  return null;
}
