import { createHash } from 'node:crypto';
import type { Participant, Policy, Signatures } from '../../model/people.ts';
import type { Exec } from '../../model/ports.ts';
import { GIT_NAMESPACE, trusted } from '../../procedure/index.ts';

/** Who wrote what is released. */

/**
 * The participants behind a commit. Its text is believed only while its digest is the commit's; a signature proves a person, and where the
 * policy says so the author line does.
 */
export async function authorsOf(
  commit: string,
  policy: Policy,
  ports: { readonly exec: Exec; readonly signatures: Signatures; readonly baseDir: string },
): Promise<readonly Participant[]> {
  const did = `wrote commit ${commit.slice(0, 12)}`;
  const unknown = (how: string): readonly Participant[] => [{ did, person: null, how }];
  const argv = trusted([
    'git',
    '--no-replace-objects',
    '-c',
    'safe.directory=*',
    '-C',
    ports.baseDir,
    'cat-file',
    'commit',
    commit,
  ]);
  const read = ports.exec.read(argv, { timeoutMs: 10_000 });
  const { exitCode, stdout: text } = await read.catch(() => ({ exitCode: 1, stdout: '' }));
  if (exitCode !== 0) return unknown('the commit is not here');
  if (commitId(text, commit) !== commit) return unknown('the text of the commit is not what its id says');
  const { payload, signature, email } = takeApart(text);
  const named = policy.people.find(({ emails }) => emails.includes(email));
  const signer = signature === undefined ? undefined : await signerOf(policy, ports.signatures, payload, signature);
  if (signer !== undefined) {
    const other = named === undefined || named.id === signer ? [] : [{ did, person: named.id, how: 'its author line' }];
    return [{ did, person: signer, how: 'by its signature' }, ...other];
  }
  if (policy.rules.commits === 'named') {
    return named === undefined
      ? unknown(`its author <${email}> is not in the policy`)
      : [{ did, person: named.id, how: 'by its author line' }];
  }
  return unknown(signature === undefined ? 'it is not signed' : 'it is not signed by a key of the policy');
}

async function signerOf(
  policy: Policy,
  signatures: Signatures,
  text: string,
  signature: string,
): Promise<string | undefined> {
  for (const { id, keys } of policy.people) {
    if (keys.length === 0) continue;
    const why = await signatures.verify({ text, signature, namespace: GIT_NAMESPACE, person: id, keys });
    if (why === undefined) return id;
  }
  return undefined;
}

/** A commit without its signature, which is what was signed; the signature; and the address of its author. Pure. */
export function takeApart(text: string): {
  readonly payload: string;
  readonly signature: string | undefined;
  readonly email: string;
} {
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end + 1);
  const found = /^gpgsig(?:-sha256)? (.*\n(?: .*\n)*)/m.exec(head);
  const email = /^author .*<([^<>\n]*)> \d+ [+-]\d{4}$/m.exec(head)?.[1] ?? '';
  const block = found?.[1];
  const armoured = block?.replace(/\n /g, '\n');
  return {
    payload: found === null ? text : `${head.replace(found[0], '')}${text.slice(head.length)}`,
    signature: armoured?.startsWith('-----BEGIN SSH SIGNATURE-----') === true ? armoured : undefined,
    email: email.toLowerCase(),
  };
}

function commitId(text: string, like: string): string {
  const bytes = Buffer.from(text);
  return createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(`commit ${bytes.byteLength}\0`)
    .update(bytes)
    .digest('hex');
}
