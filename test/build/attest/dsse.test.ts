import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSignedBy, LONGEST_ENVELOPE, pae, readEnvelope, signEnvelope } from '../../../src/build/attest/dsse.ts';
import { keyIdOf, privateKeyFrom, publicKeyFrom, publicPemOf } from '../../../src/build/attest/keys.ts';
import { parseStrict } from '../../../src/build/attest/strict-json.ts';
import { ed25519, p256 } from './sample.ts';

/** The envelope against its protocol, and the example that stands there (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md). */

const EXAMPLE = {
  type: 'http://example.com/HelloWorld',
  body: Buffer.from('hello world'),
  x: 46950820868899156662930047687818585632848591499744589407958293238635476079160n,
  y: 5640078356564379163099075877009565129882514886557779369047442380624545832820n,
  d: 97358161215184420915383655311931858321456579547487070936769975997791359926199n,
  // r and s side by side.
  signature: 'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==',
};
const coordinate = (value: bigint): string =>
  Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toString('base64url');
const exampleKey = createPrivateKey({
  format: 'jwk',
  key: { kty: 'EC', crv: 'P-256', x: coordinate(EXAMPLE.x), y: coordinate(EXAMPLE.y), d: coordinate(EXAMPLE.d) },
});

describe('what is signed', () => {
  test('is as the protocol writes it', () => {
    expect(pae(EXAMPLE.type, EXAMPLE.body).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
    expect(pae('', Buffer.alloc(0)).toString()).toBe('DSSEv1 0  0 ');
    expect(pae('ä', Buffer.from('漢')).toString()).toBe('DSSEv1 2 ä 3 漢');
  });

  test('is what the signature of its example stands for', () => {
    const signature = Buffer.from(EXAMPLE.signature, 'base64');
    const open = { key: createPublicKey(exampleKey), dsaEncoding: 'ieee-p1363' } as const;
    expect(verify('sha256', pae(EXAMPLE.type, EXAMPLE.body), open, signature)).toBe(true);
    expect(verify('sha256', pae(`${EXAMPLE.type}x`, EXAMPLE.body), open, signature)).toBe(false);
  });

  test('is never the same for two pairs of type and body', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (typeA, bodyA, typeB, bodyB) => {
        fc.pre(typeA !== typeB || bodyA !== bodyB);
        expect(pae(typeA, Buffer.from(bodyA)).equals(pae(typeB, Buffer.from(bodyB)))).toBe(false);
      }),
    );
  });
});

const accepted = (text: string) => {
  const read = readEnvelope(text, 'x');
  return read.ok ? read.value : read.problems[0]?.found;
};

describe('an envelope', () => {
  test.each([
    ['Ed25519', ed25519()],
    ['ECDSA on P-256', p256()],
    ['the key of the example', exampleKey],
  ])('signed with %s comes back, and is signed by no other key', (_name, key) => {
    const read = readEnvelope(signEnvelope('a/b', Buffer.from('body'), key), 'x');
    if (!read.ok) throw new Error('an envelope of ours');
    const [signature] = read.value.signatures;
    if (signature === undefined) throw new Error('one signature');
    expect(read.value).toMatchObject({ payloadType: 'a/b', payload: Buffer.from('body') });
    expect(signature.keyId).toBe(keyIdOf(key));
    expect(isSignedBy(read.value, signature, createPublicKey(key))).toBe(true);
    expect(isSignedBy(read.value, signature, createPublicKey(ed25519()))).toBe(false);
    expect(isSignedBy(read.value, signature, createPublicKey(p256()))).toBe(false);
    expect(isSignedBy({ ...read.value, payloadType: 'a/c' }, signature, createPublicKey(key))).toBe(false);
  });

  test('may be written in standard and in URL-safe base64, and in no sloppy one', () => {
    const with_ = (payload: string) => JSON.stringify({ payloadType: 't', payload, signatures: [] });
    for (const text of ['+/8=', '-_8=']) {
      expect(accepted(with_(text))).toMatchObject({ payload: Buffer.from([0xfb, 0xff]) });
    }
    for (const text of ['+/8', '-_8', '+_8=', '+/9=', '+/8=\n', '+/ 8=', '+/8==', '*', '-_9']) {
      expect(accepted(with_(text)), text).toBe('a payload that is not base64');
    }
  });

  test.each([
    ['', /no JSON/],
    ['[]', /expected object/],
    ['{}', /payloadType/],
    ['{"payloadType":"t","payload":"","signatures":[],"extra":1}', /extra/],
    ['{"payloadType":"t","payload":"","signatures":[{"sig":"","cert":"x"}]}', /cert/],
    ['{"payloadType":"t","payloadType":"u","payload":"","signatures":[]}', /payloadType.* twice/],
    ['{"payloadType":"t","payload":"","signatures":[{"sig":"","\\u0073ig":"AA=="}]}', /twice/],
    [JSON.stringify({ payloadType: 't', payload: '', signatures: Array(17).fill({ sig: '' }) }), /17 signatures/],
    [`"${'x'.repeat(LONGEST_ENVELOPE)}"`, /more than/],
  ])('that is %s is refused', (text, why) => {
    expect(accepted(text)).toMatch(why);
  });
});

describe('JSON without a name twice', () => {
  test('is what JSON.parse takes otherwise', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, wide) => {
        const text = JSON.stringify(value, null, wide ? 2 : 0);
        expect(parseStrict(text)).toEqual({ kind: 'json', value: JSON.parse(text) });
      }),
    );
  });

  test.each([
    '{"a":1,"a":1}',
    '{"b":{"a":1,"c":[{}],"a":2}}',
    '[[{"x":"{\\"y\\":","x":0}]]',
    '{"\\u0061":1,"a":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"a:":"a:","a:":1}',
  ])('is not %s', (text) => {
    expect(parseStrict(text)).toMatchObject({ kind: 'bad', why: expect.stringContaining('twice') });
  });

  test.each(['{"a":"a","b":"a"}', '{"a":{"a":1}}', '[{"a":1},{"a":1}]', '{"a":"\\"a\\":1,","b":1}'])(
    'is %s',
    (text) => {
      expect(parseStrict(text)).toMatchObject({ kind: 'json' });
    },
  );
});

describe('keys', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });

  test('are Ed25519 or P-256, and a public key is none that hides a private one', () => {
    for (const key of [ed25519(), p256()]) {
      const text = publicPemOf(key);
      expect(publicKeyFrom(text)?.type).toBe('public');
      expect(keyIdOf(key)).toBe(keyIdOf(createPublicKey(text)));
      const secret = key.export({ type: 'pkcs8', format: 'pem' }).toString();
      expect(publicKeyFrom(secret)).toBeUndefined();
      expect(privateKeyFrom(secret, 'env:KEY')).toMatchObject({ ok: true });
      expect(privateKeyFrom(text, 'env:KEY')).toMatchObject({ ok: false });
    }
    for (const { publicKey, privateKey } of [rsa, p384]) {
      expect(publicKeyFrom(publicKey.export({ type: 'spki', format: 'pem' }).toString())).toBeUndefined();
      const refused = privateKeyFrom(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'env:KEY');
      expect(refused).toMatchObject({ ok: false, problems: [{ code: 'attest.bad-key', where: 'env:KEY' }] });
    }
  });

  test('with a passphrase, or none at all, are refused without a word of them', () => {
    const locked = p256()
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
      .toString();
    const found = (text: string) => {
      const read = privateKeyFrom(text, 'env:KEY');
      return read.ok ? '' : (read.problems[0]?.found ?? '');
    };
    expect(found(locked)).toBe('a private key with a passphrase');
    expect(found('hunter22')).toBe('no private key in PEM');
    expect(publicKeyFrom('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n')).toBeUndefined();
  });
});
