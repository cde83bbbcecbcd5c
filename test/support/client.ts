import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PackSpec, writePackage, writePlain } from '../../src/build/client/pack.ts';
import { publishPackage } from '../../src/build/client/publish.ts';
import { type KeyKind, readPublicKey, signChecksums } from '../../src/build/client/sign.ts';
import { unwrap } from '../../src/model/problem.ts';

/** A client script with a library and a file of settings, published in several versions, and shells that install it. */

export interface Place extends AsyncDisposable {
  readonly dir: string;
  /** What is published. */
  readonly www: string;
  readonly secret: string;
  readonly publicKey: string;
  /** Packs, signs and publishes a version; gives the directory of what was built. */
  publish(version: string, more?: Partial<PackSpec>): Promise<string>;
  /** The same without publishing it. */
  build(version: string, more?: Partial<PackSpec>): Promise<string>;
}

const MAIN = `#!/bin/sh
set -eu
hello_version=0.0.0
self=$(readlink -f -- "$0")
# shellcheck source=lib/words.sh
. "\${self%/*}/lib/words.sh"
words "$hello_version"
`;
const WORDS = 'words() { printf \'hello from %s\\n\' "$1"; }\n';

export async function openPlace(kind: KeyKind | 'unsigned' = 'ed25519'): Promise<Place> {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-client-'));
  const source = join(dir, 'source');
  await mkdir(join(source, 'lib'), { recursive: true });
  await writeFile(join(source, 'hello'), MAIN);
  await writeFile(join(source, 'lib/words.sh'), WORDS);
  await writeFile(join(source, 'hello.conf'), '# nothing yet\n');
  const keys = kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 3072 }) : generateKeyPairSync('ed25519');
  const publicKey = join(dir, 'release.pub');
  await writeFile(publicKey, keys.publicKey.export({ type: 'spki', format: 'pem' }));
  const secret = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const www = join(dir, 'www');
  let count = 0;
  const build = async (version: string, more: Partial<PackSpec> = {}): Promise<string> => {
    count += 1;
    const out = join(dir, `built-${count}`);
    const spec: PackSpec = {
      ...{ source, name: 'hello', version, commit: 'c'.repeat(40), files: ['hello', 'lib/words.sh', 'hello.conf'] },
      ...{ config: ['hello.conf'], links: { hello: 'hello' }, stamp: 'hello_version', address: null },
      publicKey: kind === 'unsigned' ? null : publicKey,
      ...more,
    };
    await writePackage(spec, out);
    if (spec.publicKey !== null) await signIn(out, secret, publicKey);
    return out;
  };
  return {
    ...{ dir, www, secret, publicKey, build },
    publish: async (version, more) => {
      const out = await build(version, more);
      await publishPackage(out, www);
      return out;
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Signs what lies there, with whatever key; an older signature goes. */
export async function signIn(out: string, secret: string, publicKey: string): Promise<void> {
  const key = unwrap(readPublicKey(await readFile(publicKey, 'utf8'), publicKey));
  const sums = join(out, 'SHA256SUMS');
  await rm(`${sums}.sig`, { force: true });
  await writePlain(`${sums}.sig`, unwrap(signChecksums(await readFile(sums), secret, key, sums)));
}

export interface Said {
  readonly code: number | null;
  readonly text: string;
}

/** A shell as a machine may have it: its words, and the directories in which it finds programs. */
export interface Shell {
  readonly name: string;
  readonly argv: readonly string[];
  readonly path: string;
}

export function runShell(shell: Shell, args: readonly string[], env: Record<string, string> = {}): Promise<Said> {
  const [program = '', ...words] = shell.argv;
  return new Promise((resolve) => {
    const child = execFile(
      program,
      [...words, ...args],
      { env: { PATH: shell.path, HOME: '/nonexistent', LC_ALL: 'C', ...env } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, text: stdout + stderr }),
    );
  });
}

/** Every entry below a directory: kind, path and content. */
export async function treeOf(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const lines = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const at = path.slice(dir.length + 1);
      if (entry.isSymbolicLink()) return `link ${at} ${await readlink(path)}`;
      return entry.isDirectory() ? `dir ${at}` : `file ${at} ${await readFile(path, 'base64')}`;
    }),
  );
  return lines.toSorted();
}

export interface Web extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly string[];
}

/** Hands out the files of a directory on loopback; `cut` ends an answer after so many bytes. */
export async function serve(dir: string, cut: (path: string) => number | undefined = () => undefined): Promise<Web> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/');
    asked.push(path);
    void readFile(join(dir, path)).then(
      (bytes) => {
        const most = cut(path);
        response.writeHead(200, { 'content-length': bytes.length });
        if (most === undefined) response.end(bytes);
        else response.write(bytes.subarray(0, most), () => response.destroy());
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
