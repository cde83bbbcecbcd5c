import type { Engine, Setting } from './settings.ts';

/** What a running server is set to, beside what it should be. Pure. */

export interface Difference extends Setting {
  /** Null: the server does not know a setting of this name. */
  readonly now: string | null;
  readonly same: boolean;
}

/** @param running names in lower case → values, as SHOW GLOBAL VARIABLES has them */
export function compareSettings(
  settings: readonly Setting[],
  running: ReadonlyMap<string, string>,
): readonly Difference[] {
  return settings.map((setting) => {
    const now = running.get(setting.name) ?? null;
    return { ...setting, now, same: now !== null && isSame(setting, now, running) };
  });
}

function isSame({ name, value }: Setting, now: string, running: ReadonlyMap<string, string>): boolean {
  if (typeof value === 'string') return switched(now) === switched(value);
  const found = Number(now);
  // The server rounds the pool up to whole chunks of every instance.
  if (name === 'innodb_buffer_pool_size') {
    const step =
      Number(running.get('innodb_buffer_pool_chunk_size') ?? 0) *
      Number(running.get('innodb_buffer_pool_instances') ?? 1);
    return found >= value && found - value < Math.max(1, step);
  }
  return found === value;
}

function switched(text: string): string {
  const upper = text.toUpperCase();
  return upper === '1' ? 'ON' : upper === '0' ? 'OFF' : upper;
}

/**
 * The statement that sets one while the server runs. MySQL remembers it itself (`SET PERSIST`, in mysqld-auto.cnf); MariaDB forgets it at the next start
 * unless it stands in its file. Names and values are those of `settingsFor`, so nothing is quoted that came from outside.
 */
export function setStatement(engine: Engine, { name, value }: Pick<Setting, 'name' | 'value'>): string {
  if (!/^[a-z_]+$/.test(name)) throw new RangeError(`no name of a setting: ${name}`);
  const text = typeof value === 'number' ? String(value) : `'${value.replaceAll(/[^\w.-]/g, '')}'`;
  return `SET ${engine === 'mysql' ? 'PERSIST' : 'GLOBAL'} ${name} = ${text}`;
}

/** Of a server that has none yet; as MySQL calls them by itself. */
const LOG_NAME = 'binlog';

/**
 * The file of the server, each setting below its reason. `log_bin` is a name in a file and no switch: `log_bin = ON` would make logs `ON.000001`.
 * @param running what the server says: logs that it has keep their name and place, since under another name it would begin anew beside them
 */
export function settingsFile(
  engine: Engine,
  settings: readonly Setting[],
  running: ReadonlyMap<string, string> = new Map(),
): string {
  const logs = running.get('log_bin_basename') || LOG_NAME;
  const lines = settings.flatMap(({ name, value, why }) => [
    `# ${why}`,
    `${name} = ${name === 'log_bin' ? optionText(logs) : value}`,
  ]);
  return [
    '# Written by shiplock database configure; edits are lost.',
    engine === 'mysql' ? '[mysqld]' : '[mariadb]',
    ...lines,
    '',
  ].join('\n');
}

/** A path as option files have it: quoted where it has more than plain characters. */
function optionText(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `"${path.replaceAll('\\', '\\\\')}"`;
}

/** The command line by which the server's own program says whether it would start with them. It opens no data. */
export function validateArgv(engine: Engine, program: string, settings: readonly Setting[]): readonly string[] {
  const options = settings.map(({ name, value }) =>
    name === 'log_bin' ? '--log-bin' : `--${name.replaceAll('_', '-')}=${value}`,
  );
  return engine === 'mysql'
    ? // Its directory for files is not in question, and need not be there.
      [program, '--no-defaults', '--validate-config', '--secure-file-priv=NULL', ...options]
    : [program, '--no-defaults', ...options, '--help', '--verbose'];
}
