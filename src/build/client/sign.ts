import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';

/**
 * Signatures that a bare machine can check with its own `openssl`, and that are the same bytes each time for the same key and content: RSA with PKCS #1
 * v1.5 padding and SHA-256 (RFC 8017, 8.2; `openssl dgst -sha256 -verify`, any version) and Ed25519 (RFC 8032; `openssl pkeyutl -rawin`, from 3.0 on).
 * ECDSA is left out: its signatures differ from one time to the next.
 */
export type KeyKind = 'rsa' | 'ed25519';

const LEAST_RSA_BITS = 3072;

export interface PublicKey {
  readonly kind: KeyKind;
  /** SubjectPublicKeyInfo, PEM. */
  readonly pem: string;
  readonly key: KeyObject;
}

/** @param where file, for problems */
export function readPublicKey(pem: string, where: string): Result<PublicKey> {
  // A private key would be taken too, for its public half: it must not lie in a repository.
  if (pem.includes('PRIVATE KEY')) return bad(keyProblem(where, 'a private key'));
  try {
    return known(createPublicKey(pem), where);
  } catch {
    return bad(keyProblem(where, 'no key in PEM'));
  }
}

function known(key: KeyObject, where: string): Result<PublicKey> {
  const pem = key.export({ type: 'spki', format: 'pem' }).toString();
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType === 'ed25519') return ok({ kind: 'ed25519', pem, key });
  if (key.asymmetricKeyType === 'rsa' && bits >= LEAST_RSA_BITS) return ok({ kind: 'rsa', pem, key });
  const found =
    key.asymmetricKeyType === 'rsa' ? `an RSA key of ${bits} bits` : `a key of type ${key.asymmetricKeyType}`;
  return bad(keyProblem(where, found));
}

/**
 * Signs the checksums of a package. The private key must be the one whose public half is published: a signature that no client would take is not made.
 * @param privatePem PKCS #8 or the forms of OpenSSL, without a passphrase
 */
export function signChecksums(
  content: Buffer,
  privatePem: string,
  publicKey: PublicKey,
  where: string,
): Result<Buffer> {
  let key: KeyObject;
  try {
    key = createPrivateKey(privatePem);
  } catch {
    return bad(signingProblem(where, 'a text that is no private key in PEM, or one with a passphrase'));
  }
  const own = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  if (own !== publicKey.pem) return bad(signingProblem(where, 'the private half of another key'));
  const signature = sign(publicKey.kind === 'rsa' ? 'sha256' : null, content, key);
  return ok(signature);
}

/** Is this the signature of that content under the key? */
export function isSignedBy(content: Buffer, signature: Buffer, publicKey: PublicKey): boolean {
  return verify(publicKey.kind === 'rsa' ? 'sha256' : null, content, publicKey.key, signature);
}

function keyProblem(where: string, found: string): Problem {
  return {
    code: 'build.script-key',
    where,
    found,
    expected: `a public key in PEM: Ed25519, or RSA of ${LEAST_RSA_BITS} bits or more`,
    remedy:
      'make one: openssl genpkey -algorithm ed25519 -out release.key && openssl pkey -in release.key -pubout -out release.pub',
  };
}

function signingProblem(where: string, found: string): Problem {
  return {
    code: 'build.script-signing-key',
    where,
    found,
    expected: 'the private key of `sign.publicKey`, in PEM, without a passphrase',
    remedy: 'mend the secret that `sign.key` names, or `sign.publicKey`',
  };
}
