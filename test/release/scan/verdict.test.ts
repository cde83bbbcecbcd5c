import { describe, expect, test } from 'vitest';
import { fingerprintIn, isFresh, resultOf, scanVerdict } from '../../../src/release/scan/verdict.ts';
import type { ScanRecord } from '../../../src/scan/index.ts';
import { COMMIT, finding, found, NOW, record, rules } from './sample.ts';

/** What a kept result means at the gate of a release. */

const asked = rules();
const at = { environment: 'production', now: NOW, willScan: false };
const look = (kept: ScanRecord | null, by = asked, how = at) =>
  scanVerdict([{ commit: COMMIT, record: kept }], by, how);
const codes = (...given: Parameters<typeof look>): readonly string[] => look(...given).unmet.map(({ code }) => code);

const blind = record({
  scanners: [
    {
      scanner: 'gosec',
      subject: 'code',
      end: 'not-scanned',
      took: 5,
      problem: { code: 'scan.timeout', where: 'gosec', found: 'no end', expected: 'an end', remedy: 'raise it' },
    },
  ],
});
const waiver = { id: 'G404', until: '2026-11-30', owner: 'anna', reason: 'a test helper' };

describe('a release', () => {
  test('passes with a fresh result in which nothing counts', () => {
    expect(look(record()).unmet).toEqual([]);
    expect(look(found(finding({ severity: 'medium' }))).unmet).toEqual([]);
    expect(look(record()).found).toContain('scanned at 2026-11-22T11:00:00.000Z by gosec 2.22.4: 0 that count');
  });

  test('is kept back by each finding that counts, named with its place and the way to mend it', () => {
    const kept = found(
      finding({ remedy: 'use crypto/rand' }),
      finding({ severity: 'low', fingerprint: 'f'.repeat(24) }),
    );
    expect(look(kept).unmet).toEqual([
      {
        code: 'release.scan-finding',
        where: 'api/main.go:12',
        found: 'G404: weak random number (high, by gosec), fingerprint 0123456789abcdef01234567',
        expected: 'nothing of severity high or worse that no waiver lets pass (origin main:shiplock.yaml)',
        remedy: expect.stringMatching(/^use crypto\/rand; or merge a waiver into the protected branch\./),
      },
    ]);
  });

  test('is kept back by a scanner that did not do its work, whatever others say', () => {
    expect(codes(blind)).toEqual(['release.not-scanned']);
    expect(look(blind).unmet[0]?.found).toContain('[scan.timeout]');
    expect(codes(blind, rules({ scanners: { gosec: 'optional' } }))).toEqual([]);
  });

  test('needs a result, and one that is young enough', () => {
    expect(codes(null)).toEqual(['release.scan-missing']);
    expect(codes(record({ time: '2026-11-21T11:59:59.000Z' }))).toEqual(['release.scan-old']);
    expect(codes(record({ time: '2026-11-21T11:59:59.000Z' }), rules({}, { maxAgeMs: 25 * 3_600_000 }))).toEqual([]);
    // A clock that is wrong must not keep a result young for ever.
    expect(codes(record({ time: '2026-11-22T12:10:00.000Z' }))).toEqual(['release.scan-old']);
  });

  test('is judged by the waivers and limits of today, not by those of the scan', () => {
    const kept = found(finding());
    expect(codes(kept, rules({ waivers: [waiver] }))).toEqual([]);
    expect(codes(kept, rules({ waivers: [{ ...waiver, until: '2026-11-21' }] }))).toEqual(['release.scan-finding']);
    expect(codes(kept, rules({ waivers: [{ ...waiver, file: 'web' }] }))).toEqual(['release.scan-finding']);
    expect(codes(kept, rules({}, { failOn: 'critical' }))).toEqual([]);
    // It may be for a newer commit than this one.
    expect(codes(record(), rules({ waivers: [waiver] }))).toEqual([]);
  });

  test('needs none where none is asked for', () => {
    expect(look(null, { ...asked, demand: null })).toMatchObject({ unmet: [], about: { demand: null } });
  });

  test('names twenty-five findings, and says how many more there are', () => {
    const many = Array.from({ length: 30 }, (_, n) => finding({ fingerprint: String(n).padStart(24, '0') }));
    const { unmet } = look(found(...many));
    expect(unmet).toHaveLength(26);
    expect(unmet.at(-1)).toMatchObject({ code: 'release.scan-more', found: '5 more' });
  });
});

test('a plan does not wait for a scan that the release makes, but shows what is known', () => {
  const plan = { ...at, willScan: true };
  expect(look(null, asked, plan)).toMatchObject({
    unmet: [],
    found: `commit ${'a'.repeat(12)} is scanned before the release begins`,
  });
  expect(codes(found(finding()), asked, plan)).toEqual(['release.scan-finding']);
});

test('what an override is about changes with what counts, and with nothing else', () => {
  const about = (kept: ScanRecord) => JSON.stringify(look(kept).about);
  const one = found(finding());
  expect(about({ ...one, time: '2026-11-22T11:30:00.000Z' })).toBe(about(one));
  expect(about(found(finding(), finding({ severity: 'low', fingerprint: 'f'.repeat(24) })))).toBe(about(one));
  expect(about(found(finding({ fingerprint: 'e'.repeat(24) })))).not.toBe(about(one));
  expect(about(blind)).not.toBe(about(record()));
});

test('only a result of scanners that did their work is taken again', () => {
  expect(isFresh(record(), asked, NOW)).toBe(true);
  expect(isFresh(found(finding()), asked, NOW)).toBe(true);
  expect(isFresh(blind, asked, NOW)).toBe(false);
  expect(isFresh(null, asked, NOW)).toBe(false);
  expect(isFresh(record({ time: '2026-11-20T11:00:00.000Z' }), asked, NOW)).toBe(false);
  expect(resultOf(blind, asked, NOW).verdict).toBe('not-scanned');
});

test('a fingerprint is found again only in what names a finding', () => {
  const [problem] = look(found(finding())).unmet;
  expect(problem === undefined ? undefined : fingerprintIn(problem)).toBe('0123456789abcdef01234567');
  expect(fingerprintIn({ code: 'release.not-scanned', found: `x, fingerprint ${'0'.repeat(24)}` })).toBeUndefined();
});
