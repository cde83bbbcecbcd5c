import { collationName, takeCharset } from './names.ts';
import { fieldsAndLines } from './queries.ts';
import type { Reader } from './reader.ts';
import { assignment } from './rows.ts';
import { partitionNames } from './tables-read.ts';

/** LOAD DATA and LOAD XML. */
export function loadData(r: Reader): void {
  r.need('LOAD');
  const xml = r.needOneOf(['DATA', 'XML']) === 'XML';
  r.takeOneOf(['LOW_PRIORITY', 'CONCURRENT']);
  r.take('LOCAL');
  r.need('INFILE');
  r.string('a file');
  if (!r.mariadb && r.take('COUNT')) r.number();
  if (!r.mariadb) r.take('IN', 'PRIMARY', 'KEY', 'ORDER');
  r.takeOneOf(['REPLACE', 'IGNORE']);
  r.need('INTO', 'TABLE');
  r.table();
  partitionNames(r);
  if (takeCharset(r)) collationName(r);
  if (xml && r.take('ROWS', 'IDENTIFIED', 'BY')) r.string();
  fieldsAndLines(r);
  if (r.take('IGNORE')) {
    r.number();
    r.needOneOf(['LINES', 'ROWS']);
  }
  if (r.symbol('(')) {
    r.parenthesised(() => {
      if (!r.symbol(')')) r.list(() => target(r));
    });
  }
  if (r.take('SET')) r.list(() => assignment(r));
}

function target(r: Reader): void {
  if (r.peek().kind === 'variable') r.next();
  else r.name('the name of a column');
}
