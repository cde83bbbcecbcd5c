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

/** A text, and what a difference calls it. */
export interface SplitText {
  readonly name: string;
  readonly text: string;
}

/** Who sends. Somebody without a right does no harm with texts of others: what was sent stands in the log before it is refused. */
export interface Sender {
  readonly user: string;
  readonly database: string | null;
}

const ROOT: Sender = { user: 'root', database: 'mysql' };

/** The server must have been started with `LOGGED`; the client's program reads standard input. */
export async function compareSplits(
  server: DatabaseServer,
  client: string,
  seeds: readonly number[],
): Promise<SplitComparison> {
  const texts = seeds.map((seed) => ({ name: `seed ${seed}`, text: splitText(seed) }));
  return compareTexts(server, client, texts);
}

/** The same for texts of any kind. */
export async function compareTexts(
  server: DatabaseServer,
  client: string,
  texts: readonly SplitText[],
  sender: Sender = ROOT,
): Promise<SplitComparison> {
  const root = await mysql.createConnection({ ...server.root() });
  let statements = 0;
  let refused = 0;
  const differences: string[] = [];
  try {
    // The client is started once for many texts: each begins as a file would, since every text ends as one.
    for (let from = 0; from < texts.length; from += 25) {
      const all = texts.slice(from, from + 25).map((one, index) => ({ ...one, mark: from + index }));
      const some = all.filter(({ text }) => endsOutside(text));
      refused += all.length - some.length;
      await root.query('TRUNCATE TABLE mysql.general_log');
      const input = some.map(({ mark, text }) => `SELECT 'text ${mark}';\n${text}\n;\n`).join('');
      await send(server, client, input, sender);
      const sent = await sentTexts(root);
      for (const { name, mark, text } of some) {
        const answer = compareOne(text, sent.get(mark) ?? []);
        if (typeof answer === 'number') statements += answer;
        else differences.push(`${name}: ${answer.difference}`);
      }
    }
  } finally {
    await root.end();
  }
  return { texts: texts.length, statements, refused, differences };
}

/** Makes the somebody who may do nothing. */
export async function senderWithoutRights(server: DatabaseServer): Promise<Sender> {
  const root = await mysql.createConnection({ ...server.root() });
  await root.query("CREATE USER IF NOT EXISTS sender@'127.0.0.1'");
  await root.end();
  return { user: 'sender', database: null };
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

async function send(server: DatabaseServer, client: string, text: string, { user, database }: Sender): Promise<void> {
  const argv = ['--no-defaults', '--batch', '--force', `--user=${user}`, '--host=127.0.0.1', `--port=${server.port}`];
  argv.push('--default-character-set=utf8mb4', '--skip-comments', ...(database === null ? [] : [database]));
  const child = spawn(client, argv, { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => resolve());
  });
  child.stdin.end(text);
  await ended;
}

/** Statements by the mark of their text. */
async function sentTexts(root: mysql.Connection): Promise<ReadonlyMap<number, readonly string[]>> {
  const [rows] = await root.query(
    "SELECT CONVERT(argument USING utf8mb4) AS sql_text FROM mysql.general_log WHERE command_type = 'Query' AND thread_id <> CONNECTION_ID()",
  );
  const found = new Map<number, string[]>();
  let now: string[] | undefined;
  for (const row of Array.isArray(rows) ? rows : []) {
    const sql = 'sql_text' in row ? String(row['sql_text']) : '';
    const mark = /^SELECT 'text (\d+)'$/.exec(sql.trim())?.[1];
    if (mark === undefined) now?.push(sql);
    else {
      now = [];
      found.set(Number(mark), now);
    }
  }
  return found;
}

function compareOne(text: string, sent: readonly string[]): number | { readonly difference: string } {
  // The client makes one line feed of the end of a DOS line, also in strings; we leave the bytes as they are.
  const split = splitSql(text.replaceAll('\r\n', '\n'), 'text');
  // USE is a command of the client: it is sent as another kind of request.
  const statements = split.statements.filter(({ sql }) => !/^use\b/i.test(sql));
  // Which database it is in, the client asks by itself after USE.
  const queries = sent.filter((sql) => sql.trim() !== '' && sql !== 'SELECT DATABASE()');
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
  const [sent, split] = [logged(theirs), withoutEnd(ours)];
  return sent === split || (/#|--|\/\*/.test(split) && flat(sent) === flat(split));
}

/** MariaDB's log is in three bytes a character, and writes what has four as `\xHH` each. */
function logged(sql: string): string {
  const text = sql.replaceAll(/(?:\\x[0-9A-F]{2}){4}/g, (bytes) =>
    Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString('utf8'),
  );
  return withoutEnd(text);
}

/** The server takes blanks and `;` from the end of what it gets, before it writes its log; with another delimiter they belong to the text. */
function withoutEnd(sql: string): string {
  return sql.replace(/[\s;]+$/, '').trimStart();
}
