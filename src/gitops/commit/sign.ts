import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Cache } from './cache.ts';
import { lastLine } from './cache.ts';

/**
 * Signatures as git makes them with `gpg.format=ssh`: over the bytes of the commit, in its header `gpgsig`, for the namespace `git`. Nobody is
 * ever asked for a passphrase: such a key goes into an agent, and its public half is named.
 */

const NAMESPACE = 'git';
const TIMEOUT_MS = 20_000;

export interface Signing {
  /** Path of an OpenSSH private key, of a public one whose other half the agent holds, or `key::` and the public key itself. */
  readonly key: string;
  readonly exec: Exec;
  readonly signal: AbortSignal;
}

/** The same commit with a signature; its id. */
export async function signCommit(cache: Cache, commit: string, signing: Signing): Promise<string> {
  const payload = await cache.local(['cat-file', 'commit', commit]);
  const signature = await sign(payload, signing);
  const signed = withSignature(payload, signature);
  return (await cache.local(['hash-object', '-t', 'commit', '-w', '--stdin'], { stdin: signed })).trim();
}

/** Pure: the header comes last, before the empty line; its further lines begin with a space. */
export function withSignature(payload: string, signature: string): string {
  const end = payload.indexOf('\n\n');
  const header = `gpgsig ${signature.trimEnd().replaceAll('\n', '\n ')}`;
  return `${payload.slice(0, end)}\n${header}${payload.slice(end)}`;
}

async function sign(payload: string, { key, exec, signal }: Signing): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-sign-'));
  try {
    const file = join(dir, 'commit');
    await writeFile(file, payload);
    const path = await keyFile(key, dir);
    const argv = ['ssh-keygen', '-Y', 'sign', '-q', '-f', path, '-n', NAMESPACE, file];
    const quiet = ['env', '-u', 'SSH_ASKPASS', '-u', 'DISPLAY', 'SSH_ASKPASS_REQUIRE=never', 'LC_ALL=C'];
    const result = await exec.read([...quiet, ...argv], { timeoutMs: TIMEOUT_MS, signal });
    if (result.exitCode === 0) return await readFile(`${file}.sig`, 'utf8');
    throw new ProblemError(cannotSign(key, lastLine(result.stderr, result.exitCode)));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function keyFile(key: string, dir: string): Promise<string> {
  if (!key.startsWith('key::')) {
    if (existsSync(key)) return key;
    throw new ProblemError(cannotSign(key, 'no such file'));
  }
  const path = join(dir, 'key.pub');
  await writeFile(path, `${key.slice('key::'.length).trim()}\n`);
  return path;
}

function cannotSign(key: string, found: string) {
  return {
    code: 'gitops.cannot-sign',
    where: `gitops.signingKey ${key.slice(0, 80)}`,
    found,
    expected: 'an OpenSSH key that signs without a question',
    remedy:
      'name a private key without a passphrase; or give the key to the agent (`ssh-add`) and name its public half, as a path or as `key::ssh-ed25519 AAAA…`',
  };
}
