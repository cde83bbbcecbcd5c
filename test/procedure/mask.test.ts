import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMask } from '../../src/procedure/masking/mask.ts';
import { createSecrets } from '../../src/procedure/masking/secrets.ts';
import { bench } from '../support/engine.ts';

const secret = fc.string({ minLength: 6, maxLength: 30, unit: fc.constantFrom(...'abAB01+/=%& "\\\nüß€'.split('')) });
const filler = fc.string({ maxLength: 20, unit: fc.constantFrom(...'xyz .,'.split('')) });

test('a secret is masked as it is, in JSON, percent-encoded, in hex and in base64 at any place', () => {
  fc.assert(
    fc.property(secret, filler, filler, (value, before, after) => {
      const mask = createMask();
      mask.add(value);
      const forms = [
        value,
        JSON.stringify(value).slice(1, -1),
        encodeURIComponent(value),
        Buffer.from(value).toString('hex'),
      ];
      for (const form of forms) expect(mask.text(`${before}${form}${after}`)).not.toContain(form);
      const encoded = Buffer.from(before + value + after).toString('base64');
      const shown = mask.text(encoded);
      // Nothing that is left decodes to the secret.
      expect(Buffer.from(shown.split('***')[0] ?? '', 'base64').toString()).not.toContain(value);
      expect(shown).toContain('***');
    }),
    { numRuns: 300 },
  );
});

test('a stream masks a secret wherever the chunks are cut, and loses nothing else', () => {
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 3 }),
      fc.array(fc.oneof(filler, fc.nat({ max: 2 }))),
      fc.array(fc.nat({ max: 9 })),
      (secrets, parts, cuts) => {
        const mask = createMask();
        for (const value of secrets) mask.add(value);
        const text = parts.map((part) => (typeof part === 'number' ? (secrets[part] ?? '') : part)).join('');
        const stream = mask.stream();
        let out = '';
        let from = 0;
        for (const size of cuts) {
          out += stream.push(text.slice(from, from + size));
          from += size;
        }
        out += stream.push(text.slice(from)) + stream.end();
        expect(out.replace(/\*+/g, '*')).toBe(mask.text(text).replace(/\*+/g, '*'));
        for (const value of secrets) expect(out).not.toContain(value);
      },
    ),
    { numRuns: 500 },
  );
});

test('overlapping secrets leave no rest', () => {
  const mask = createMask();
  mask.add('abcdefgh');
  mask.add('efghijkl');
  expect(mask.text('>abcdefghijkl<')).toBe('>***<');
});

test('the password inside a connection string and each line of a key are secrets too', () => {
  const mask = createMask();
  mask.add('mysql://app:s3cr%2Ft-word@db:3306/x');
  mask.add('other:go-password@tcp(db:3306)/x');
  mask.add('-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n');
  expect(mask.text('denied for app with s3cr/t-word or s3cr%2Ft-word')).toBe('denied for app with *** or ***');
  expect(mask.text('go-password')).toBe('***');
  expect(mask.text('line: hkiG9w0BAQEFAASC')).toBe('line: ***');
});

test('JSON is masked in keys, texts and numbers, and keeps its shape', () => {
  const mask = createMask();
  mask.add('123456789');
  expect(mask.json({ a: ['x 123456789', 123456789, null, true], k123456789: 1 })).toEqual({
    a: ['x ***', '***', null, true],
    'k***': 1,
  });
});

test('references lead to the environment or a file; what leads nowhere or is too short is refused without its value', () => {
  using on = bench();
  writeFileSync(join(on.dir, 'token'), 'file-secret\n');
  const secrets = createSecrets({ env: { A: 'env-secret', SHORT: 'abc' }, base: on.dir });
  expect(secrets.mask('env-secret')).toBe('env-secret');
  expect(secrets.get('env:A')).toBe('env-secret');
  expect(secrets.get('file:token')).toBe('file-secret');
  expect(secrets.mask('env-secret file-secret')).toBe('*** ***');
  expect(() => secrets.get('env:MISSING')).toThrow('set MISSING in the environment');
  expect(() => secrets.get('file:nowhere')).toThrow('ENOENT');
  expect(() => secrets.get('vault:x')).toThrow('write env:NAME or file:/path');
  expect(() => secrets.get('env:SHORT')).toThrow('a value of 3 characters');
});
