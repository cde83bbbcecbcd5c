import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { bad, ok, type Result } from '../../model/problem.ts';

/** Keys that sign: ECDSA on P-256 with SHA-256, or Ed25519, in PEM. The same kinds that cosign takes. */

const PUBLIC = /^-----BEGIN PUBLIC KEY-----\n[\s\S]*-----END PUBLIC KEY-----\n?$/;

/** A public key of a kind that we take (SPKI in PEM); undefined for anything else, a private key too. */
export function publicKeyFrom(pem: string): KeyObject | undefined {
  // Node makes a public key of a private one: here that would hide a secret that stands in the open.
  if (!PUBLIC.test(pem.trimStart())) return undefined;
  try {
    const key = createPublicKey(pem);
    return isTaken(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** A private key without passphrase (PKCS #8, or SEC 1 for ECDSA). @param where secret reference; the key itself is in no problem */
export function privateKeyFrom(pem: string, where: string): Result<KeyObject> {
  let found = 'no private key in PEM';
  try {
    const key = createPrivateKey(pem);
    if (isTaken(key)) return ok(key);
    found = `a key of kind ${key.asymmetricKeyType ?? 'unknown'}`;
  } catch {
    if (pem.includes('ENCRYPTED')) found = 'a private key with a passphrase';
  }
  return bad({
    code: 'attest.bad-key',
    where,
    found,
    expected: 'a private key in PEM without a passphrase: Ed25519, or ECDSA on P-256',
    remedy: 'openssl genpkey -algorithm ed25519 makes one; keep it where secrets are kept',
  });
}

function isTaken(key: KeyObject): boolean {
  if (key.asymmetricKeyType === 'ed25519') return true;
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

/** SHA-256 of the public key (SPKI, DER), hexadecimal. A private key has the id of its public half. */
export function keyIdOf(key: KeyObject): string {
  const open = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(open.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** PEM of the public half, as it stands in the policy. */
export function publicPemOf(key: KeyObject): string {
  const open = key.type === 'private' ? createPublicKey(key) : key;
  return open.export({ type: 'spki', format: 'pem' }).toString();
}
