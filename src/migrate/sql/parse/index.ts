import type { Dialect, Parsed, Statement } from '../tree.ts';
import { otherStatement } from './administration.ts';
import { alterTable } from './alter.ts';
import { bits, expr, simple } from './expressions.ts';
import { programStatement } from './programs.ts';
import { query, selectStatement } from './queries.ts';
import { type Grammar, Reader } from './reader.ts';
import { deleteStatement, insertStatement, updateStatement } from './rows.ts';
import { setStatement } from './settings.ts';
import { createIndex, dropIndex, dropTable, renameTable, truncateTable } from './table-statements.ts';
import { createTable } from './tables.ts';
import { Unread } from './tokens.ts';

const grammar: Grammar = { query, expr, bits, simple, statement: statementOf };

/** Versions as conditional comments write them; what is read when nobody says. */
const VERSIONS: Readonly<Record<Dialect, number>> = { mysql: 90_704, mariadb: 101_119 };

/**
 * Reads one statement as a server of this family would. `version` (as in conditional comments, 80046) says which of them it runs;
 * without one they are read as the newest server that this was tested on does.
 */
export function parseStatement(sql: string, dialect: Dialect, version = VERSIONS[dialect]): Parsed {
  try {
    const r = new Reader(sql, dialect, version, grammar);
    const statement = statementOf(r);
    r.takeSymbol(';');
    if (!r.ended) r.fail('the end of the statement');
    return { ok: true, statement };
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
    const { at, found, expected } = error;
    return { ok: false, at, found, expected };
  }
}

function statementOf(r: Reader): Statement {
  switch (r.word()) {
    case 'CREATE':
      return createStatement(r);
    case 'ALTER':
      return alterStatement(r);
    case 'DROP':
      return dropStatement(r);
    case 'RENAME':
      return renameStatement(r);
    case 'TRUNCATE':
      r.next();
      return truncateTable(r);
    case 'INSERT':
    case 'REPLACE':
      return insertStatement(r);
    case 'UPDATE':
      return updateStatement(r);
    case 'DELETE':
      return deleteStatement(r);
    case 'SELECT':
    case 'VALUES':
    case 'TABLE':
      return selectStatement(r);
    case 'WITH':
      return withStatement(r);
    case 'SET':
      return setStatement(r);
    default:
      return r.symbol('(') ? selectStatement(r) : otherStatement(r);
  }
}

function createStatement(r: Reader): Statement {
  r.need('CREATE');
  const orReplace = r.take('OR', 'REPLACE');
  const temporary = r.is('TEMPORARY', 'TABLE') && r.take('TEMPORARY');
  if (!r.mariadb && r.is('EXTERNAL', 'TABLE')) r.need('EXTERNAL');
  if (r.is('TABLE')) {
    if (orReplace && !r.mariadb) r.fail('VIEW, SPATIAL REFERENCE SYSTEM');
    r.need('TABLE');
    return createTable(r, { temporary, orReplace });
  }
  const index = orReplace && !r.mariadb ? null : createIndex(r, orReplace);
  return index ?? programStatement(r, 'create', orReplace);
}

function alterStatement(r: Reader): Statement {
  r.need('ALTER');
  const isTable = r.is('TABLE') || (r.mariadb && ['ONLINE', 'IGNORE'].includes(r.word()));
  return isTable ? alterTable(r) : programStatement(r, 'alter', false);
}

function dropStatement(r: Reader): Statement {
  r.need('DROP');
  if (r.take('INDEX')) return dropIndex(r);
  if (r.take('PREPARE')) {
    r.name();
    return { kind: 'other', what: 'DROP PREPARE', tables: [] };
  }
  const temporary = (r.is('TEMPORARY', 'TABLE') || r.is('TEMPORARY', 'TABLES')) && r.take('TEMPORARY');
  if (r.take('TABLE') || r.take('TABLES')) return dropTable(r, temporary);
  return programStatement(r, 'drop', false);
}

function renameStatement(r: Reader): Statement {
  r.need('RENAME');
  return r.take('TABLE') || r.take('TABLES') ? renameTable(r) : programStatement(r, 'rename', false);
}

/** WITH stands before a query, an UPDATE or a DELETE; what follows it tells. */
function withStatement(r: Reader): Statement {
  for (const read of [selectStatement, updateStatement, deleteStatement]) {
    const statement = r.attempt(() => read(r));
    if (statement !== null) return statement;
  }
  return selectStatement(r);
}
