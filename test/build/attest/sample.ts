import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  type BuildFacts,
  type Expected,
  keyIdOf,
  PAYLOAD_TYPE,
  publicPemOf,
  type Question,
  signEnvelope,
  statementOf,
  type TrustedKey,
} from '../../../src/build/attest/index.ts';

/** A release that was built and signed, for tests. */

export const hex = (letter: string): string => letter.repeat(64);
export const sha = (letter: string): string => `sha256:${hex(letter)}`;
export const COMMIT = 'c0ffee'.padEnd(40, '0');
export const FINISHED = '2026-11-22T08:00:10.000Z';
export const NOW = Date.parse('2026-11-22T09:00:00.000Z');

export function ed25519(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

export function p256(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
}

export function trusted(name: string, key: KeyObject, more: Partial<TrustedKey> = {}): TrustedKey {
  return { name, key, keyId: keyIdOf(key), untilMs: null, revoked: null, builders: [], ...more };
}

export const EXPECTED: Expected = {
  service: 'shop',
  version: '1.4.0',
  commit: COMMIT,
  releaseJson: sha('a'),
  artefacts: [
    { name: 'api', digest: sha('b') },
    { name: 'site', digest: sha('d') },
    { name: 'api/image', digest: sha('7') },
  ],
  sbom: sha('8'),
};

export const FACTS: BuildFacts = {
  service: 'shop',
  version: '1.4.0',
  components: ['api', 'site'],
  releaseJson: sha('a'),
  artefacts: [
    { name: 'api', digest: sha('b'), of: 'bytes' },
    { name: 'site', digest: sha('d'), of: 'tree' },
    { name: 'api/image', digest: sha('7'), of: 'bytes' },
  ],
  sbom: sha('8'),
  source: { commit: COMMIT, uri: 'git+https://git.example.com/shop.git', clean: true },
  locks: [{ path: 'api/go.sum', digest: hex('e') }],
  bases: [{ uri: 'pkg:oci/static', digest: sha('9') }],
  configHash: sha('f'),
  tools: { go: 'go1.26.8' },
  builder: {
    id: 'https://ci.example.com/shop',
    knownBy: 'configuration',
    invocation: 'https://ci.example.com/shop/runs/7',
    version: { node: 'v24.0.0' },
    claims: {},
  },
  run: '20261122-080000-aaaa',
  actor: 'anna',
  startedOn: '2026-11-22T08:00:00.000Z',
  finishedOn: FINISHED,
};

/** The payload as any signer could have written it. */
export function payloadOf(facts: BuildFacts = FACTS): Record<string, unknown> {
  return JSON.parse(JSON.stringify(statementOf(facts)));
}

export function signedPayload(payload: unknown, key: KeyObject, type = PAYLOAD_TYPE): string {
  return signEnvelope(type, Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)), key);
}

export function question(envelope: string | null, keys: readonly TrustedKey[], more: Partial<Question> = {}): Question {
  return { expected: EXPECTED, trust: { keys, maxAgeMs: null }, envelope, where: 'provenance.json', now: NOW, ...more };
}

export function pem(key: KeyObject): string {
  return publicPemOf(key);
}
