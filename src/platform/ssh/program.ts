import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DATABASE_PROGRAM } from '../database.ts';
import { DATABASE_SETUP_PROGRAM } from '../database-setup.ts';
import { FILES_PROGRAM } from '../files.ts';
import { KEYS_PROGRAM } from '../keys.ts';
import { LAY_PROGRAM } from '../lay.ts';
import { LOGS_PROGRAM } from '../logs.ts';
import { PACKAGES_PROGRAM } from '../packages.ts';
import type { SshHost } from './access.ts';

/** Only root may write there, so whoever is let in by sudo can run what root put there and nothing else. */
export const HOST_DIRECTORY = '/usr/local/lib/shiplock';

interface HostProgram {
  readonly text: string;
  /** SHA-256 of its text, hex. */
  readonly hash: string;
  /** Where it lies on a host. */
  readonly path: string;
}

const PARTS = [
  ['packages.sh', PACKAGES_PROGRAM],
  ['lay.sh', LAY_PROGRAM],
  ['keys.sh', KEYS_PROGRAM],
  ['files.sh', FILES_PROGRAM],
  ['logs.sh', LOGS_PROGRAM],
  ['database.sh', DATABASE_PROGRAM],
  ['database-setup.sh', DATABASE_SETUP_PROGRAM],
] as const;

let read: HostProgram | undefined;

/** The program of a host: host.sh beside this module, with packages.sh, lay.sh, keys.sh, files.sh, logs.sh, database.sh and database-setup.sh in it. Its name is its content: versions of shiplock stand beside each other. */
export function hostProgram(): HostProgram {
  if (read === undefined) {
    const part = (text: string, name: string, path: string): string =>
      text.replace(`# part: ${name}\n`, () => readFileSync(path, 'utf8'));
    const own = readFileSync(new URL('./host.sh', import.meta.url), 'utf8');
    const text = PARTS.reduce((whole, [name, path]) => part(whole, name, path), own);
    const hash = createHash('sha256').update(text).digest('hex');
    read = { text, hash, path: `${HOST_DIRECTORY}/host-${hash.slice(0, 16)}` };
  }
  return read;
}

/** One verb of the program, as the host is asked to run it. */
export function programArgv(
  host: SshHost,
  root: string,
  verb: string,
  options: readonly string[] = [],
): readonly string[] {
  return [...(host.user === 'root' ? [] : ['sudo', '-n']), hostProgram().path, root, verb, ...options];
}

/** Lays the program down from its standard input; the name appears when the whole content is there. For root only. */
export function layProgramDown(): readonly string[] {
  const { hash, path } = hostProgram();
  return [
    'sh',
    '-c',
    `set -e; umask 022; mkdir -p ${HOST_DIRECTORY}; new=${HOST_DIRECTORY}/.new-$$; trap 'rm -f "$new"' EXIT; cat >"$new"
[ "$(sha256sum <"$new" | cut -c1-64)" = "$1" ] || { echo 'shiplock-host: cut-off: a program that did not arrive as a whole' >&2; exit 70; }
chmod 755 "$new"; sync -- "$new"; mv -f "$new" "$2"`,
    'sh',
    hash,
    path,
  ];
}
