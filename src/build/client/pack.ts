import { chmod, lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientManifest } from '../../model/client-package.ts';
import { type Problem, ProblemError, unwrap } from '../../model/problem.ts';
import { sha256 } from '../../procedure/journal/canonical.ts';
import { type ArchiveEntry, gzipOf, tarOf } from './archive.ts';
import { installerOf } from './installer.ts';
import { readPublicKey } from './sign.ts';
import type { PackSpec } from './spec.ts';
import { stampVersion } from './stamp.ts';

/** Makes the package of a client script: what is published of one version. docs/client.md says what each file is for. */

/** Most that all files together may have, bytes: a script with its libraries, not a distribution of something else. */
const MOST = 16 * 1024 * 1024;

export interface SourceFile {
  readonly path: string;
  readonly bytes: Buffer;
  /** May its owner execute it? */
  readonly program: boolean;
}

/**
 * What is published of one version, name → content. The same inputs give the same bytes.
 * @param publicPem the public key; null: it will not be signed
 * @throws ProblemError where the version cannot be stamped in, or a key is none
 */
export function packageFiles(
  spec: PackSpec,
  sources: readonly SourceFile[],
  publicPem: string | null,
): ReadonlyMap<string, Buffer> {
  const { name, version, commit, address, config, links } = spec;
  const key = publicPem === null ? null : unwrap(readPublicKey(publicPem, spec.publicKey ?? ''));
  const installer = Buffer.from(installerOf({ name, address, links, config, key }));
  const run = new Set([spec.files[0], ...Object.values(links)]);
  const content = sources.map((file) => ({
    ...file,
    bytes: file.path === spec.files[0] ? stamped(spec, file) : file.bytes,
    program: file.program || run.has(file.path),
  }));
  const inside: readonly SourceFile[] = [
    ...content,
    { path: 'VERSION', bytes: Buffer.from(`${version}\n`), program: false },
    { path: 'install.sh', bytes: installer, program: true },
  ];
  const list: SourceFile = { path: 'FILES', bytes: Buffer.from(sumsOf(inside)), program: false };
  const folder = `${name}-${version}`;
  const entries = [...inside, list].map((file): ArchiveEntry => ({ ...file, path: `${folder}/${file.path}` }));
  const archive = { path: `${folder}.tar.gz`, bytes: gzipOf(tarOf(entries)) };
  const manifest: ClientManifest = {
    formatVersion: 1,
    name,
    version,
    commit,
    package: { file: archive.path, size: archive.bytes.length, sha256: sha256(archive.bytes) },
    signed: key !== null,
  };
  return new Map([
    [archive.path, archive.bytes],
    ['install.sh', installer],
    ['version', Buffer.from(`${version}\n`)],
    ['client.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)],
    ['SHA256SUMS', Buffer.from(sumsOf([archive, { path: 'install.sh', bytes: installer }]))],
  ]);
}

function stamped({ stamp, version, source }: PackSpec, { bytes, path }: SourceFile): Buffer {
  return stamp === null ? bytes : unwrap(stampVersion(bytes, stamp, version, join(source, path)));
}

/** As `sha256sum` writes and reads it, sorted by name. Pure. */
export function sumsOf(files: readonly Pick<SourceFile, 'path' | 'bytes'>[]): string {
  return files
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, bytes }) => `${sha256(bytes)}  ${path}\n`)
    .join('');
}

/**
 * Reads the sources and writes the package into a directory that does not exist yet. Modes do not depend on the umask.
 * @throws ProblemError for what cannot be packed
 */
export async function writePackage(spec: PackSpec, out: string): Promise<ReadonlyMap<string, Buffer>> {
  const sources = await Promise.all(spec.files.map((path) => readSource(spec.source, path)));
  const total = sources.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total > MOST) throw new ProblemError(tooLarge(spec.source, total));
  const pem = spec.publicKey === null ? null : await readKey(spec.publicKey);
  const files = packageFiles(spec, sources, pem);
  await mkdir(out);
  await chmod(out, 0o755);
  for (const [name, bytes] of files) await writePlain(join(out, name), bytes);
  return files;
}

/** Everybody may read what is published. */
export async function writePlain(path: string, bytes: Buffer | string): Promise<void> {
  await writeFile(path, bytes, { flag: 'wx' });
  await chmod(path, 0o644);
}

async function readSource(source: string, path: string): Promise<SourceFile> {
  const full = join(source, path);
  const stat = await lstat(full).catch(() => undefined);
  if (stat?.isFile() !== true) throw new ProblemError(noFile(full, stat === undefined));
  return { path, bytes: await readFile(full), program: (stat.mode & 0o100) !== 0 };
}

async function readKey(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) throw new ProblemError(noFile(path, true));
  return text;
}

function noFile(where: string, missing: boolean): Problem {
  return {
    code: 'build.script-file',
    where,
    found: missing ? 'no such file' : 'a link or a directory',
    expected: 'a plain file: what is packed is named file by file',
    remedy: 'mend `main`, `files`, `install.config` or `sign.publicKey` of the component',
  };
}

function tooLarge(where: string, bytes: number): Problem {
  return {
    code: 'build.script-size',
    where,
    found: `${bytes} bytes`,
    expected: `at most ${MOST}: a script with its libraries`,
    remedy: 'take out of `files` what the script does not need',
  };
}
