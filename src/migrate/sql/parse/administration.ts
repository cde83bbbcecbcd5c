import type { OtherStatement } from '../tree.ts';
import { handled, programBody } from './bodies.ts';
import { grant, revoke } from './grants.ts';
import { loadData } from './load.ts';
import { maintenance } from './maintenance.ts';
import { account } from './names.ts';
import type { Reader } from './reader.ts';
import { replication } from './replication.ts';
import { show } from './show.ts';

/** Statements that are read, and of no interest in detail. */

type Rest = (r: Reader) => void;

const nothing: Rest = () => undefined;

const chain: Rest = (r) => {
  r.take('WORK');
  if (r.take('AND')) {
    const free = r.take('NO');
    r.need('CHAIN');
    if (!free) {
      r.take('NO', 'RELEASE');
      return;
    }
  }
  if (r.take('NO')) r.need('RELEASE');
  else r.take('RELEASE');
};

const savepoint: Rest = (r) => void r.name('the name of a savepoint');

const xid: Rest = (r) => {
  literalText(r);
  if (!r.takeSymbol(',')) return;
  literalText(r);
  if (r.takeSymbol(',')) r.number();
};

function literalText(r: Reader): void {
  if (r.peek().kind === 'bits') r.next();
  else r.string();
}

const handler: Rest = (r) => {
  r.table();
  if (r.take('CLOSE')) return;
  if (r.take('OPEN')) {
    r.take('AS');
    if (r.isName()) r.name();
    return;
  }
  r.need('READ');
  const ofTable = r.takeOneOf(['FIRST', 'NEXT']);
  if (ofTable === null) {
    r.name('the name of an index');
    const compare = ['=', '>=', '<=', '<', '>'].some((sign) => r.takeSymbol(sign));
    if (compare) r.parenthesised(() => r.list(() => r.expr()));
    else r.needOneOf(['FIRST', 'NEXT', 'PREV', 'LAST']);
  }
  if (r.take('WHERE')) r.expr();
  if (r.take('LIMIT')) r.list(() => r.number());
  if (r.take('OFFSET')) r.number();
};

const explain: Rest = (r) => {
  const table = r.isName() && !EXPLAINED.has(r.word());
  if (table && !r.is('FORMAT') && !r.is('EXTENDED') && !r.is('PARTITIONS')) {
    r.table();
    if (r.isString()) r.next();
    else if (r.isName()) r.name();
    return;
  }
  r.take('ANALYZE');
  r.takeOneOf(['EXTENDED', 'PARTITIONS']);
  if (r.take('FORMAT')) {
    r.needSymbol('=');
    r.nameOrString('a format');
  }
  if (r.take('INTO') && r.next().kind !== 'variable') r.fail('a variable');
  if (r.take('FOR')) {
    if (r.take('CONNECTION')) {
      r.number();
      return;
    }
    r.needOneOf(['SCHEMA', 'DATABASE']);
    r.name();
  }
  r.statement();
};
const EXPLAINED = new Set([
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'REPLACE',
  'TABLE',
  'VALUES',
  'WITH',
  'ANALYZE',
  'FOR',
]);

const kill: Rest = (r) => {
  if (r.mariadb) r.takeOneOf(['HARD', 'SOFT']);
  r.takeOneOf(['CONNECTION', 'QUERY']);
  if (r.mariadb && r.take('ID')) {
    r.number();
    return;
  }
  if (r.mariadb && r.take('USER')) account(r);
  else r.expr();
};

const flush: Rest = (r) => {
  r.takeOneOf(['NO_WRITE_TO_BINLOG', 'LOCAL']);
  if (r.takeOneOf(['TABLES', 'TABLE']) === null) {
    r.list(() => r.needOneOf(FLUSHED) === 'RELAY LOGS' && r.take('FOR', 'CHANNEL') && r.nameOrString());
    return;
  }
  if (!r.ended && !r.symbol(';') && !r.is('WITH')) r.list(() => r.table());
  if (r.take('FOR')) r.need('EXPORT');
  if (r.take('WITH')) r.need('READ', 'LOCK');
};
const FLUSHED =
  `BINARY LOGS|ENGINE LOGS|ERROR LOGS|GENERAL LOGS|RELAY LOGS|SLOW LOGS|LOGS|HOSTS|PRIVILEGES|OPTIMIZER_COSTS|STATUS|
USER_RESOURCES|QUERY CACHE|MASTER|SLAVE|SSL|GLOBAL STATUS|SESSION STATUS|TABLE_STATISTICS|INDEX_STATISTICS|USER_STATISTICS|
CLIENT_STATISTICS|DES_KEY_FILE`
    .split('|')
    .map((phrase) => phrase.trim());

const FORMS: Readonly<Record<string, Rest>> = {
  USE: (r) => void r.name('the name of a database'),
  BEGIN: (r) => void r.take('WORK'),
  'START TRANSACTION': (r) => {
    if (r.is('WITH') || r.is('READ'))
      r.list(() => r.needOneOf(['WITH CONSISTENT SNAPSHOT', 'READ ONLY', 'READ WRITE']));
  },
  COMMIT: chain,
  ROLLBACK: (r) => {
    const place = r.place;
    r.take('WORK');
    if (!r.take('TO')) {
      r.back(place);
      chain(r);
      return;
    }
    r.take('SAVEPOINT');
    savepoint(r);
  },
  SAVEPOINT: savepoint,
  'RELEASE SAVEPOINT': savepoint,
  'LOCK TABLES': lockTables,
  'LOCK TABLE': lockTables,
  'UNLOCK TABLES': nothing,
  'UNLOCK TABLE': nothing,
  'LOCK INSTANCE FOR BACKUP': nothing,
  'UNLOCK INSTANCE': nothing,
  DO: (r) => void r.list(() => r.expr()),
  CALL: (r) => {
    r.objectName('the name of a procedure');
    if (r.symbol('(')) r.parenthesised(() => (r.symbol(')') ? [] : r.list(() => r.expr())));
  },
  PREPARE: (r) => {
    r.name();
    r.need('FROM');
    if (r.mariadb) r.expr();
    else if (r.peek().kind === 'variable') r.next();
    else r.string();
  },
  'EXECUTE IMMEDIATE': (r) => {
    r.expr();
    if (r.take('USING')) r.list(() => r.takeOneOf(['DEFAULT', 'IGNORE']) ?? r.expr());
  },
  EXECUTE: (r) => {
    r.name();
    if (r.take('USING')) r.list(() => (r.mariadb ? (r.takeOneOf(['DEFAULT', 'IGNORE']) ?? r.expr()) : variable(r)));
  },
  'DEALLOCATE PREPARE': (r) => void r.name(),
  'DROP PREPARE': (r) => void r.name(),
  HANDLER: handler,
  'XA START': (r) => {
    xid(r);
    r.takeOneOf(['JOIN', 'RESUME']);
  },
  'XA BEGIN': (r) => {
    xid(r);
    r.takeOneOf(['JOIN', 'RESUME']);
  },
  'XA END': (r) => {
    xid(r);
    if (r.take('SUSPEND')) r.take('FOR', 'MIGRATE');
  },
  'XA PREPARE': xid,
  'XA COMMIT': (r) => {
    xid(r);
    if (r.take('ONE')) r.need('PHASE');
  },
  'XA ROLLBACK': xid,
  'XA RECOVER': (r) => void r.take('CONVERT', 'XID'),
  EXPLAIN: explain,
  DESCRIBE: explain,
  DESC: explain,
  KILL: kill,
  FLUSH: flush,
  HELP: (r) => void r.nameOrString(),
  'INSTALL PLUGIN': (r) => {
    r.name();
    r.need('SONAME');
    r.string();
  },
  'INSTALL SONAME': (r) => void r.string(),
  'UNINSTALL SONAME': (r) => void r.string(),
  'UNINSTALL PLUGIN': (r) => void r.name(),
  'INSTALL COMPONENT': (r) => {
    r.list(() => r.string());
    if (!r.take('SET')) return;
    r.list(() => {
      r.takeOneOf(['GLOBAL', 'PERSIST']);
      r.name();
      while (r.takeSymbol('.')) r.anyName();
      r.needSymbol('=');
      if (!r.take('ON')) r.expr();
    });
  },
  'UNINSTALL COMPONENT': (r) => void r.list(() => r.string()),
  SHUTDOWN: (r) => void (r.mariadb && r.take('WAIT', 'FOR', 'ALL')),
  RESTART: nothing,
  'IMPORT TABLE FROM': (r) => void r.list(() => r.string()),
  'CLONE LOCAL': (r) => {
    r.need('DATA', 'DIRECTORY');
    r.takeSymbol('=');
    r.string();
  },
  'CLONE INSTANCE FROM': (r) => {
    account(r);
    r.needSymbol(':');
    r.number();
    r.need('IDENTIFIED', 'BY');
    r.string();
    if (r.take('DATA', 'DIRECTORY')) {
      r.takeSymbol('=');
      r.string();
    }
    if (r.take('REQUIRE')) r.needOneOf(['NO SSL', 'SSL']);
  },
  'CACHE INDEX': (r) => {
    r.list(() => keyTable(r));
    r.need('IN');
    if (!r.take('DEFAULT')) r.name();
  },
  'LOAD INDEX INTO CACHE': (r) => {
    r.list(() => {
      keyTable(r);
      r.take('IGNORE', 'LEAVES');
    });
  },
  BINLOG: (r) => {
    r.string();
    if (r.takeSymbol(',')) r.string();
  },
};

function variable(r: Reader): void {
  if (r.peek().kind !== 'variable') r.fail('a variable');
  r.next();
}

function keyTable(r: Reader): void {
  r.table();
  if (r.take('PARTITION')) r.parenthesised(() => r.take('ALL') || r.list(() => r.name()));
  if (r.take('INDEX') || r.take('KEY')) {
    r.parenthesised(() => r.symbol(')') || r.list(() => r.take('PRIMARY') || r.name()));
  }
}

function lockTables(r: Reader): void {
  r.list(() => {
    r.table();
    if (r.take('AS')) r.name();
    else if (r.isName() && !r.is('LOW_PRIORITY')) r.name();
    r.needOneOf(['READ LOCAL', 'READ', 'LOW_PRIORITY WRITE', 'WRITE CONCURRENT', 'WRITE']);
  });
  if (r.mariadb && !r.take('NOWAIT') && r.take('WAIT')) r.number();
}

/** Statements that other files read, each by its first words. */
const ELSEWHERE: Readonly<Record<string, Rest>> = { SHOW: show, GRANT: grant, REVOKE: revoke, LOAD: loadData };

const COMPOUND = new Set(['IF', 'CASE', 'LOOP', 'REPEAT', 'WHILE', 'FOR']);

/** A statement that begins with one of these words. */
export function otherStatement(r: Reader): OtherStatement {
  const { seen, value } = r.collect(() => whatItIs(r));
  return { kind: 'other', what: value, tables: seen.tables };
}

function whatItIs(r: Reader): string {
  const word = r.word();
  const elsewhere = Object.hasOwn(ELSEWHERE, word) ? ELSEWHERE[word] : undefined;
  if (elsewhere !== undefined && !r.is('LOAD', 'INDEX')) {
    elsewhere(r);
    return word;
  }
  const found = maintenance(r) ?? replication(r);
  if (found !== null) return found;
  if (handled(r)) return word;
  // MariaDB runs what stands in bodies of programs on its own, too.
  if (r.mariadb && (r.is('BEGIN', 'NOT') || r.isOneOf(COMPOUND))) {
    programBody(r);
    return word;
  }
  for (const [phrase, rest] of Object.entries(FORMS)) {
    if (!r.take(...phrase.split(' '))) continue;
    rest(r);
    return phrase;
  }
  return r.fail('a statement');
}
