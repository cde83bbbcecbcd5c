import { z } from 'zod';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { Server } from '../catalogue/record.ts';
import type { Session } from './session.ts';

/**
 * Whether an account sees everything that a backup must hold. A server hides triggers and stored programs from an account without the right to
 * them, and says nothing: the dump would lack them, and so would the count with which it is compared.
 */

/** A right as SHOW GRANTS tells it. Empty `schema`: everywhere; empty `table`: all of the schema. */
export interface Told {
  readonly taken: boolean;
  readonly privileges: readonly string[];
  readonly schema: string;
  readonly table: string;
}

const LINE = /^(GRANT|REVOKE) (.+?) ON (?:TABLE )?(\*|`(?:[^`]|``)*`)\.(\*|`(?:[^`]|``)*`) (?:TO|FROM) /;

/** One line of SHOW GRANTS; null: it is about no table, or in a form that is not known, and so gives nothing. Pure. */
export function toldBy(line: string): Told | null {
  const [, verb, privileges = '', schema = '', table = ''] = LINE.exec(line) ?? [];
  if (verb === undefined) return null;
  const plain = (name: string): string => (name === '*' ? '' : name.slice(1, -1).replaceAll('``', '`'));
  return {
    taken: verb === 'REVOKE',
    // `SELECT (column)` is not the right to a table.
    privileges: privileges
      .replaceAll(/[A-Z ]+ \([^)]*\)/g, '')
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
    schema: plain(schema),
    table: plain(table),
  };
}

/** What an account with these grants cannot see in a database, each as the right that it lacks; empty: it sees all. Pure. */
export function unseen(lines: readonly string[], family: Server['family'], database: string): readonly string[] {
  const told = lines.map(toldBy).filter((one) => one !== null);
  const has = (privilege: string, schema: string, table = ''): boolean => {
    const fits = told.filter(
      (one) =>
        (one.privileges.includes(privilege) || one.privileges.includes('ALL PRIVILEGES')) &&
        (one.schema === '' || matches(one.schema, schema)) &&
        (one.table === '' || one.table === table),
    );
    // MySQL can take a right that holds everywhere away for one schema (partial revokes).
    const given = fits.filter(({ taken }) => !taken);
    return given.some((one) => one.schema !== '') || (given.length > 0 && !fits.some(({ taken }) => taken));
  };
  const own = (['TRIGGER', 'EVENT', 'SHOW VIEW'] as const).filter((privilege) => !has(privilege, database));
  // With one of these a stored program is listed; where its text stays hidden, the dump program fails and says so.
  const listed = ['EXECUTE', 'ALTER ROUTINE', 'CREATE ROUTINE', 'SHOW CREATE ROUTINE'].some((one) =>
    has(one, database),
  );
  const read =
    family === 'mysql'
      ? has('SHOW_ROUTINE', '') || has('SELECT', '')
      : has('SELECT', 'mysql', 'proc') || has('SELECT', '');
  const routines = family === 'mysql' ? 'SHOW_ROUTINE' : 'SELECT ON mysql.proc';
  return [...own, ...(listed || read ? [] : [routines])];
}

/** A schema in a grant is a pattern: `_` is any character, `%` any text, both with a backslash before them themselves. */
function matches(pattern: string, schema: string): boolean {
  const parts = [...pattern.matchAll(/\\[_%\\]|[\s\S]/g)].map(([part]) => {
    if (part === '%') return '[\\s\\S]*';
    if (part === '_') return '[\\s\\S]';
    return (part.length === 2 ? part.slice(1) : part).replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join('')}$`, 'u').test(schema);
}

const grantRow = z.record(z.string(), z.string());
const rolesRow = z.object({ roles: z.string().nullable() });

/** @throws ProblemError `backup.rights-missing` */
export async function assertSeesAll(
  session: Session,
  { family }: Pick<Server, 'family'>,
  { database, where }: { readonly database: string; readonly where: string },
): Promise<void> {
  // So that names come in backticks.
  await session.tell("SET SESSION sql_mode = ''");
  const [active] = await session.ask(rolesRow, 'SELECT CURRENT_ROLE() AS roles');
  const roles = active?.roles ?? 'NONE';
  // MariaDB tells what the role gives by itself. MySQL writes the roles as it reads them.
  const using = family === 'mysql' && roles !== 'NONE' ? ` FOR CURRENT_USER() USING ${roles}` : '';
  const rows = await session.ask(grantRow, `SHOW GRANTS${using}`);
  const lacks = unseen(
    rows.flatMap((row) => Object.values(row)),
    family,
    database,
  );
  if (lacks.length > 0) throw new ProblemError(missing(lacks, database, where));
}

function missing(lacks: readonly string[], database: string, where: string): Problem {
  return {
    code: 'backup.rights-missing',
    where,
    found: `a user without ${lacks.join(', ')}: what it may not see in ${database} would be missing in the backup`,
    expected: 'a user that sees all tables, views, triggers, stored programs and events',
    remedy:
      'give these rights to the user of `backup.dsn`; `shiplock database users` makes an account that has them, docs/backup.md lists them',
  };
}
