import { spawn } from 'node:child_process';
import mysql from 'mysql2/promise';
import type { DatabaseServer } from '../../scripts/components/database.ts';
import { splitSql, tokensOf } from '../../src/migrate/sql/lexer.ts';
import { splitText } from './split-texts.ts';

/** What a real client sends for a text, read from the general log of a real server, beside what we split it into. */

export interface SplitComparison {
  readonly texts: number;
  readonly statements: number;
  /** Texts that we refuse, each for a reason; they are not compared. */
  readonly refused: number;
  /** What differs, with its seed. */
  readonly differences: readonly string[];
}

/** The server must have been started with `LOGGED`; the client's program reads standard input. */
export async function compareSplits(
  server: DatabaseServer,
  client: string,
  seeds: readonly number[],
): Promise<SplitComparison> {
  const root = await mysql.createConnection({ ...server.root() });
  let statements = 0;
  let refused = 0;
  const differences: string[] = [];
  try {
    // The client is started once for many texts: each begins as a file would, since every text ends as one.
    for (let from = 0; from < seeds.length; from += 25) {
      const all = seeds.slice(from, from + 25).map((seed) => ({ seed, text: splitText(seed) }));
      const some = all.filter(({ text }) => endsOutside(text));
      refused += all.length - some.length;
      await root.query('TRUNCATE TABLE mysql.general_log');
      await send(server, client, some.map(({ seed, text }) => `SELECT 'seed ${seed}';\n${text}\n;\n`).join(''));
      const sent = await sentTexts(root);
      for (const { seed, text } of some) {
        const answer = compareOne(text, sent.get(seed) ?? []);
        if (typeof answer === 'number') statements += answer;
        else differences.push(`seed ${seed}: ${answer.difference}`);
      }
    }
  } finally {
    await root.end();
  }
  return { texts: seeds.length, statements, refused, differences };
}

/** The general log as a table keeps each statement as it arrived. */
export const LOGGED = ['--log-output=TABLE', '--general-log=1'];

/** MySQL writes only what it could parse, unless it is told. */
export const LOGGED_BY_MYSQL = [...LOGGED, '--log-raw'];

/** One that we refuse, or that ends in a statement or with another delimiter, would leave the client in the middle of something. */
function endsOutside(text: string): boolean {
  const { statements, problems } = splitSql(`${text}\n;\nSELECT 'end';`, 'text');
  return problems.length === 0 && statements.at(-1)?.sql === "SELECT 'end'";
}

async function send(server: DatabaseServer, client: string, text: string): Promise<void> {
  const argv = ['--no-defaults', '--batch', '--force', '--user=root', '--host=127.0.0.1', `--port=${server.port}`];
  argv.push('--default-character-set=utf8mb4', '--skip-comments', 'mysql');
  const child = spawn(client, argv, { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => resolve());
  });
  child.stdin.end(text);
  await ended;
}

/** Statements by the seed of their text. */
async function sentTexts(root: mysql.Connection): Promise<ReadonlyMap<number, readonly string[]>> {
  const [rows] = await root.query(
    "SELECT CONVERT(argument USING utf8mb4) AS sql_text FROM mysql.general_log WHERE command_type = 'Query' AND thread_id <> CONNECTION_ID()",
  );
  const found = new Map<number, string[]>();
  let now: string[] | undefined;
  for (const row of Array.isArray(rows) ? rows : []) {
    const sql = 'sql_text' in row ? String(row['sql_text']) : '';
    const seed = /^SELECT 'seed (\d+)'$/.exec(sql.trim())?.[1];
    if (seed === undefined) now?.push(sql);
    else {
      now = [];
      found.set(Number(seed), now);
    }
  }
  return found;
}

function compareOne(text: string, sent: readonly string[]): number | { readonly difference: string } {
  // The client makes one line feed of the end of a DOS line, also in strings; we leave the bytes as they are.
  const { statements } = splitSql(text.replaceAll('\r\n', '\n'), 'text');
  const queries = sent.filter((sql) => sql.trim() !== '');
  const shown = (sql: string | undefined): string => JSON.stringify(sql ?? null);
  for (let at = 0; at < Math.max(queries.length, statements.length); at += 1) {
    const ours = statements[at]?.sql;
    const theirs = queries[at];
    if (ours === undefined || theirs === undefined || !same(theirs, ours)) {
      return { difference: `statement ${at + 1}: sent ${shown(theirs)}, split ${shown(ours)}` };
    }
  }
  return statements.length;
}

/** Byte for byte; where there is a comment, which the client takes out, token for token. */
function same(theirs: string, ours: string): boolean {
  const flat = (sql: string): string => JSON.stringify(tokensOf(sql).map(({ raw }) => raw));
  return theirs.trim() === ours || (/#|--|\/\*/.test(ours) && flat(theirs) === flat(ours));
}
