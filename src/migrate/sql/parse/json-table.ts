import type { Reader } from './reader.ts';
import { onEmptyOrError } from './special-calls.ts';
import { dataType } from './types.ts';

/** JSON_TABLE in FROM. */
export function jsonTable(r: Reader): void {
  r.need('JSON_TABLE');
  r.parenthesised(() => {
    r.expr();
    r.needSymbol(',');
    r.bits();
    columns(r);
  });
  r.take('AS');
  r.name('a name for the table');
}

function columns(r: Reader): void {
  r.need('COLUMNS');
  r.parenthesised(() => r.list(() => column(r)));
}

function column(r: Reader): void {
  if (r.take('NESTED')) {
    r.take('PATH');
    r.string('a path');
    columns(r);
    return;
  }
  r.name('the name of a column');
  if (r.take('FOR', 'ORDINALITY')) return;
  dataType(r);
  r.take('EXISTS');
  r.need('PATH');
  r.string('a path');
  onEmptyOrError(r);
}
