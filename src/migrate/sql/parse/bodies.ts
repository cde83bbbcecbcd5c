import { charsetName, takeCharset } from './names.ts';
import type { Reader } from './reader.ts';
import { dataType } from './types.ts';

/** Bodies of stored programs, statement by statement. */

/** One statement of a body. */
export function programBody(r: Reader): void {
  r.nested(() => {
    const label = labelOf(r);
    if (block(r, label) || control(r) || handled(r)) return;
    if (label) r.fail('BEGIN, LOOP, REPEAT, WHILE');
    r.statement();
  });
}

function labelOf(r: Reader): boolean {
  if (!r.symbol(':', 1) || !(r.isName() || r.isString())) return false;
  if (!r.mariadb && r.isOneOf(NO_LABELS)) r.fail('a label');
  r.next();
  r.next();
  return true;
}

/** Words that MySQL takes as names of anything but labels. */
const NO_LABELS = new Set(
  `ASCII BEGIN BINLOG BYTE CACHE CHARSET CHECKSUM CLONE COMMENT COMMIT CONTAINS DEALLOCATE DO END EXECUTE FLUSH FOLLOWS HANDLER HELP
  IMPORT INSTALL LANGUAGE NO PRECEDES PREPARE REPAIR RESET RESTART ROLLBACK SAVEPOINT SHUTDOWN SIGNED SLAVE START STOP TRUNCATE
  UNICODE UNINSTALL XA`.split(/\s+/),
);

/** Statements up to one of these words, each with its `;`. */
function statements(r: Reader, ends: readonly string[]): void {
  let count = 0;
  while (!ends.some((word) => r.is(word))) {
    programBody(r);
    r.needSymbol(';');
    count += 1;
  }
  if (count === 0) r.fail('a statement');
}

/** What may carry a label. */
function block(r: Reader, label: boolean): boolean {
  if (r.is('BEGIN') && !r.is('BEGIN', 'WORK')) {
    begin(r);
    endLabel(r, label);
  } else if (r.take('LOOP')) {
    statements(r, ['END']);
    r.need('END', 'LOOP');
    endLabel(r, label);
  } else if (r.is('REPEAT') && !r.symbol('(', 1)) {
    r.need('REPEAT');
    statements(r, ['UNTIL']);
    r.need('UNTIL');
    r.expr();
    r.need('END', 'REPEAT');
    endLabel(r, label);
  } else if (r.take('WHILE')) {
    r.expr();
    r.need('DO');
    statements(r, ['END']);
    r.need('END', 'WHILE');
    endLabel(r, label);
  } else if (r.mariadb && r.take('FOR')) forLoop(r, label);
  else return label && r.fail('BEGIN, LOOP, REPEAT, WHILE');
  return true;
}

/** Only what has a label may repeat it. */
function endLabel(r: Reader, label: boolean): void {
  if (!label) return;
  if (r.isName() || r.isString()) r.next();
}

function begin(r: Reader): void {
  r.need('BEGIN');
  if (r.mariadb && r.take('NOT')) r.need('ATOMIC');
  while (r.is('DECLARE')) {
    declare(r);
    r.needSymbol(';');
  }
  while (!r.is('END')) {
    programBody(r);
    r.needSymbol(';');
  }
  r.need('END');
}

/** MariaDB: `FOR i IN 1..10 DO … END FOR`. */
function forLoop(r: Reader, label: boolean): void {
  r.name();
  r.need('IN');
  r.take('REVERSE');
  if (r.symbol('(')) r.parenthesised(() => r.query());
  else {
    r.expr();
    if (r.takeSymbol('..')) r.expr();
  }
  r.need('DO');
  statements(r, ['END']);
  r.need('END', 'FOR');
  endLabel(r, label);
}

function control(r: Reader): boolean {
  if (r.take('IF')) ifStatement(r);
  else if (r.take('CASE')) caseStatement(r);
  else if (r.take('LEAVE') || r.take('ITERATE')) r.nameOrString('a label');
  else if (r.take('RETURN')) r.expr();
  else if (r.take('OPEN')) {
    r.name('a cursor');
    if (r.mariadb && r.symbol('(')) r.parenthesised(() => r.list(() => r.expr()));
  } else if (r.take('CLOSE')) r.name('a cursor');
  else if (r.take('FETCH')) fetch(r);
  else return false;
  return true;
}

function ifStatement(r: Reader): void {
  r.expr();
  r.need('THEN');
  statements(r, ['ELSEIF', 'ELSE', 'END']);
  while (r.take('ELSEIF')) {
    r.expr();
    r.need('THEN');
    statements(r, ['ELSEIF', 'ELSE', 'END']);
  }
  if (r.take('ELSE')) statements(r, ['END']);
  r.need('END', 'IF');
}

function caseStatement(r: Reader): void {
  if (!r.is('WHEN')) r.expr();
  do {
    r.need('WHEN');
    r.expr();
    r.need('THEN');
    statements(r, ['WHEN', 'ELSE', 'END']);
  } while (r.is('WHEN'));
  if (r.take('ELSE')) statements(r, ['END']);
  r.need('END', 'CASE');
}

function fetch(r: Reader): void {
  if (r.take('NEXT')) r.need('FROM');
  else r.take('FROM');
  r.name('a cursor');
  r.need('INTO');
  r.list(() => {
    if (r.peek().kind === 'variable') r.next();
    else r.name('a variable');
  });
}

function declare(r: Reader): void {
  r.need('DECLARE');
  if (r.takeOneOf(['CONTINUE HANDLER', 'EXIT HANDLER']) !== null) {
    r.need('FOR');
    r.list(() => conditionOf(r));
    programBody(r);
    return;
  }
  const names = r.list(() => r.name('a name')).length;
  if (names === 1 && r.take('CONDITION')) {
    r.need('FOR');
    if (!sqlState(r)) r.number();
  } else if (names === 1 && r.take('CURSOR')) {
    if (r.mariadb && r.symbol('(')) r.parenthesised(() => r.list(() => member(r)));
    r.need('FOR');
    r.query();
  } else {
    variableType(r);
    if (r.take('DEFAULT')) r.expr();
  }
}

function member(r: Reader): void {
  r.name();
  variableType(r);
}

/** Type of a variable; MariaDB also takes the type of a column or of a row. */
export function variableType(r: Reader): void {
  if (r.mariadb && r.take('TYPE', 'OF')) {
    r.name();
    while (r.takeSymbol('.')) r.anyName();
    return;
  }
  if (r.mariadb && r.take('ROW')) {
    if (r.take('TYPE', 'OF')) r.objectName();
    else r.parenthesised(() => r.list(() => member(r)));
    return;
  }
  dataType(r);
  if (takeCharset(r)) charsetName(r);
  if (r.take('COLLATE')) charsetName(r);
}

function conditionOf(r: Reader): void {
  if (sqlState(r)) return;
  if (r.takeOneOf(['SQLWARNING', 'NOT FOUND', 'SQLEXCEPTION']) !== null) return;
  if (r.peek().kind === 'number') r.next();
  else r.name('a condition');
}

function sqlState(r: Reader): boolean {
  if (!r.take('SQLSTATE')) return false;
  r.take('VALUE');
  r.string('an SQLSTATE');
  return true;
}

const SIGNAL_ITEMS = [
  'CLASS_ORIGIN',
  'SUBCLASS_ORIGIN',
  'CONSTRAINT_CATALOG',
  'CONSTRAINT_SCHEMA',
  'CONSTRAINT_NAME',
  'CATALOG_NAME',
  'SCHEMA_NAME',
  'TABLE_NAME',
  'COLUMN_NAME',
  'CURSOR_NAME',
  'MESSAGE_TEXT',
  'MYSQL_ERRNO',
];

function conditionNumber(r: Reader): void {
  const { kind } = r.peek();
  if (r.takeSymbol('@@')) r.anyName();
  else if (kind === 'number' || kind === 'variable' || kind === 'string' || r.isName()) r.next();
  else r.fail('the number of a condition');
  if (r.symbol('(') || r.symbol('+')) r.fail('a variable');
}

/** SIGNAL, RESIGNAL and GET DIAGNOSTICS, which may stand outside of bodies, too. */
export function handled(r: Reader): boolean {
  const again = r.is('RESIGNAL');
  if (again || r.is('SIGNAL')) {
    r.next();
    const said = sqlState(r) || (r.isName() && r.name() !== '');
    if (!said && !again) r.fail('SQLSTATE, a condition');
    if (r.take('SET')) {
      r.list(() => {
        r.needOneOf(SIGNAL_ITEMS);
        r.needSymbol('=');
        r.bits();
      });
    }
    return true;
  }
  if (!r.is('GET')) return false;
  r.need('GET');
  r.takeOneOf(['CURRENT', 'STACKED']);
  r.need('DIAGNOSTICS');
  const condition = r.take('CONDITION');
  if (condition) conditionNumber(r);
  r.list(() => {
    if (r.peek().kind === 'variable') r.next();
    else r.name('a variable');
    r.needSymbol('=');
    r.needOneOf(condition ? ['RETURNED_SQLSTATE', 'ROW_NUMBER', ...SIGNAL_ITEMS] : ['NUMBER', 'ROW_COUNT']);
  });
  return true;
}
