/** Provenance: what was built, of what, where, with a signature, and whether that is so. */
export { PAYLOAD_TYPE, readEnvelope, signEnvelope } from './dsse.ts';
export { keyIdOf, privateKeyFrom, publicKeyFrom, publicPemOf } from './keys.ts';
export {
  type BuilderFacts,
  type BuildFacts,
  type Statement,
  type Subject,
  statementBytes,
  statementOf,
} from './statement.ts';
export {
  type Attested,
  type Expected,
  envelopeDigest,
  type Question,
  type Trust,
  type TrustedKey,
  verifyAttestation,
} from './verify.ts';
