import { charsetName } from './names.ts';
import type { Reader } from './reader.ts';
import { castType } from './types.ts';
import { needStampUnit, needUnit } from './units.ts';
import { orderBy } from './windows.ts';

/** Functions whose arguments are no plain list. */

type Special = (r: Reader) => void;

const list = (r: Reader): void => void r.list(() => r.expr());

/** Behind the parenthesis; what closes it is taken by the caller. */
export const SPECIAL: Readonly<Record<string, Special>> = {
  CAST: (r) => {
    r.expr();
    if (!r.mariadb && r.take('AT')) {
      if (r.take('LOCAL')) {
        r.need('AS');
        castType(r);
        return;
      }
      r.need('TIME', 'ZONE');
      r.take('INTERVAL');
      r.string('a time zone');
      r.need('AS', 'DATETIME');
      if (r.symbol('(')) r.parenthesised(() => r.number());
      return;
    }
    r.need('AS');
    castType(r);
    if (!r.mariadb) r.take('ARRAY');
  },
  CONVERT: (r) => {
    r.expr();
    if (r.take('USING')) charsetName(r);
    else {
      r.needSymbol(',');
      castType(r);
    }
  },
  CHAR: (r) => {
    list(r);
    if (r.take('USING')) charsetName(r);
  },
  EXTRACT: (r) => {
    needUnit(r);
    r.need('FROM');
    r.expr();
  },
  TRIM: (r) => {
    const side = r.takeOneOf(['BOTH', 'LEADING', 'TRAILING']);
    if (side !== null && r.take('FROM')) {
      r.expr();
      return;
    }
    r.expr();
    if (side !== null) r.need('FROM');
    else if (!r.take('FROM')) return;
    r.expr();
  },
  SUBSTRING: substring,
  SUBSTR: substring,
  MID: substring,
  POSITION: (r) => {
    r.bits();
    r.need('IN');
    r.expr();
  },
  INTERVAL: (r) => {
    r.expr();
    r.needSymbol(',');
    list(r);
  },
  DATE_ADD: dateAdd,
  DATE_SUB: dateAdd,
  ADDDATE: dateAdd,
  SUBDATE: dateAdd,
  TIMESTAMPADD: stamps,
  TIMESTAMPDIFF: stamps,
  GET_FORMAT: (r) => {
    r.needOneOf(['DATE', 'TIME', 'DATETIME', 'TIMESTAMP']);
    r.needSymbol(',');
    r.expr();
  },
  VALUES: columnOnly,
  VALUE: columnOnly,
  DEFAULT: columnOnly,
  WEIGHT_STRING: (r) => {
    r.expr();
    if (r.take('AS')) {
      r.needOneOf(['CHAR', 'CHARACTER', 'BINARY', 'NCHAR']);
      r.parenthesised(() => r.number());
    }
    if (r.mariadb && r.take('LEVEL')) {
      r.list(() => {
        r.number();
        r.takeOneOf(['ASC', 'DESC']);
        r.take('REVERSE');
        if (r.takeSymbol('-')) r.number();
      });
    } else while (r.takeSymbol(',')) r.number();
  },
  GROUP_CONCAT: (r) => {
    r.take('DISTINCT');
    list(r);
    if (r.is('ORDER')) orderBy(r);
    if (r.take('SEPARATOR')) r.string();
    if (r.mariadb && r.take('LIMIT')) {
      r.expr();
      if (r.takeSymbol(',') || r.take('OFFSET')) r.expr();
    }
  },
  COUNT: (r) => {
    if (r.takeSymbol('*')) return;
    if (r.take('DISTINCT')) list(r);
    else {
      r.take('ALL');
      r.expr();
    }
  },
  JSON_VALUE: (r) => {
    r.expr();
    r.needSymbol(',');
    r.expr();
    if (r.take('RETURNING')) castType(r);
    onEmptyOrError(r);
  },
  JSON_DUALITY_OBJECT: dualityObject,
  COLUMN_CREATE: dynamicColumns,
  COLUMN_ADD: dynamicColumns,
  COLUMN_GET: (r) => {
    r.expr();
    r.needSymbol(',');
    r.expr();
    r.need('AS');
    castType(r);
  },
};

const DUALITY_TAGS = ['INSERT', 'UPDATE', 'DELETE', 'NO INSERT', 'NO UPDATE', 'NO DELETE'];

function dualityTags(r: Reader): void {
  do r.needOneOf(DUALITY_TAGS);
  while (r.takeSymbol(',') || DUALITY_TAGS.some((tag) => r.is(...tag.split(' '))));
}

/** `WITH INSERT 'key': value, …`: what a JSON duality view is made of. */
function dualityObject(r: Reader): void {
  if (r.take('WITH')) {
    if (r.symbol('(')) r.parenthesised(() => dualityTags(r));
    else dualityTags(r);
  }
  r.list(() => {
    r.string('a key');
    r.needSymbol(':');
    r.expr();
  });
}

function substring(r: Reader): void {
  r.expr();
  if (r.take('FROM')) {
    r.expr();
    if (r.take('FOR')) r.expr();
    return;
  }
  r.needSymbol(',');
  r.expr();
  if (r.takeSymbol(',')) r.expr();
}

function dateAdd(r: Reader): void {
  r.expr();
  r.needSymbol(',');
  if (!r.is('INTERVAL')) r.expr();
  else {
    r.need('INTERVAL');
    r.expr();
    needUnit(r);
  }
}

function stamps(r: Reader): void {
  needStampUnit(r);
  r.needSymbol(',');
  r.expr();
  r.needSymbol(',');
  r.expr();
}

function columnOnly(r: Reader): void {
  let name = r.name('the name of a column');
  while (r.takeSymbol('.')) name = r.anyName();
  r.seen.columns.add(name);
}

function dynamicColumns(r: Reader): void {
  r.list(() => {
    r.expr();
    if (r.take('AS')) castType(r);
  });
}

/** `DEFAULT 1 ON EMPTY NULL ON ERROR`. */
export function onEmptyOrError(r: Reader): void {
  for (const when of ['EMPTY', 'ERROR']) {
    const place = r.place;
    if (r.take('DEFAULT')) {
      if (r.is('NULL')) r.fail('a literal');
      r.expr();
    } else if (r.takeOneOf(['NULL', 'ERROR']) === null) continue;
    // `NULL ON ERROR` alone is of the error.
    if (!r.take('ON', when)) r.back(place);
  }
}
