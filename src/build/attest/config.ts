import { z } from 'zod';
import { dateSchema, duration, secretSchema, wordsSchema } from '../../model/scalars.ts';
import { publicKeyFrom } from './keys.ts';

/** Fragments of shiplock.yaml about provenance: who signs here, and which keys are trusted. The latter count only as part of the policy. */

const URI_HINT = 'a URI such as https://ci.example.com/shop';
const uriSchema = z.string({ error: URI_HINT }).regex(/^[A-Za-z][A-Za-z0-9+.-]*:[^\s*]+$/, URI_HINT);

/** Top-level `signing`. */
export const signingConfig = z.strictObject({
  key: secretSchema.describe(
    'Private key in PEM that signs what is built: Ed25519, or ECDSA on P-256, without a passphrase. Needed only where releases are built.',
  ),
  builder: uriSchema
    .exactOptional()
    .describe('URI of what builds. Left out: the workflow on a GitHub runner, else the name of the machine.'),
});

const PUBLIC_HINT = 'a public key in PEM (-----BEGIN PUBLIC KEY-----): Ed25519, or ECDSA on P-256';
const publicKeySchema = z
  .string({ error: PUBLIC_HINT })
  .refine((pem) => publicKeyFrom(pem) !== undefined, PUBLIC_HINT)
  .meta({ title: 'public key' });

const BUILDER_HINT = 'the URI of a builder; a `*` at its end stands for any rest';
/** An entry of `policy.trusted`. */
export const trustedKeyConfig = z.strictObject({
  publicKey: publicKeySchema.describe('Public half of the key that signs, in PEM.'),
  until: dateSchema
    .exactOptional()
    .describe('Last day, in UTC, of builds that it may vouch for. Left out: no end. Earlier builds still count.'),
  revoked: wordsSchema
    .exactOptional()
    .describe('Why nothing that it has signed counts any more, whatever the date. Left out: it counts.'),
  builders: z
    .array(z.string({ error: BUILDER_HINT }).regex(/^[A-Za-z][A-Za-z0-9+.-]*:[^\s*]*\*?$/, BUILDER_HINT))
    .default([])
    .describe('Builders that it may vouch for; a `*` at the end stands for any rest. Left out: any.'),
});

/** Part `provenance` of `policy.environments.<name>`. */
export const provenanceRulesConfig = z.strictObject({
  required: z
    .boolean({ error: 'true or false' })
    .default(true)
    .describe('Nothing is released here without an attestation that a key of `policy.trusted` has signed.'),
  maxAge: duration({ min: 60_000, max: 10 * 366 * 86_400_000 })
    .exactOptional()
    .describe('How old its build may be when it comes here. Left out: any age.'),
});

export type SigningConfig = z.infer<typeof signingConfig>;
export type TrustedKeyConfig = z.infer<typeof trustedKeyConfig>;
export type ProvenanceRulesConfig = z.infer<typeof provenanceRulesConfig>;
