import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../procedure/store.ts';

/** User and password for the programs of the server: in a file that only we may read, never among their arguments. */

export interface Access {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly socketPath?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** With these roots (PEM) the server is verified, in the words of its family; left out: as the programs have it. */
  readonly tls?: { readonly family: 'mysql' | 'mariadb'; readonly roots: string | null } | undefined;
}

/**
 * As servers and their clients read option files. Pure.
 * @param roots file with the roots that are trusted; null: those of the machine
 */
export function optionFile(
  { host = '127.0.0.1', port = 3306, socketPath, user = '', password = '', tls }: Access,
  roots: string | null = null,
): string {
  const value = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const place =
    socketPath === undefined
      ? [`host=${value(host)}`, `port=${port}`, 'protocol=tcp']
      : [`socket=${value(socketPath)}`];
  const verified =
    tls === undefined || socketPath !== undefined
      ? []
      : [
          ...(roots === null ? [] : [`ssl-ca=${value(roots)}`]),
          tls.family === 'mysql' ? 'ssl-mode=VERIFY_IDENTITY' : 'ssl-verify-server-cert',
          ...(tls.family === 'mysql' ? [] : ['ssl']),
        ];
  return ['[client]', `user=${value(user)}`, `password=${value(password)}`, ...place, ...verified, ''].join('\n');
}

/**
 * Runs `use` with the path of such a file and deletes it afterwards. What a killed process left of it is deleted by the next call: one
 * backup at a time works in this directory.
 */
export async function withAccess<T>(directory: string, access: Access, use: (file: string) => Promise<T>): Promise<T> {
  const own = join(directory, 'access');
  await rm(own, { recursive: true, force: true });
  await mkdir(own, { recursive: true, mode: 0o700 });
  const file = join(own, `${randomBytes(8).toString('hex')}.cnf`);
  try {
    const roots = access.tls?.roots ?? null;
    if (roots !== null) await replaceFile(`${file}.pem`, roots, 0o600);
    await replaceFile(file, optionFile(access, roots === null ? null : `${file}.pem`), 0o600);
    return await use(file);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
