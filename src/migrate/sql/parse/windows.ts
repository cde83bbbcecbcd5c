import type { Reader } from './reader.ts';
import { needUnit } from './units.ts';

/** ORDER BY and windows. */

export function orderBy(r: Reader): void {
  r.need('ORDER', 'BY');
  r.list(() => {
    r.expr();
    r.takeOneOf(['ASC', 'DESC']);
  });
}

/** `OVER w`, `OVER (…)`. */
export function over(r: Reader, needed: boolean): void {
  if (!r.take('OVER')) {
    if (needed) r.fail('OVER');
    return;
  }
  if (r.symbol('(')) windowSpec(r);
  else r.name('the name of a window');
}

export function windowSpec(r: Reader): void {
  r.parenthesised(() => {
    if (r.isName() && !r.is('PARTITION')) r.name();
    if (r.take('PARTITION', 'BY')) {
      r.list(() => {
        r.expr();
        r.takeOneOf(['ASC', 'DESC']);
      });
    }
    if (r.is('ORDER')) orderBy(r);
    if (r.takeOneOf(['ROWS', 'RANGE', 'GROUPS']) === null) return;
    if (r.take('BETWEEN')) {
      bound(r);
      r.need('AND');
    }
    bound(r);
    if (r.take('EXCLUDE')) r.needOneOf(['CURRENT ROW', 'GROUP', 'TIES', 'NO OTHERS']);
  });
}

function bound(r: Reader): void {
  if (r.take('CURRENT', 'ROW')) return;
  if (!r.take('UNBOUNDED')) {
    if (r.take('INTERVAL')) {
      r.expr();
      needUnit(r);
    } else if (r.mariadb) r.bits();
    else if (!r.takeSymbol('?')) r.number('a number, INTERVAL');
  }
  r.needOneOf(['PRECEDING', 'FOLLOWING']);
}
