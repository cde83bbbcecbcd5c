import { account } from './names.ts';
import { limit } from './queries.ts';
import type { Reader } from './reader.ts';

/** SHOW. */

type Rest = (r: Reader) => void;

const nothing: Rest = () => undefined;

/** `LIKE 'a%'`, `WHERE …`. */
const filtered: Rest = (r) => {
  if (r.take('LIKE')) r.string('a pattern');
  else if (r.take('WHERE')) r.expr();
};

/** `FROM db`. */
const inDatabase: Rest = (r) => {
  if (r.takeOneOf(['FROM', 'IN']) !== null) r.name('the name of a database');
  filtered(r);
};

const ofTable: Rest = (r) => {
  r.needOneOf(['FROM', 'IN']);
  r.table();
  inDatabase(r);
};

const named: Rest = (r) => {
  r.objectName();
};

const limited: Rest = (r) => limit(r);

const inLog: Rest = (r) => {
  if (r.take('IN')) r.string('a log');
  if (r.take('FROM')) r.number();
  limit(r);
  if (r.take('FOR', 'CHANNEL')) r.nameOrString();
};

const channel: Rest = (r) => {
  if (r.take('FOR')) {
    r.need('CHANNEL');
    r.nameOrString();
  } else if (r.mariadb && r.isString()) r.next();
  if (r.mariadb) r.takeOneOf(['NONBLOCKING']);
};

const createDatabase: Rest = (r) => {
  r.take('IF', 'NOT', 'EXISTS');
  r.name('the name of a database');
};

const engine: Rest = (r) => {
  if (!r.take('ALL')) r.nameOrString('an engine');
  r.needOneOf(['STATUS', 'MUTEX', 'LOGS']);
};

const grants: Rest = (r) => {
  if (!r.take('FOR')) return;
  account(r);
  if (!r.mariadb && r.take('USING')) r.list(() => account(r));
};

const profile: Rest = (r) => {
  const kinds = ['ALL', 'BLOCK IO', 'CONTEXT SWITCHES', 'CPU', 'IPC', 'MEMORY', 'PAGE FAULTS', 'SOURCE', 'SWAPS'];
  if (kinds.some((kind) => r.is(...kind.split(' ')))) r.list(() => r.needOneOf(kinds));
  if (r.take('FOR')) {
    r.need('QUERY');
    r.number();
  }
  limit(r);
};

/** Longer phrases first: `CREATE TABLE` before `CREATE`. */
const FORMS: Readonly<Record<string, Rest>> = {
  'FULL TABLES': inDatabase,
  'FULL COLUMNS': ofTable,
  'FULL FIELDS': ofTable,
  'FULL PROCESSLIST': nothing,
  'FULL TRIGGERS': inDatabase,
  'EXTENDED FULL TABLES': inDatabase,
  'EXTENDED FULL COLUMNS': ofTable,
  'EXTENDED FULL FIELDS': ofTable,
  'EXTENDED TABLES': inDatabase,
  'EXTENDED COLUMNS': ofTable,
  'EXTENDED FIELDS': ofTable,
  'EXTENDED INDEX': ofTable,
  'EXTENDED INDEXES': ofTable,
  'EXTENDED KEYS': ofTable,
  'TABLE STATUS': inDatabase,
  'TABLE TYPES': nothing,
  TABLES: inDatabase,
  'OPEN TABLES': inDatabase,
  COLUMNS: ofTable,
  FIELDS: ofTable,
  INDEX: ofTable,
  INDEXES: ofTable,
  KEYS: ofTable,
  DATABASES: filtered,
  SCHEMAS: filtered,
  'CREATE TABLE': (r) => void r.table(),
  'CREATE VIEW': (r) => void r.table(),
  'CREATE PROCEDURE': named,
  'CREATE FUNCTION': named,
  'CREATE TRIGGER': named,
  'CREATE EVENT': named,
  'CREATE SEQUENCE': named,
  'CREATE LIBRARY': named,
  'CREATE SERVER': (r) => void r.nameOrString(),
  'CREATE DATABASE': createDatabase,
  'CREATE SCHEMA': createDatabase,
  'CREATE USER': (r) => {
    if (!r.ended && !r.symbol(';')) account(r);
  },
  'PROCEDURE STATUS': filtered,
  'FUNCTION STATUS': filtered,
  'LIBRARY STATUS': filtered,
  'PROCEDURE CODE': named,
  'FUNCTION CODE': named,
  'PACKAGE STATUS': filtered,
  TRIGGERS: inDatabase,
  EVENTS: inDatabase,
  'GLOBAL VARIABLES': filtered,
  'SESSION VARIABLES': filtered,
  'LOCAL VARIABLES': filtered,
  VARIABLES: filtered,
  'GLOBAL STATUS': filtered,
  'SESSION STATUS': filtered,
  'LOCAL STATUS': filtered,
  STATUS: filtered,
  PROCESSLIST: nothing,
  'CHARACTER SET': filtered,
  CHARSET: filtered,
  COLLATION: filtered,
  'STORAGE ENGINES': nothing,
  ENGINES: nothing,
  ENGINE: engine,
  PLUGINS: nothing,
  'PLUGINS SONAME': filtered,
  PRIVILEGES: nothing,
  PROFILES: nothing,
  PROFILE: profile,
  GRANTS: grants,
  WARNINGS: limited,
  ERRORS: limited,
  'BINARY LOGS': nothing,
  'BINARY LOG STATUS': nothing,
  'MASTER LOGS': nothing,
  'MASTER STATUS': nothing,
  'BINLOG STATUS': nothing,
  'BINLOG EVENTS': inLog,
  'RELAYLOG EVENTS': inLog,
  REPLICAS: nothing,
  'REPLICA STATUS': channel,
  'SLAVE STATUS': channel,
  'SLAVE HOSTS': nothing,
  'REPLICA HOSTS': nothing,
  'ALL SLAVES STATUS': nothing,
  'ALL REPLICAS STATUS': nothing,
  EXPLAIN: (r) => {
    r.need('FOR');
    r.number();
  },
};

const phrases = Object.keys(FORMS).toSorted((a, b) => b.length - a.length);

/** From SHOW on. */
export function show(r: Reader): void {
  r.need('SHOW');
  if (r.is('COUNT') && r.symbol('(', 1) && r.symbol('*', 2)) {
    for (let at = 0; at < 4; at += 1) r.next();
    r.needOneOf(['WARNINGS', 'ERRORS']);
    return;
  }
  if (r.mariadb && r.takeOneOf(['AUTHORS', 'CONTRIBUTORS']) !== null) return;
  const phrase = r.needOneOf(phrases);
  FORMS[phrase]?.(r);
}
