import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Problem } from '../model/problem.ts';

/** What a pair of chain and key says, and what speaks against it (RFC 5280, RFC 6125 by node:crypto). Pure. */

export interface CertificateFacts {
  /** Hexadecimal, as openssl prints it. */
  readonly serial: string;
  /** SHA-256 of the certificate, hexadecimal with colons: names it for sure. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  /** RFC 3339. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly names: string;
}

export interface PairFacts extends CertificateFacts {
  /** SHA-256 over the bytes that are put in place. */
  readonly digest: string;
}

export const DAY_MS = 24 * 3600_000;
const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export function certificateFacts(certificate: X509Certificate): CertificateFacts {
  const { serialNumber, fingerprint256, subject, issuer, validFrom, validTo, subjectAltName } = certificate;
  return {
    serial: serialNumber,
    fingerprint: fingerprint256,
    subject: oneLine(subject),
    issuer: oneLine(issuer),
    notBefore: new Date(validFrom).toISOString(),
    notAfter: new Date(validTo).toISOString(),
    names: subjectAltName ?? '',
  };
}

function oneLine(text: string): string {
  return text.trim().replaceAll('\n', ', ');
}

/** Chain and key as one text, each with one end of line: what lies in a combined file, and what is sent to a host. */
export function bundleOf(chain: string, key: string): string {
  return `${chain.trimEnd()}\n${key.trimEnd()}\n`;
}

export function bundleDigest(bundle: string): string {
  return createHash('sha256').update(bundle).digest('hex');
}

export interface Wanted {
  readonly names: readonly string[];
  readonly days: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Where the pair lies, for people. */
  readonly where: string;
}

export type Judged =
  | { readonly kind: 'readable'; readonly facts: PairFacts; readonly problems: readonly Problem[] }
  | { readonly kind: 'unreadable'; readonly problems: readonly Problem[] };

/** A pair as it would be put in place. The key is looked at, and nothing of it is told. */
export function judgePair(chain: string, key: string, wanted: Wanted): Judged {
  const { where } = wanted;
  const blocks = chain.match(BLOCK) ?? [];
  if (/PRIVATE KEY/.test(chain)) {
    return unreadable(where, 'a private key among the certificates', 'the key only in the file of the key');
  }
  let certificates: readonly X509Certificate[];
  let secret: KeyObject;
  try {
    certificates = blocks.map((block) => new X509Certificate(block));
    secret = createPrivateKey(key);
  } catch {
    // What a parser says of a key may hold a part of it.
    return unreadable(where, 'files that are no chain and key', 'certificates and a key that is not encrypted, in PEM');
  }
  const [leaf, ...between] = certificates;
  if (leaf === undefined) return unreadable(where, 'no certificate', 'at least one certificate, in PEM');
  return {
    kind: 'readable',
    facts: { ...certificateFacts(leaf), digest: bundleDigest(bundleOf(chain, key)) },
    problems: [
      ...(leaf.checkPrivateKey(secret) ? [] : [mismatch(where, leaf)]),
      ...timeProblems(certificateFacts(leaf), wanted),
      ...nameProblems(leaf, wanted),
      ...chainProblems([leaf, ...between], wanted),
    ],
  };
}

/** Not valid yet, or not long enough. Pure. */
export function timeProblems(
  { notBefore, notAfter }: Pick<CertificateFacts, 'notBefore' | 'notAfter'>,
  { days, now, where }: Pick<Wanted, 'days' | 'now' | 'where'>,
): readonly Problem[] {
  if (Date.parse(notBefore) > now) {
    return [
      {
        code: 'certificate.not-yet',
        where,
        found: `a certificate that is valid from ${notBefore}`,
        expected: `one that is valid now, ${new Date(now).toISOString()}`,
        remedy: 'look at the clock of this machine, or wait',
      },
    ];
  }
  const left = Math.floor((Date.parse(notAfter) - now) / DAY_MS);
  if (left >= days) return [];
  return [
    {
      code: left < 0 ? 'certificate.expired' : 'certificate.ends-soon',
      where,
      found: left < 0 ? `a certificate that ended at ${notAfter}` : `${left} days left, until ${notAfter}`,
      expected: `at least ${days} days`,
      remedy: 'renew it: `shiplock runbook run certificate-renew`',
    },
  ];
}

/** Names that it does not stand for. Pure. */
export function nameProblems(
  leaf: X509Certificate,
  { names, where }: Pick<Wanted, 'names' | 'where'>,
): readonly Problem[] {
  const missing = names.filter(
    (name) => (isIP(name) === 0 ? leaf.checkHost(name, { subject: 'never' }) : leaf.checkIP(name)) === undefined,
  );
  if (missing.length === 0) return [];
  return [
    {
      code: 'certificate.other-names',
      where,
      found: leaf.subjectAltName ?? 'no subject alternative name',
      expected: missing.join(', '),
      remedy: 'order a certificate for these names too',
    },
  ];
}

/** Whether the last of a chain is one of these roots, or signed by one. Pure. @param roots PEM */
export function signedBy(chain: string, roots: string): boolean {
  const last = chain.match(BLOCK)?.at(-1);
  if (last === undefined) return false;
  try {
    const top = new X509Certificate(last);
    return (roots.match(BLOCK) ?? [])
      .map((block) => new X509Certificate(block))
      .some(
        (root) => root.fingerprint256 === top.fingerprint256 || (top.checkIssued(root) && top.verify(root.publicKey)),
      );
  } catch {
    return false;
  }
}

function chainProblems(certificates: readonly X509Certificate[], { now, where }: Wanted): readonly Problem[] {
  return certificates.flatMap((one, at) => {
    const issuer = certificates[at + 1];
    if (issuer === undefined) return [];
    const ended = Date.parse(issuer.validTo) <= now;
    if (!ended && one.checkIssued(issuer) && one.verify(issuer.publicKey)) return [];
    return [
      {
        code: 'certificate.broken-chain',
        where,
        found: ended
          ? `${oneLine(issuer.subject)} ended at ${new Date(issuer.validTo).toISOString()}`
          : `${oneLine(one.subject)} is not signed by ${oneLine(issuer.subject)}, which follows it`,
        expected: 'each certificate signed by the one behind it',
        remedy: 'take the chain as the authority gives it: the certificate of the service first',
      },
    ];
  });
}

function mismatch(where: string, leaf: X509Certificate): Problem {
  return {
    code: 'certificate.key-mismatch',
    where,
    found: `a key that is not that of ${oneLine(leaf.subject)}, serial ${leaf.serialNumber}`,
    expected: 'the key that the certificate was made for',
    remedy: 'put both files of one order there',
  };
}

function unreadable(where: string, found: string, expected: string): Judged {
  return {
    kind: 'unreadable',
    problems: [
      {
        code: 'certificate.unreadable',
        where,
        found,
        expected,
        remedy: 'look at the files with openssl x509 and openssl pkey',
      },
    ],
  };
}
