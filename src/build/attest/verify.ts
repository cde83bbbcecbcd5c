import { createHash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import { formatDuration } from '../../model/scalars.ts';
import { type Envelope, isSignedBy, malformed, PAYLOAD_TYPE, readEnvelope } from './dsse.ts';
import {
  BUILD_TYPE,
  PREDICATE_TYPE,
  RELEASE_SUBJECT,
  SBOM_SUBJECT,
  SOURCE,
  STATEMENT_TYPE,
  type Statement,
  statementSchema,
  TREE_DIGEST,
} from './statement.ts';
import { parseStrict } from './strict-json.ts';

/** Whether an attestation says, with a key that is trusted, that these are the artefacts of this release. Pure: texts and digests come in. */

/** A key that may vouch for releases. */
export interface TrustedKey {
  readonly name: string;
  readonly keyId: string;
  readonly key: KeyObject;
  /** Nothing that is said to be made after this time counts, milliseconds since 1970; null: no end. */
  readonly untilMs: number | null;
  /** Why nothing of it counts any more, whenever it was made; null: it counts. */
  readonly revoked: string | null;
  /** Builders that it may vouch for; `*` at the end stands for any rest. Empty: any. */
  readonly builders: readonly string[];
}

export interface Trust {
  readonly keys: readonly TrustedKey[];
  /** Age of the build above which it is refused; null: any. */
  readonly maxAgeMs: number | null;
}

/** What must have been attested. */
export interface Expected {
  readonly service: string;
  readonly version: string;
  readonly commit: string;
  /** Digest of release.json as it was made first. */
  readonly releaseJson: string;
  readonly artefacts: readonly { readonly name: string; readonly digest: string }[];
  /** Digest of the bill of materials; absent: the release has none. */
  readonly sbom?: string | undefined;
}

export interface Question {
  readonly expected: Expected;
  readonly trust: Trust;
  /** Text of the envelope; null: there is none. */
  readonly envelope: string | null;
  /** What problems name, a file. */
  readonly where: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Who stands behind a release. */
export interface Attested {
  /** Digest of the envelope. */
  readonly envelope: string;
  readonly signer: string;
  readonly keyId: string;
  readonly builder: string;
  readonly invocation: string;
  readonly finishedOn: string;
}

/** Clocks of builders may be ahead by this much. */
const AHEAD_MS = 5 * 60_000;

/**
 * In the order of the protocol: envelope, signatures, type, statement; then what it says. The first thing that is wrong is told, and of several
 * trusted keys one that is good is enough. Problems `attest.…`.
 */
export function verifyAttestation(question: Question): Result<Attested> {
  const { envelope: text, where, trust } = question;
  if (text === null) return bad(missing(where));
  const envelope = readEnvelope(text, where);
  if (!envelope.ok) return envelope;
  const signers = signersOf(envelope.value, trust.keys);
  if (signers.length === 0) return bad(notSigned(envelope.value, trust.keys, where));
  const standing = signers.filter(({ revoked }) => revoked === null);
  const [revoked] = signers;
  if (standing.length === 0 && revoked !== undefined) return bad(keyRevoked(revoked, where));
  const statement = readStatement(envelope.value, where);
  if (!statement.ok) return statement;
  const signer = goodSigner(standing, statement.value, where);
  if (!signer.ok) return signer;
  const wrong = statementProblem(statement.value, question);
  if (wrong !== undefined) return bad(wrong);
  const { builder, metadata } = statement.value.predicate.runDetails;
  return ok({
    envelope: envelopeDigest(text),
    signer: signer.value.name,
    keyId: signer.value.keyId,
    builder: builder.id,
    invocation: metadata.invocationId,
    finishedOn: metadata.finishedOn,
  });
}

/** `sha256:…` of its text. */
export function envelopeDigest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Trusted keys with a good signature there. Any number of others may stand beside them. */
function signersOf(envelope: Envelope, keys: readonly TrustedKey[]): readonly TrustedKey[] {
  return keys.filter(({ key, keyId }) =>
    envelope.signatures.some(
      (signature) => (signature.keyId === null || signature.keyId === keyId) && isSignedBy(envelope, signature, key),
    ),
  );
}

function notSigned({ signatures }: Envelope, keys: readonly TrustedKey[], where: string): Problem {
  const expected = `a signature of a trusted key: ${keys.map(({ name }) => name).join(', ')}`;
  if (signatures.length === 0) {
    return {
      code: 'attest.unsigned',
      where,
      found: 'no signature',
      expected,
      remedy: 'sign it where the release is built: `shiplock attest`',
    };
  }
  const claimed = keys.find(({ keyId }) => signatures.some((signature) => signature.keyId === keyId));
  if (claimed !== undefined) {
    return {
      code: 'attest.bad-signature',
      where,
      found: `a signature that says it is of ${claimed.name}, and is not of what stands here`,
      expected,
      remedy: 'somebody has changed it: take it again from where it was made, and find out who did that',
    };
  }
  const ids = signatures.map(({ keyId }) => (keyId === null ? 'a key without id' : keyId.slice(0, 16)));
  return {
    code: 'attest.unknown-signer',
    where,
    found: `signatures that no trusted key has made: ${ids.join(', ')}`,
    expected,
    remedy: 'build it where a trusted key signs; a new key is added under `policy.trusted` on the protected branch',
  };
}

function keyRevoked({ name, revoked }: TrustedKey, where: string): Problem {
  return {
    code: 'attest.key-revoked',
    where,
    found: `a signature of ${name}, which was revoked: ${revoked ?? ''}`,
    expected: 'a key that was not revoked',
    remedy: 'build and sign it again with another key; whoever has a revoked key can sign anything, with any date',
  };
}

function readStatement({ payloadType, payload }: Envelope, where: string): Result<Statement> {
  if (payloadType !== PAYLOAD_TYPE) return bad(otherKind(where, 'payload-type', payloadType, PAYLOAD_TYPE));
  const text = payload.toString('utf8');
  if (!Buffer.from(text).equals(payload)) return bad(malformed(where, 'a statement that is not UTF-8'));
  const json = parseStrict(text);
  if (json.kind === 'bad') return bad(malformed(where, json.why));
  const kinds = kindsSchema.safeParse(json.value).data;
  const { _type: type, predicateType } = kinds ?? {};
  const buildType = kinds?.predicate?.buildDefinition?.buildType;
  if (type !== undefined && type !== STATEMENT_TYPE) return bad(otherKind(where, 'predicate', type, STATEMENT_TYPE));
  if (predicateType !== undefined && predicateType !== PREDICATE_TYPE) {
    return bad(otherKind(where, 'predicate', predicateType, PREDICATE_TYPE));
  }
  if (buildType !== undefined && buildType !== BUILD_TYPE)
    return bad(otherKind(where, 'predicate', buildType, BUILD_TYPE));
  const parsed = statementSchema.safeParse(json.value);
  if (!parsed.success) return bad(malformed(where, z.prettifyError(parsed.error).replaceAll('\n', '; ')));
  return ok(parsed.data);
}

/** What says which format the rest has: a later one, or another's, is no damage. */
const kindsSchema = z.object({
  _type: z.string().exactOptional(),
  predicateType: z.string().exactOptional(),
  predicate: z
    .object({ buildDefinition: z.object({ buildType: z.string().exactOptional() }).exactOptional() })
    .exactOptional(),
});

function otherKind(where: string, what: 'payload-type' | 'predicate', found: string, expected: string): Problem {
  return {
    code: what === 'predicate' ? 'attest.predicate' : 'attest.payload-type',
    where,
    found: found.slice(0, 200),
    expected,
    remedy:
      'this is signed, and says something else than how the release was built: give the attestation of the release',
  };
}

/** One that stands for this builder and this time. */
function goodSigner(signers: readonly TrustedKey[], statement: Statement, where: string): Result<TrustedKey> {
  const problems: Problem[] = [];
  for (const signer of signers) {
    const problem = signerProblem(signer, statement, where);
    if (problem === undefined) return ok(signer);
    problems.push(problem);
  }
  return bad(...problems);
}

function signerProblem(signer: TrustedKey, { predicate }: Statement, where: string): Problem | undefined {
  const { builder, metadata } = predicate.runDetails;
  if (signer.untilMs !== null && Date.parse(metadata.finishedOn) > signer.untilMs) {
    return {
      code: 'attest.key-expired',
      where,
      found: `a signature of ${signer.name} over a build of ${metadata.finishedOn}`,
      expected: `a build not after ${new Date(signer.untilMs).toISOString()}, when the time of this key ended`,
      remedy: 'sign with the key that came after it',
    };
  }
  if (signer.builders.length === 0 || signer.builders.some((pattern) => fits(builder.id, pattern))) return undefined;
  return {
    code: 'attest.wrong-builder',
    where,
    found: `the builder ${builder.id.slice(0, 300)}`,
    expected: `a builder for which ${signer.name} may vouch: ${signer.builders.join(', ')}`,
    remedy: 'build it there; which builders a key may vouch for stands under `policy.trusted` on the protected branch',
  };
}

function fits(id: string, pattern: string): boolean {
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}

/** What the statement says against what is to be released. Undefined: it is the same. */
function statementProblem(statement: Statement, { expected, trust, now, where }: Question): Problem | undefined {
  const { buildDefinition, runDetails } = statement.predicate;
  return (
    ageProblem(runDetails.metadata, trust.maxAgeMs, now, where) ??
    nameProblem(buildDefinition, expected, where) ??
    subjectProblem(statement, expected, where)
  );
}

function ageProblem(
  { startedOn, finishedOn }: Statement['predicate']['runDetails']['metadata'],
  maxAgeMs: number | null,
  now: number,
  where: string,
): Problem | undefined {
  const age = now - Date.parse(finishedOn);
  if (!(age >= -AHEAD_MS) || !(Date.parse(startedOn) <= Date.parse(finishedOn))) {
    return {
      code: 'attest.from-the-future',
      where,
      found: `a build from ${startedOn} to ${finishedOn}; it is ${new Date(now).toISOString()}`,
      expected: 'a build that is over',
      remedy: 'set the clocks of the builder and of this machine',
    };
  }
  if (maxAgeMs === null || age <= maxAgeMs) return undefined;
  return {
    code: 'attest.stale',
    where,
    found: `a build of ${finishedOn}, ${formatDuration(Math.floor(age / 60_000) * 60_000)} ago`,
    expected: `one of the last ${formatDuration(maxAgeMs)}`,
    remedy: 'build it again, so that it gets what was mended meanwhile below it',
  };
}

function nameProblem(
  { externalParameters, resolvedDependencies }: Statement['predicate']['buildDefinition'],
  { service, version, commit }: Expected,
  where: string,
): Problem | undefined {
  const attested = `${externalParameters.service} ${externalParameters.version}`;
  const meant = `${service} ${version}`;
  const sources = resolvedDependencies.filter(({ name }) => name === SOURCE);
  const commits = sources.map(({ digest }) => digest?.['gitCommit'] ?? 'no commit');
  if (attested === meant && commits.length === 1 && commits[0] === commit) return undefined;
  return {
    code: 'attest.replayed',
    where,
    found: `an attestation of ${attested.slice(0, 200)} at commit ${commits.join(' and ').slice(0, 200)}`,
    expected: `one of ${meant} at commit ${commit}`,
    remedy: 'it was made for something else: give the attestation of this very release',
  };
}

/** Artefacts first: bytes that are not those that were signed say more than a release.json that was made of them. */
function subjectProblem({ subject }: Statement, expected: Expected, where: string): Problem | undefined {
  const lost = expected.artefacts.find(
    ({ name, digest }) =>
      !subject.some(
        (one) =>
          one.name === name && (one.digest.sha256 === hexOf(digest) || one.digest[TREE_DIGEST] === hexOf(digest)),
      ),
  );
  if (lost !== undefined) {
    const theirs = subject.filter(({ name }) => name === lost.name);
    const digests = theirs.map(({ digest }) => digest.sha256 ?? digest[TREE_DIGEST] ?? 'no digest');
    return {
      code: 'attest.other-artefact',
      where: `${lost.name}, by ${where}`,
      found: hexOf(lost.digest),
      expected: digests.join(' or ') || 'an artefact that was attested; nothing of this name was',
      remedy:
        'this artefact is not the one that was signed: find out where it comes from, then build and sign again under a new version',
    };
  }
  if (expected.sbom !== undefined && !isSubject(subject, SBOM_SUBJECT, expected.sbom)) {
    const theirs = subject.filter(({ name }) => name === SBOM_SUBJECT);
    return {
      code: 'attest.other-sbom',
      where,
      found: `a bill of materials with ${hexOf(expected.sbom)}`,
      expected:
        theirs.map(({ digest }) => digest.sha256 ?? 'no digest').join(' or ') || 'one that was attested; none was',
      remedy:
        'what is said to be in the release is not what was signed: take release.json again from where it was made, or build and sign again',
    };
  }
  const made = subject.filter(({ name }) => name === RELEASE_SUBJECT);
  const [release] = made;
  if (made.length === 1 && release?.digest.sha256 === hexOf(expected.releaseJson)) return undefined;
  return {
    code: 'attest.other-release',
    where,
    found: `release.json with ${hexOf(expected.releaseJson)}`,
    expected: made.map(({ digest }) => digest.sha256 ?? 'no digest').join(' and ') || 'one that was attested; none was',
    remedy:
      'release.json is not the one that was signed: take it again from where it was made, or build and sign again',
  };
}

function isSubject(subject: Statement['subject'], name: string, digest: string): boolean {
  return subject.some((one) => one.name === name && one.digest.sha256 === hexOf(digest));
}

function hexOf(digest: string): string {
  return digest.replace(/^sha256:/, '');
}

function missing(where: string): Problem {
  return {
    code: 'attest.missing',
    where,
    found: 'no attestation',
    expected: 'one that a trusted key has signed: the policy asks for it here',
    remedy:
      'sign it where the release is built: `signing.key` in shiplock.yaml, then `shiplock attest` or `shiplock release`',
  };
}
