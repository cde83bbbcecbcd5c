import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { Coordinates } from '../catalogue/record.ts';
import type { Session } from '../take/session.ts';
import type { Copied, Laid, PhysicalOptions } from './options.ts';
import { storeStream } from './store.ts';
import { STREAMS } from './tool.ts';

/**
 * The files of a MySQL server: a server of ours asks it for a clone over the network, is started on that once, so that what the clone says of its
 * place can be read and its log is applied, and then the directory goes into the repository.
 */

/** Words with which a server of ours can clone from another one. Pure. */
export function cloneWords(donor: Readonly<Record<string, string>>): readonly string[] {
  const like = ['character_set_server', 'collation_server', 'innodb_page_size', 'lower_case_table_names']
    .filter((name) => donor[name] !== undefined)
    .map((name) => `--${name.replaceAll('_', '-')}=${donor[name]}`);
  // The place of a clone is told by a table of the performance schema.
  return [...like, '--plugin-load-add=mysql_clone.so', '--performance-schema=ON', ...QUIET];
}

/** Nothing is added to what was cloned. */
const QUIET = [
  ...['--skip-log-bin', '--auto-generate-certs=OFF', '--sha256-password-auto-generate-rsa-keys=OFF'],
  ...['--caching-sha2-password-auto-generate-rsa-keys=OFF', '--max-allowed-packet=1G'],
];
/** A set of transactions is kept only by a server that knows ids. */
const WITH_IDS = ['--gtid-mode=ON', '--enforce-gtid-consistency=ON'];

const variableRow = z.object({ Variable_name: z.string(), Value: z.string() });
const ASKED = [
  ...['character_set_server', 'collation_server', 'innodb_page_size', 'lower_case_table_names'],
  ...['innodb_data_file_path', 'gtid_mode', 'port'],
];

/** @throws ProblemError when the server gives no clone, or not to this user */
export async function copyMysql(options: PhysicalOptions, session: Session): Promise<Copied> {
  const { where, access, signal, clone } = options;
  const rows = await session.ask(
    variableRow,
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${ASKED.map((name) => `'${name}'`).join(', ')})`,
  );
  const donor = Object.fromEntries(rows.map(({ Variable_name: name, Value: value }) => [name.toLowerCase(), value]));
  const problem = await donorProblem(session, donor, options);
  if (problem !== null) throw new ProblemError(problem);
  const { host = '', port = 3306, user = '', password = '' } = access;
  const words = [...cloneWords(donor), `--innodb-data-file-path=${donor['innodb_data_file_path']}`];
  const recipient = await clone.recipient(words);
  const laid = await clone.lay([...words, ...WITH_IDS]).catch(async (error: unknown) => {
    await recipient.close();
    throw error;
  });
  // A server that is ended ends its statement.
  const stop = (): void => void recipient.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const target = join(dirname(recipient.socketPath), 'clone');
    const donorName = `${host}:${port}`;
    await tellClone(recipient.session, where, `SET GLOBAL clone_valid_donor_list = ${sqlText(donorName)}`);
    await tellClone(
      recipient.session,
      where,
      `CLONE INSTANCE FROM ${sqlText(user)}@${sqlText(host)}:${port} IDENTIFIED BY ${sqlText(password)} DATA DIRECTORY = ${sqlText(target)}`,
    );
    signal.throwIfAborted();
    await rename(target, laid.data);
    // It has done its part, and takes as much memory as the one that comes.
    await recipient.close();
    const coordinates = await placeOf(laid, where);
    const stored = await storeStream(options, STREAMS.mysql, { argv: tarArguments(laid.data) }, (end) => {
      if (end.exitCode !== 0) throw new ProblemError(refused(where, `tar ended with ${end.exitCode}: ${end.stderr}`));
    });
    return { ...stored, coordinates, tool: 'clone' };
  } finally {
    signal.removeEventListener('abort', stop);
    await recipient.close();
    await laid.close();
  }
}

/** Every server that is made from it gets a number of its own. Pure. */
export function tarArguments(data: string): readonly string[] {
  return ['tar', '--create', '--sort=name', '--exclude=./auto.cnf', '--exclude=./#clone', `--directory=${data}`, '.'];
}

const placeRow = z.object({
  state: z.string(),
  file: z.string().nullable(),
  position: z.coerce.number(),
  gtid: z.string().nullable(),
});

async function placeOf(laid: Laid, where: string): Promise<Coordinates> {
  const running = await laid.start();
  const [row] = await running.session.ask(
    placeRow,
    'SELECT STATE AS state, BINLOG_FILE AS file, BINLOG_POSITION AS position, GTID_EXECUTED AS gtid FROM performance_schema.clone_status',
  );
  await running.stop();
  const gtid = row?.gtid?.replace(/\s+/g, '') ?? '';
  if (row?.state !== 'Completed' || row.file === null || row.file === '')
    throw new ProblemError(refused(where, `a clone that says ${row?.state ?? 'nothing'} of itself, and no place`));
  await rm(join(laid.data, 'auto.cnf'), { force: true });
  return { file: basename(row.file), position: row.position, gtid: gtid === '' ? null : gtid };
}

async function tellClone(session: Session, where: string, sql: string): Promise<void> {
  const told = await session.tell(sql).catch((error: unknown) => ({ ok: false as const, message: String(error) }));
  if (!told.ok) throw new ProblemError(refused(where, told.message));
}

function sqlText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

const pluginRow = z.object({ status: z.string() });

async function donorProblem(
  session: Session,
  donor: Readonly<Record<string, string>>,
  { where, access }: PhysicalOptions,
): Promise<Problem | null> {
  const [plugin] = await session.ask(
    pluginRow,
    "SELECT PLUGIN_STATUS AS status FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'clone'",
  );
  const lacks = (found: string, expected: string, remedy: string): Problem => ({
    ...{ code: 'backup.no-clone', where, found, expected, remedy },
  });
  if (plugin?.status !== 'ACTIVE')
    return lacks(
      plugin === undefined ? 'a server without the clone plugin' : `the clone plugin, ${plugin.status}`,
      'an active clone plugin: it gives the files of the server away',
      "INSTALL PLUGIN clone SONAME 'mysql_clone.so', or take `kind: logical`",
    );
  if (donor['gtid_mode'] !== 'ON')
    return lacks(
      `gtid_mode=${donor['gtid_mode'] ?? ''}`,
      'gtid_mode=ON: the logs behind the copy are found and checked by the ids of transactions',
      'set gtid_mode=ON, or take `kind: logical`',
    );
  if (access.host === undefined)
    return lacks(
      'a connection through a socket',
      'host and port: a clone goes over the network, also on one machine',
      'write `mysql://user:password@127.0.0.1:3306/…` into `backup.dsn`',
    );
  return null;
}

function refused(where: string, found: string): Problem {
  return {
    code: 'backup.clone-refused',
    where,
    found: found.slice(0, 400),
    expected: 'a clone that comes to its end; nothing was stored',
    remedy:
      'mend what it says and run the backup again: the user of `backup.dsn` needs BACKUP_ADMIN, and the server program here must be of the version of the server',
  };
}
