import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import { listTree } from '../../procedure/machine/digest.ts';
import type { TarEntry } from './tar.ts';

/** What lies in the layers of an image. */

/** Number of the user that images of no base run as; the same that distroless images have. */
export const NONROOT = 65_532;
const CERTIFICATES = 'etc/ssl/certs/ca-certificates.crt';

/**
 * What a program from scratch expects of a system: accounts, the order in which names are looked up, a place for temporary files, and
 * certificates of authorities where they are given. Pure.
 *
 * @param user number of the user that the image runs as
 * @param certificates PEM; null: none
 */
export function systemEntries(user: number, certificates: Uint8Array | null): readonly TarEntry[] {
  const own = user === 0 || user === NONROOT ? [] : [user];
  const accounts = [...own.map((id) => ({ id, name: 'app' })), { id: NONROOT, name: 'nonroot' }];
  const passwd = [
    'root:x:0:0:root:/root:/sbin/nologin',
    ...accounts.map(({ id, name }) => `${name}:x:${id}:${id}:${name}:/home/${name}:/sbin/nologin`),
    'nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin',
  ];
  const group = ['root:x:0:', ...accounts.map(({ id, name }) => `${name}:x:${id}:`), 'nogroup:x:65534:'];
  return [
    text('etc/passwd', passwd),
    text('etc/group', group),
    // Go's own resolver reads it: the machine's file first, then the name servers.
    text('etc/nsswitch.conf', ['hosts: files dns']),
    ...accounts.map(({ id, name }): TarEntry => ({ kind: 'directory', path: `home/${name}`, mode: 0o700, owner: id })),
    { kind: 'directory', path: 'tmp', mode: 0o1777 },
    ...(certificates === null ? [] : [file(CERTIFICATES, certificates)]),
  ];
}

function text(path: string, lines: readonly string[]): TarEntry {
  return file(path, Buffer.from(`${lines.join('\n')}\n`));
}

function file(path: string, content: Uint8Array): TarEntry {
  return { kind: 'file', path, mode: 0o644, size: content.length, content };
}

/**
 * A file, or all that lies below a directory, at a place in the image. Modes of this machine do not count: 0755 for directories and
 * programs, 0644 for the rest, so that a umask changes nothing.
 *
 * @param from absolute, on this machine
 * @param to absolute, in the image
 * @throws ProblemError for what is not there, and for what cannot be part of an artefact
 */
export async function entriesOf(from: string, to: string): Promise<readonly TarEntry[]> {
  const place = to.replace(/^\/+|\/+$/g, '');
  const stat = await lstat(from).catch(() => undefined);
  if (stat?.isFile() === true) return [onDisk(from, place, stat.size, (stat.mode & 0o100) !== 0)];
  if (stat?.isDirectory() !== true) throw missing(from);
  const below = (path: string): string => (place === '' ? path : `${place}/${path}`);
  return (await listTree(from)).map((one): TarEntry => {
    if (one.kind === 'd') return { kind: 'directory', path: below(one.path), mode: 0o755 };
    if (one.kind === 'l') return { kind: 'link', path: below(one.path), target: one.target };
    return onDisk(join(from, one.path), below(one.path), one.size, one.kind === 'x');
  });
}

/** A program at a place in the image. */
export async function programEntry(from: string, to: string): Promise<TarEntry> {
  const { size } = await lstat(from);
  return onDisk(from, to.replace(/^\/+/, ''), size, true);
}

function onDisk(content: string, path: string, size: number, program: boolean): TarEntry {
  return { kind: 'file', path, mode: program ? 0o755 : 0o644, size, content };
}

/** @throws ProblemError for a file that is not there or holds no certificate */
export async function readCertificates(path: string): Promise<Uint8Array> {
  const content = await readFile(path).catch(() => undefined);
  if (content?.includes('-----BEGIN CERTIFICATE-----') === true) return content;
  throw new ProblemError({
    code: 'build.no-certificates',
    where: path,
    found: content === undefined ? 'no file that can be read' : 'no certificate in it',
    expected: 'certificates of authorities, PEM',
    remedy: 'mend `image.certificates` of the component; a file in the repository makes the same image everywhere',
  });
}

function missing(path: string): ProblemError {
  return new ProblemError({
    code: 'build.no-such-file',
    where: path,
    found: 'nothing',
    expected: 'a file or directory for the image',
    remedy: 'mend `image.files` of the component',
  });
}
