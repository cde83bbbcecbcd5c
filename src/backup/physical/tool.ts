import type { Problem } from '../../model/problem.ts';
import type { PipeEnd } from '../../procedure/machine/pipe.ts';
import type { Coordinates, Server } from '../catalogue/record.ts';

/** What mariadb-backup looks like from outside: how it is asked for, where it says that it stands, and whether it came to its end. Pure. */

/** Names of the streams in the repository. */
export const STREAMS: Readonly<Record<Server['family'], string>> = {
  mariadb: 'server.xbstream',
  mysql: 'server.tar',
};

export interface ToolOptions {
  readonly program: string;
  /** File with user, password and address, which the program reads first. */
  readonly access: string;
  /** Data directory of the server, on this machine. */
  readonly data: string;
  /** Directory that it may use meanwhile. */
  readonly aside: string;
}

/** The files of the whole server as one stream. */
export function toolArguments({ program, access, data, aside }: ToolOptions): readonly string[] {
  return [
    ...[program, `--defaults-extra-file=${access}`, '--backup', '--stream=xbstream'],
    ...[`--datadir=${data}`, `--target-dir=${aside}`, `--tmpdir=${aside}`],
  ];
}

/** Puts a copy in order as a server would after a crash. */
export function prepareArguments(program: string, data: string): readonly string[] {
  return [program, '--no-defaults', '--prepare', `--target-dir=${data}`];
}

/** File of a prepared directory in which the tool says where the binary log stood. */
export const PLACE_FILE = 'xtrabackup_binlog_info';

/** Name, position and GTIDs, between tabs. Null: something else. */
export function placeIn(text: string): Coordinates | null {
  const [, file, position, gtid = ''] = /^(\S+)\t(\d+)(?:\t(.*))?$/s.exec(text.trim()) ?? [];
  if (file === undefined || position === undefined) return null;
  const ids = gtid.replace(/\s+/g, '');
  return { file, position: Number(position), gtid: ids === '' ? null : ids };
}

/** The same from what the tool says at its end; null: it says none. */
export function placeSaid(stderr: string): Coordinates | null {
  const found = /binlog position: filename '([^']+)', position '(\d+)'(?:, GTID of the last change '([^']*)')?/.exec(
    stderr,
  );
  const [, file, position, gtid = ''] = found ?? [];
  return file === undefined || position === undefined ? null : placeIn(`${file}\t${position}\t${gtid}`);
}

/** What speaks against a copy that has ended; null: nothing. */
export function toolProblem(
  { exitCode, stderr }: PipeEnd,
  { program, where }: { readonly program: string; readonly where: string },
): Problem | null {
  const said = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 400);
  if (exitCode === 127) {
    return {
      ...{ code: 'backup.no-program', where: program, found: said || 'no such program' },
      expected: 'mariadb-backup, of the version of the server',
      remedy: 'install it, or name it in `backup.programs.physical`',
    };
  }
  // It may end with 0 and yet say something else in its last line.
  const whole = exitCode === 0 && /completed OK!\s*$/.test(stderr) && placeSaid(stderr) !== null;
  return whole
    ? null
    : {
        code: 'backup.copy-broken',
        where,
        found: `${program} ended with ${exitCode}: ${said || 'it said nothing'}`,
        expected: 'a copy that came to its end and says where the binary log stood; nothing was stored',
        remedy: 'mend what it says and run the backup again; docs/backup.md lists the rights that it needs',
      };
}
