import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import type { Session } from '../server/session.ts';

/** The structure of a database, without a row, made again elsewhere by the words of the server itself. */

const KINDS = ['table', 'function', 'procedure', 'view', 'trigger', 'event'] as const;
type Kind = (typeof KINDS)[number];

/** One thing that a database is made of, as SHOW CREATE writes it. */
export interface Made {
  readonly kind: Kind;
  readonly name: string;
  readonly sql: string;
  /** SQL mode it was made with, for programs. */
  readonly sqlMode: string | null;
  /** Row format that the table has, whatever SHOW CREATE says. */
  readonly rowFormat: string | null;
}

const tableRow = z.object({ name: z.string(), type: z.string(), format: z.string().nullable() });
const namedRow = z.object({ name: z.string(), kind: z.string() });
const createdRow = z.record(z.string(), z.union([z.string(), z.number(), z.date(), z.null()]));

/** Reads everything that the database is made of. @throws ProblemError when this user may not see a part of it */
export async function readStructure(session: Session, database: string): Promise<readonly Made[]> {
  const tables = await session.ask(
    tableRow,
    'SELECT TABLE_NAME AS name, TABLE_TYPE AS type, ROW_FORMAT AS format FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME',
    [database],
  );
  const programs = await session.ask(
    namedRow,
    `SELECT ROUTINE_NAME AS name, ROUTINE_TYPE AS kind FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? AND ROUTINE_TYPE IN ('FUNCTION', 'PROCEDURE')
     UNION ALL SELECT TRIGGER_NAME, 'TRIGGER' FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?
     UNION ALL SELECT EVENT_NAME, 'EVENT' FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?`,
    [database, database, database],
  );
  const made: Made[] = [];
  for (const { name, type, format } of tables) {
    const kind = type === 'VIEW' ? 'view' : 'table';
    made.push({ ...(await created(session, kind, name)), rowFormat: kind === 'table' ? format : null });
  }
  for (const { name, kind } of programs) made.push(await created(session, kindNamed(kind), name));
  return made;
}

function kindNamed(text: string): Kind {
  return KINDS.find((kind) => kind === text.toLowerCase()) ?? 'procedure';
}

async function created(session: Session, kind: Kind, name: string): Promise<Made> {
  const [row = {}] = await session.ask(createdRow, `SHOW CREATE ${kind} ${sqlName(name)}`);
  const entry = Object.entries(row).find(([key]) => /^(?:create |sql original statement)/i.test(key));
  const sql = entry?.[1];
  if (typeof sql !== 'string') {
    throw new ProblemError({
      code: 'migrate.shadow-cannot-see',
      where: `${kind} ${name}`,
      found: 'the server does not show it to this user',
      expected: 'a user that may see everything that the database is made of',
      remedy: 'give the user of `database.dsn` the right SHOW_ROUTINE (MySQL), or SELECT on mysql.proc (MariaDB)',
    });
  }
  const mode = row['sql_mode'];
  return { kind, name, sql: withoutDefiner(sql), sqlMode: typeof mode === 'string' ? mode : null, rowFormat: null };
}

/** Who made it: an account that the throw-away server does not have. Pure. */
export function withoutDefiner(sql: string): string {
  return sql.replace(/^(CREATE(?: ALGORITHM=\w+)?) DEFINER=(?:`(?:[^`]|``)*`|\S+?)@(?:`(?:[^`]|``)*`|\S+)/, '$1');
}

/**
 * Makes it all in an empty database, in a session of its own. Views may stand on each other: those that fail are tried again while one
 * more succeeds.
 * @throws ProblemError with what could not be made
 */
export async function makeStructure(made: readonly Made[], user: Session, administrator: Session): Promise<void> {
  // Parents may come after children.
  await user.tell('SET SESSION foreign_key_checks = 0');
  let open = KINDS.flatMap((kind) => made.filter((one) => one.kind === kind));
  while (open.length > 0) {
    const failed: { readonly one: Made; readonly message: string }[] = [];
    for (const one of open) {
      const message = await makeOne(one, user, administrator);
      if (message !== null) failed.push({ one, message });
    }
    if (failed.length === open.length) throw cannotCopy(failed);
    open = failed.map(({ one }) => one);
  }
}

/** What is there was once allowed: today's SQL mode need not allow it again, so tables and views are made without one. */
async function makeOne(one: Made, user: Session, administrator: Session): Promise<string | null> {
  if (one.rowFormat !== null && FORMATS.has(one.rowFormat.toUpperCase())) {
    await administrator.tell(`SET GLOBAL innodb_default_row_format = ${one.rowFormat}`);
  }
  await user.tell(`SET SESSION sql_mode = '${(one.sqlMode ?? 'NO_ENGINE_SUBSTITUTION').replaceAll("'", "''")}'`);
  const told = await user.tell(one.sql);
  return told.ok ? null : told.message;
}

/** Those that a table may have without naming one. */
const FORMATS = new Set(['DYNAMIC', 'COMPACT', 'REDUNDANT']);

function cannotCopy(failed: readonly { readonly one: Made; readonly message: string }[]): ProblemError {
  return new ProblemError(
    failed.map(({ one, message }) => ({
      code: 'migrate.shadow-copy',
      where: `${one.kind} ${one.name}`,
      found: message,
      expected: 'the same structure on the throw-away server',
      remedy:
        'use a server of the same version, with what the target has loaded; until then nothing can be planned here',
    })),
  );
}

/** What is not the same in both. A counter is no structure. Pure. */
export function differences(target: readonly Made[], copy: readonly Made[]): readonly string[] {
  const text = ({ kind, name, sql, rowFormat }: Made): readonly [string, string] => [
    `${kind} ${name}`,
    `${sql.replace(/ AUTO_INCREMENT=\d+/, '')} ${rowFormat ?? ''}`,
  ];
  const theirs = new Map(copy.map(text));
  return target.map(text).flatMap(([name, sql]) => (theirs.get(name) === sql ? [] : [name]));
}
