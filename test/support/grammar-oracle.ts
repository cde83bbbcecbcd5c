import mysql from 'mysql2/promise';
import { z } from 'zod';
import type { DatabaseAccess } from '../../scripts/components/database.ts';

/** Asks a real server whether a text is SQL: PREPARE reads it and changes nothing. */

export interface GrammarOracle extends AsyncDisposable {
  /** False when the server answers with a syntax error; whatever else is wrong with the text is of no interest. */
  reads(sql: string): Promise<boolean>;
}

const failure = z.object({ errno: z.number() });
/** ER_PARSE_ERROR and ER_SYNTAX_ERROR. */
const SYNTAX = new Set([1064, 1149]);

export async function grammarOracle(access: DatabaseAccess): Promise<GrammarOracle> {
  // By default this client asks for IGNORE_SPACE, which other clients do not: it would make `count (` a function.
  const connection = await mysql.createConnection({ ...access, flags: ['-IGNORE_SPACE'] });
  return {
    reads: async (sql) => {
      try {
        await connection.query(`PREPARE p FROM ${connection.escape(sql)}`);
        return true;
      } catch (error) {
        const { errno } = failure.parse(error);
        return !SYNTAX.has(errno);
      }
    },
    [Symbol.asyncDispose]: () => connection.end(),
  };
}
