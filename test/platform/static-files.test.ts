import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accepts, isHashedName, segmentsOf } from '../../src/platform/local/static-files.ts';

describe('static files', () => {
  test('names with a content hash, and words that only look like one', () => {
    for (const name of ['index-B3xk9a1Q.js', 'app.3f2a9c1d.css', 'assets/chunk-CkQwErTy.js', 'logo-a1b2c3d4e5.svg']) {
      expect(isHashedName(name), name).toBe(true);
    }
    for (const name of ['index.html', 'install.sh', 'my-component.js', 'apple-touch-icon.png', 'jquery.validate.js']) {
      expect(isHashedName(name), name).toBe(false);
    }
  });

  test('no path has a segment that climbs or hides', () => {
    const path = fc.oneof(fc.string(), fc.stringMatching(/^(\/|\.|%2e|%2E|%2f|%5c|\\|a){1,12}$/));
    fc.assert(
      fc.property(path, (text) => {
        for (const segment of segmentsOf(text) ?? []) expect(segment).toMatch(/^[^./\\][^/\\]*$/s);
      }),
      { numRuns: 2_000 },
    );
    expect(segmentsOf('/a//b%20c/')).toEqual(['a', 'b c']);
  });

  test('encodings are taken only when wanted', () => {
    expect(accepts('gzip, deflate, br', 'br')).toBe(true);
    expect(accepts('gzip;q=0.5, br;q=0', 'br')).toBe(false);
    expect(accepts('', 'gzip')).toBe(false);
    expect(accepts('GZIP ; q=1.0', 'gzip')).toBe(true);
  });
});
