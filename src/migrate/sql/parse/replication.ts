import { account } from './names.ts';
import type { Reader } from './reader.ts';

/** Replication and binary logs. */

type Rest = (r: Reader) => void;

const nothing: Rest = () => undefined;

const forChannel: Rest = (r) => {
  if (r.take('FOR', 'CHANNEL')) r.nameOrString('a channel');
};

/** A value of `NAME = value`. */
function value(r: Reader): void {
  if (r.symbol('(')) {
    r.parenthesised(() => {
      if (!r.symbol(')')) r.list(() => item(r));
    });
  } else if (r.isString() && r.peek(1).kind === 'variable') account(r);
  else if (r.isString() || r.isName()) r.nameOrString();
  else if (r.take('NULL') || r.take('ON') || r.take('DEFAULT')) return;
  else {
    r.takeSymbol('-');
    const { kind } = r.peek();
    if (kind !== 'number' && kind !== 'bits') r.fail('a value');
    r.next();
  }
}

function item(r: Reader): void {
  if (r.symbol('(')) r.parenthesised(() => r.list(() => item(r)));
  else if (r.peek().kind === 'number') r.next();
  else {
    r.nameOrString();
    if (r.takeSymbol('.')) r.anyName();
  }
}

const settings: Rest = (r) => {
  r.list(() => {
    r.anyName('a setting');
    r.needSymbol('=');
    value(r);
  });
  forChannel(r);
};

const threads: Rest = (r) => {
  if (r.isOneOf(new Set(['IO_THREAD', 'SQL_THREAD', 'RELAY_THREAD'])))
    r.list(() => r.needOneOf(['IO_THREAD', 'SQL_THREAD', 'RELAY_THREAD']));
  if (r.mariadb && r.isString()) r.next();
  if (r.take('UNTIL')) {
    r.list(() => {
      if (r.take('SQL_AFTER_MTS_GAPS')) return;
      r.anyName('a setting');
      r.needSymbol('=');
      value(r);
    });
  }
  for (const word of ['USER', 'PASSWORD', 'DEFAULT_AUTH', 'PLUGIN_DIR']) {
    if (!r.take(word)) continue;
    r.needSymbol('=');
    r.string();
  }
  forChannel(r);
};

const resetReplica: Rest = (r) => {
  if (r.mariadb && r.isString()) r.next();
  r.take('ALL');
  forChannel(r);
};

const purge: Rest = (r) => {
  if (r.take('TO')) r.string('a log');
  else {
    r.need('BEFORE');
    r.expr();
  }
};

const toLog: Rest = (r) => {
  if (!r.take('TO')) return;
  r.number();
};

const FORMS: Readonly<Record<string, Rest>> = {
  'CHANGE MASTER': (r) => {
    if (r.isString()) r.next();
    r.need('TO');
    settings(r);
  },
  'CHANGE REPLICATION SOURCE TO': settings,
  'CHANGE REPLICATION FILTER': settings,
  'START SLAVE': threads,
  'STOP SLAVE': threads,
  'START REPLICA': threads,
  'STOP REPLICA': threads,
  'START GROUP_REPLICATION': (r) => {
    r.list(() => {
      if (!r.is('USER') && !r.is('PASSWORD') && !r.is('DEFAULT_AUTH')) return;
      r.next();
      r.needSymbol('=');
      r.string();
    });
  },
  'STOP GROUP_REPLICATION': nothing,
  'START ALL SLAVES': nothing,
  'STOP ALL SLAVES': nothing,
  'RESET SLAVE': resetReplica,
  'RESET REPLICA': resetReplica,
  'RESET MASTER': toLog,
  'RESET BINARY LOGS AND GTIDS': toLog,
  'RESET QUERY CACHE': nothing,
  'RESET PERSIST': (r) => {
    const optional = r.take('IF', 'EXISTS');
    if (!optional && !r.isName()) return;
    r.name();
    while (r.takeSymbol('.')) r.anyName();
  },
  'PURGE BINARY LOGS': purge,
  'PURGE MASTER LOGS': purge,
  'BACKUP STAGE': (r) => void r.needOneOf(['START', 'FLUSH', 'BLOCK_DDL', 'BLOCK_COMMIT', 'END']),
  'BACKUP LOCK': (r) => void r.table(),
  'BACKUP UNLOCK': nothing,
};

/** What it is, or null when it is something else. */
export function replication(r: Reader): string | null {
  for (const [phrase, rest] of Object.entries(FORMS)) {
    if (!r.take(...phrase.split(' '))) continue;
    rest(r);
    return phrase;
  }
  return null;
}
