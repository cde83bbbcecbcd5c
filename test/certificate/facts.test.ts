import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgePair, timeProblems } from '../../src/certificate/index.ts';
import { makeAuthority } from '../support/certificates.ts';

/** What speaks against a pair, on certificates that openssl made. */

const DAY_MS = 24 * 3600_000;
let dir = '';
let chain = '';
let key = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sl-pair-'));
  const to = { chain: join(dir, 'chain.pem'), key: join(dir, 'key.pem') };
  makeAuthority(join(dir, 'authority')).issue(to, { names: ['shop.test', '*.shop.test', '10.0.0.7'], days: 90 });
  chain = readFileSync(to.chain, 'utf8');
  key = readFileSync(to.key, 'utf8');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const codes = (one: string, other: string, more: { names?: string[]; days?: number; now?: number } = {}) =>
  judgePair(one, other, { names: ['shop.test'], days: 30, now: Date.now(), where: 'here', ...more }).problems.map(
    ({ code }) => code,
  );

test('a pair that fits has nothing against it, also with other ends of lines and texts around it', () => {
  expect(codes(chain, key)).toEqual([]);
  expect(codes(`subject=/CN=x\n${chain}\n\n`, `${key}\n`)).toEqual([]);
  expect(codes(chain, key, { names: ['www.shop.test', '10.0.0.7'] })).toEqual([]);
});

test.each([
  [{ names: ['a.b.shop.test'] }, 'certificate.other-names'],
  [{ names: ['10.0.0.8'] }, 'certificate.other-names'],
  [{ days: 91 }, 'certificate.ends-soon'],
  [{ now: Date.now() + 100 * DAY_MS }, 'certificate.expired'],
  [{ now: Date.now() - 2 * DAY_MS }, 'certificate.not-yet'],
])('%j → %s', (more, code) => {
  expect(codes(chain, key, more)).toContain(code);
});

test('no chain, no key, a key in the chain, and a chain in another order are told', () => {
  expect(codes('', key)).toEqual(['certificate.unreadable']);
  expect(codes(chain, chain)).toEqual(['certificate.unreadable']);
  expect(codes(chain + key, key)).toEqual(['certificate.unreadable']);
  const [leaf = '', between = ''] = chain.split(/(?=-----BEGIN)/);
  expect(codes(between + leaf, key)).toContain('certificate.broken-chain');
  expect(codes(between + leaf, key)).toContain('certificate.key-mismatch');
});

test('days left are whole ones, and the last moment counts', () => {
  const times = { notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2026-03-02T00:00:00.000Z' };
  const at = (text: string, days: number) =>
    timeProblems(times, { days, now: Date.parse(text), where: 'here' }).map(({ code }) => code);
  expect(at('2026-01-31T00:00:00.000Z', 30)).toEqual([]);
  expect(at('2026-01-31T00:00:00.001Z', 30)).toEqual(['certificate.ends-soon']);
  expect(at('2026-03-02T00:00:00.000Z', 1)).toEqual(['certificate.ends-soon']);
  expect(at('2026-03-02T00:00:00.001Z', 1)).toEqual(['certificate.expired']);
});
