import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { keyIdOf, privateKeyFrom, publicKeyFrom, verifyAttestation } from '../../src/build/attest/index.ts';
import { unwrap } from '../../src/model/problem.ts';
import { payloadOf, question, signedPayload, trusted } from '../build/attest/sample.ts';

/** Keys that OpenSSL made, and signatures that it verifies and makes, so that we do not only agree with ourselves. */

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-openssl-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const openssl = (...args: readonly string[]): Buffer =>
  execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
const file = (name: string): string => join(dir, name);
const envelopeSchema = z.object({
  payloadType: z.string(),
  payload: z.string(),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })),
});

/** As the protocol prescribes it, written here once more. */
const signedText = (type: string, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);

const KINDS = [
  ['ed25519', ['-algorithm', 'ed25519'], ['-rawin']],
  ['p256', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], ['-rawin', '-digest', 'sha256']],
] as const;

test.each(KINDS)('%s: OpenSSL verifies what we sign, and we what it signs', (name, make, how) => {
  openssl('genpkey', ...make, '-out', `${name}.pem`);
  openssl('pkey', '-in', `${name}.pem`, '-pubout', '-out', `${name}.pub`);
  const key = unwrap(privateKeyFrom(readFileSync(file(`${name}.pem`), 'utf8'), 'file'));
  const open = publicKeyFrom(readFileSync(file(`${name}.pub`), 'utf8'));
  if (open === undefined) throw new Error('a public key');
  openssl('pkey', '-pubin', '-in', `${name}.pub`, '-outform', 'DER', '-out', `${name}.der`);
  const id = openssl('dgst', '-sha256', '-r', `${name}.der`).toString().slice(0, 64);
  expect([keyIdOf(key), keyIdOf(open)]).toEqual([id, id]);

  const envelope = envelopeSchema.parse(JSON.parse(signedPayload(payloadOf(), key)));
  const payload = Buffer.from(envelope.payload, 'base64');
  writeFileSync(file('text'), signedText(envelope.payloadType, payload));
  writeFileSync(file('sig'), Buffer.from(envelope.signatures[0]?.sig ?? '', 'base64'));
  const verify = ['pkeyutl', '-verify', '-pubin', '-inkey', `${name}.pub`, ...how, '-in', 'text', '-sigfile', 'sig'];
  expect(openssl(...verify).toString()).toContain('Signature Verified Successfully');
  writeFileSync(file('text'), signedText(envelope.payloadType, Buffer.concat([payload, Buffer.from(' ')])));
  expect(() => openssl(...verify)).toThrow();

  writeFileSync(file('text'), signedText(envelope.payloadType, payload));
  openssl('pkeyutl', '-sign', '-inkey', `${name}.pem`, ...how, '-in', 'text', '-out', 'theirs');
  const theirs = JSON.stringify({
    ...envelope,
    signatures: [{ sig: readFileSync(file('theirs')).toString('base64') }],
  });
  expect(verifyAttestation(question(theirs, [trusted('openssl', open)]))).toMatchObject({ ok: true });
});
