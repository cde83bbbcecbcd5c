import { z } from 'zod';
import type { Family } from '../server/database.ts';
import type { Session } from '../server/session.ts';

/** Settings of the target on which it depends what a statement does there, and how the throw-away server gets the same ones. */

export type Variables = ReadonlyMap<string, string>;

/** What a server must be told before it is there. */
export interface ServerArguments {
  readonly initialise: readonly string[];
  readonly start: readonly string[];
}

/** Fixed when the server is made or starts. */
const AT_START = ['lower_case_table_names', 'innodb_page_size'];

/** Set for the whole server; sessions begin with them. Those that a server does not have are no difference. */
const SETTINGS = [
  'sql_mode',
  'innodb_strict_mode',
  'innodb_default_row_format',
  'innodb_file_per_table',
  'explicit_defaults_for_timestamp',
  'foreign_key_checks',
  'restrict_fk_on_non_standard_key',
  'character_set_server',
  'collation_server',
  'default_storage_engine',
  'default_collation_for_utf8mb4',
  'sql_require_primary_key',
  'sql_generate_invisible_primary_key',
  'show_gipk_in_create_table_and_information_schema',
  'old_mode',
  'old_alter_table',
  'alter_algorithm',
  'innodb_instant_alter_column_allowed',
  'mysql56_temporal_format',
  'character_set_collations',
  'binlog_format',
  'time_zone',
];

const row = z.object({ Variable_name: z.string(), Value: z.string() });

/** As a new session of this user sees them. */
export async function readVariables(session: Session): Promise<Variables> {
  const rows = await session.ask(row, 'SHOW VARIABLES');
  return new Map(rows.map(({ Variable_name: name, Value: value }) => [name.toLowerCase(), value]));
}

/** Pure. */
export function argumentsFor(target: Variables, family: Family): ServerArguments {
  const fixed = AT_START.flatMap((name) => {
    const value = target.get(name);
    return value === undefined ? [] : [`--${name.replaceAll('_', '-')}=${value}`];
  });
  // Some defaults are refused where a binary log is written.
  const log = target.get('log_bin') === 'ON' ? ['--log-bin=binlog'] : family === 'mysql' ? ['--skip-log-bin'] : [];
  return {
    initialise: fixed,
    // Without it only SUPER could make triggers beside a binary log: the target's own user may well have that right.
    start: [...fixed, ...log, '--server-id=1', '--log-bin-trust-function-creators=ON'],
  };
}

/**
 * Gives the throw-away server the settings of the target; a session that begins afterwards has them. Returns the names of those that
 * could not be set: about these, what the server says is not the target's word.
 */
export async function copySettings(target: Variables, administrator: Session): Promise<readonly string[]> {
  const own = await readVariables(administrator);
  const different: string[] = [];
  for (const name of SETTINGS) {
    const wanted = target.get(name);
    if (wanted === undefined || own.get(name) === wanted) continue;
    if (!own.has(name)) {
      different.push(name);
      continue;
    }
    const value = /^[0-9]+$/.test(wanted) || wanted === 'ON' || wanted === 'OFF' ? wanted : quoted(wanted);
    const told = await administrator.tell(`SET GLOBAL ${name} = ${value}`);
    if (!told.ok) different.push(name);
  }
  return [...different, ...AT_START.filter((name) => own.get(name) !== target.get(name))];
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
