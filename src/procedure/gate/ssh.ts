import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Person, SignatureQuestion, Signatures, Signer } from '../../model/people.ts';
import type { CommandResult, Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';

/** Signatures by OpenSSH (`ssh-keygen -Y`). */

const TIMEOUT_MS = 10_000;

/**
 * Programs that decide about gates are taken from the directories of the system, with nothing of the caller's environment: a variable
 * that puts another program first, or changes what this one does, has no say.
 */
export function trusted(argv: readonly string[], env: Readonly<Record<string, string>> = {}): readonly string[] {
  const fixed = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', ...env };
  return ['/usr/bin/env', '-i', ...Object.entries(fixed).map(([name, value]) => `${name}=${value}`), ...argv];
}

/** The first two words of a public key, or undefined: options, certificates and comments have no place in a policy. */
export function plainKey(line: string): string | undefined {
  const [, key] =
    /^((?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]+={0,3})(?:[ \t][^\r\n]*)?$/.exec(
      line.trim(),
    ) ?? [];
  return key;
}

/**
 * Checks signatures with `ssh-keygen -Y verify` against a list of signers made for the question: one person, their keys, one namespace.
 * What keeps it from an answer (a full disk, a program that hangs) is an answer too: the signature does not count, and the run waits.
 */
export function sshSignatures(exec: Exec): Signatures {
  return {
    async verify(question) {
      if (question.keys.length === 0) return 'the policy lists no key';
      try {
        return await inDirectory((dir) => verifyIn(dir, exec, question));
      } catch (error) {
        return `it could not be checked: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`;
      }
    },
  };
}

async function verifyIn(dir: string, exec: Exec, question: SignatureQuestion): Promise<string | undefined> {
  const { text, signature, namespace, person, keys } = question;
  const signers = join(dir, 'allowed_signers');
  const file = join(dir, 'signature');
  await writeFile(signers, keys.map((key) => `${person} namespaces="${namespace}" ${key}\n`).join(''));
  await writeFile(file, signature);
  const argv = ['ssh-keygen', '-Y', 'verify', '-f', signers, '-I', person, '-n', namespace, '-s', file];
  const result = await exec.read(trusted(argv), { timeoutMs: TIMEOUT_MS, stdin: text });
  const good = result.exitCode === 0 && result.stdout.startsWith(`Good "${namespace}" signature for ${person} with `);
  return good ? undefined : firstLine(result);
}

/** Signs with a private key, or with a key of the agent when the public one is named. */
export async function sshSigner(
  exec: Exec,
  options: { readonly key: string; readonly person: string },
): Promise<Signer> {
  const { key, person } = options;
  return {
    person,
    sign: (text, namespace) =>
      inDirectory(async (dir) => {
        const file = join(dir, 'statement');
        await writeFile(file, text);
        const argv = ['ssh-keygen', '-Y', 'sign', '-q', '-f', key, '-n', namespace, file];
        const result = await exec.read(argv, { timeoutMs: 120_000 });
        if (result.exitCode !== 0) throw new ProblemError(cannotSign(key, firstLine(result)));
        return readFile(`${file}.sig`, 'utf8');
      }),
  };
}

/** The public half of a key file, in two words. */
export async function publicKeyOf(exec: Exec, key: string): Promise<string> {
  for (const path of [key, key.endsWith('.pub') ? key : `${key}.pub`]) {
    const found = plainKey(await readFile(path, 'utf8').catch(() => ''));
    if (found !== undefined) return found;
  }
  const result = await exec.read(['ssh-keygen', '-y', '-P', '', '-f', key], { timeoutMs: TIMEOUT_MS });
  const found = result.exitCode === 0 ? plainKey(result.stdout) : undefined;
  if (found === undefined) throw new ProblemError(cannotSign(key, firstLine(result)));
  return found;
}

/** Whose key it is. Throws when nobody of the policy has it. */
export function ownerOf(people: readonly Person[], publicKey: string, key: string): string {
  const owner = people.find(({ keys }) => keys.includes(publicKey));
  if (owner !== undefined) return owner.id;
  throw new ProblemError({
    code: 'gate.unknown-key',
    where: key,
    found: `a key that belongs to nobody in the policy: ${publicKey.slice(0, 40)}…`,
    expected: 'a key that `people:` lists on the protected branch',
    remedy: 'sign with another key, or have this one added there',
  });
}

async function inDirectory<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-sign-'));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function firstLine({ stderr, stdout, exitCode }: CommandResult): string {
  const line = `${stderr}\n${stdout}`.split('\n').find((text) => text.trim() !== '');
  return line?.trim() ?? `ssh-keygen ended with ${exitCode}`;
}

function cannotSign(key: string, found: string) {
  return {
    code: 'gate.cannot-sign',
    where: key,
    found,
    expected: 'an OpenSSH key that signs',
    remedy:
      'name a private key, or the public half of one that the agent holds; a key with a passphrase needs the agent',
  };
}
