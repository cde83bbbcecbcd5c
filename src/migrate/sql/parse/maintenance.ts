import type { Reader } from './reader.ts';

const CHECKS = ['QUICK', 'FAST', 'MEDIUM', 'EXTENDED', 'CHANGED', 'FOR UPGRADE'];
const REPAIRS = ['QUICK', 'EXTENDED', 'USE_FRM', 'FORCE'];

/** ANALYZE, OPTIMIZE, CHECK, REPAIR and CHECKSUM of tables; what it is, or null when it is something else. */
export function maintenance(r: Reader): string | null {
  const place = r.place;
  const verb = r.takeOneOf(['ANALYZE', 'OPTIMIZE', 'CHECK', 'REPAIR', 'CHECKSUM']);
  if (verb === null) return null;
  if (verb !== 'CHECK' && verb !== 'CHECKSUM') r.takeOneOf(['NO_WRITE_TO_BINLOG', 'LOCAL']);
  const views = r.mariadb && (verb === 'CHECK' || verb === 'REPAIR') && r.takeOneOf(['VIEW', 'VIEWS']) !== null;
  if (!views && r.takeOneOf(['TABLE', 'TABLES']) === null) {
    r.back(place);
    if (!(verb === 'ANALYZE' && r.mariadb)) return null;
    analyzed(r);
    return 'ANALYZE';
  }
  r.list(() => {
    r.table();
    if (r.mariadb && verb === 'ANALYZE') persistent(r);
  });
  if (verb === 'ANALYZE' && !r.mariadb) histogram(r);
  if (verb === 'CHECK') while (r.takeOneOf(CHECKS) !== null);
  if (verb === 'REPAIR') while (r.takeOneOf(REPAIRS) !== null || r.take('FROM', 'MYSQL'));
  if (verb === 'CHECKSUM') r.takeOneOf(['QUICK', 'EXTENDED']);
  if (verb === 'OPTIMIZE' && r.mariadb && !r.take('NOWAIT') && r.take('WAIT')) r.number();
  return `${verb} TABLE`;
}

/** MariaDB: `ANALYZE SELECT …` runs the statement and says how. */
function analyzed(r: Reader): void {
  r.need('ANALYZE');
  if (r.take('FORMAT')) {
    r.needSymbol('=');
    r.nameOrString('a format');
  }
  r.statement();
}

function persistent(r: Reader): void {
  if (!r.take('PERSISTENT', 'FOR')) return;
  if (r.take('ALL')) return;
  for (const what of ['COLUMNS', 'INDEXES']) {
    r.need(what);
    if (r.take('ALL')) continue;
    r.parenthesised(() => {
      if (!r.symbol(')')) r.list(() => r.take('PRIMARY') || r.name());
    });
  }
}

function histogram(r: Reader): void {
  const verb = r.takeOneOf(['UPDATE HISTOGRAM ON', 'DROP HISTOGRAM ON']);
  if (verb === null) return;
  r.list(() => r.name('the name of a column'));
  if (verb.startsWith('DROP')) return;
  if (r.take('USING')) {
    r.need('DATA');
    r.string();
    return;
  }
  if (r.take('WITH')) {
    r.number();
    r.need('BUCKETS');
  }
  r.takeOneOf(['AUTO UPDATE', 'MANUAL UPDATE']);
}
