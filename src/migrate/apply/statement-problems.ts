import type { Problem } from '../../model/problem.ts';
import { titleOf } from '../sql/statement.ts';
import { TABLES } from './bookkeeping.ts';

/** What a person is told of a statement that is not run. */

/** What a statement adds is there, and no mark of ours knows it. Pure. */
export function existsAlready(where: string, statement: string): Problem {
  return {
    code: 'migrate.exists-already',
    where,
    found: `what \`${titleOf(statement)}\` adds is there already, and no migration put it there`,
    expected: 'a structure that only migrations change',
    remedy: 'compare it with the file; then drop it, or write IF NOT EXISTS when it is exactly the same',
  };
}

/** Neither done nor untouched, as far as can be seen. Pure. */
export function cannotTell(where: string, id: string, number: number, run: string): Problem {
  return {
    code: 'migrate.cannot-tell',
    where,
    found: `run ${run} started this statement and never said that it was done`,
    expected: 'a statement that is done, or was never started',
    remedy:
      `look at the database. If it took effect: UPDATE ${TABLES.statements} SET state = 'done' WHERE migration = '${id}' AND number = ${number}; ` +
      `if it did not: DELETE FROM ${TABLES.statements} WHERE migration = '${id}' AND number = ${number}; then migrate again`,
  };
}
