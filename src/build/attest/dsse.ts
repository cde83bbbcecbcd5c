import { type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import { keyIdOf } from './keys.ts';
import { parseStrict } from './strict-json.ts';

/**
 * Dead Simple Signing Envelope, version 1 (https://github.com/secure-systems-lab/dsse: protocol.md and envelope.md). The type of the payload is
 * signed with it, so that no payload can be passed off as one of another kind.
 */

/** in-toto attestations (https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md). */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** Longest envelope that is read, bytes. A statement has some hundred bytes for each artefact. */
export const LONGEST_ENVELOPE = 4 * 1024 * 1024;
/** Each signature is tried with each trusted key: more would only cost time. */
const MOST_SIGNATURES = 16;

export interface Envelope {
  readonly payloadType: string;
  readonly payload: Buffer;
  readonly signatures: readonly EnvelopeSignature[];
}

export interface EnvelopeSignature {
  /** A hint that nobody has signed: it may only narrow down which keys are tried. */
  readonly keyId: string | null;
  readonly bytes: Buffer;
}

// Members that nobody knows are refused: they could be changed without anybody seeing it.
const envelopeSchema = z.strictObject({
  payloadType: z.string(),
  payload: z.string(),
  signatures: z.array(z.strictObject({ keyid: z.string().exactOptional(), sig: z.string() })),
});

/** What is signed: type and body, each with its length (PAE of the protocol). Pure. */
export function pae(type: string, body: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `;
  return Buffer.concat([Buffer.from(head), body]);
}

/** @param where what the problem names @returns problems `attest.malformed`. Pure. */
export function readEnvelope(text: string, where: string): Result<Envelope> {
  if (Buffer.byteLength(text) > LONGEST_ENVELOPE) return bad(malformed(where, `more than ${LONGEST_ENVELOPE} bytes`));
  const json = parseStrict(text);
  if (json.kind === 'bad') return bad(malformed(where, json.why));
  const parsed = envelopeSchema.safeParse(json.value);
  if (!parsed.success) return bad(malformed(where, z.prettifyError(parsed.error).replaceAll('\n', '; ')));
  const { payloadType, signatures } = parsed.data;
  if (signatures.length > MOST_SIGNATURES) return bad(malformed(where, `${signatures.length} signatures`));
  const payload = fromBase64(parsed.data.payload);
  if (payload === undefined) return bad(malformed(where, 'a payload that is not base64'));
  const read: EnvelopeSignature[] = [];
  for (const { keyid, sig } of signatures) {
    const bytes = fromBase64(sig);
    if (bytes === undefined) return bad(malformed(where, 'a signature that is not base64'));
    read.push({ keyId: keyid === undefined || keyid === '' ? null : keyid, bytes });
  }
  return ok({ payloadType, payload, signatures: read });
}

/**
 * Standard or URL-safe, as the protocol asks, with its padding (RFC 4648, section 3.2: where nothing else is said); undefined for anything that another
 * text could stand for too. Pure.
 */
function fromBase64(text: string): Buffer | undefined {
  for (const encoding of ['base64', 'base64url'] as const) {
    const bytes = Buffer.from(text, encoding);
    const again = bytes.toString(encoding);
    if (again + '='.repeat((4 - (again.length % 4)) % 4) === text) return bytes;
  }
  return undefined;
}

/** Does this key, of a kind that keys.ts knows, stand behind the signature? ECDSA signatures are DER (X9.62), as other tools write them. */
export function isSignedBy(envelope: Envelope, signature: EnvelopeSignature, key: KeyObject): boolean {
  try {
    return verify(digestFor(key), pae(envelope.payloadType, envelope.payload), key, signature.bytes);
  } catch {
    // OpenSSL answers some texts that are no signature with an error instead of a no.
    return false;
  }
}

/** One signature; compact and without a newline, so that every byte of it counts. @param key private */
export function signEnvelope(payloadType: string, payload: Buffer, key: KeyObject): string {
  const sig = sign(digestFor(key), pae(payloadType, payload), key).toString('base64');
  return JSON.stringify({
    payloadType,
    payload: payload.toString('base64'),
    signatures: [{ keyid: keyIdOf(key), sig }],
  });
}

/** Ed25519 takes no digest of its own. */
function digestFor(key: KeyObject): 'sha256' | null {
  return key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
}

export function malformed(where: string, found: string): Problem {
  return {
    code: 'attest.malformed',
    where,
    found,
    expected: 'a DSSE envelope with an in-toto statement, as `shiplock attest` writes it',
    remedy: 'somebody has changed it, or it is no attestation: take it again from where it was made',
  };
}
