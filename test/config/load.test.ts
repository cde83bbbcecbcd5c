import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeConfig, loadConfig } from '../../src/config/index.ts';
import { codes, MINIMAL, names, resolved } from './sample.ts';

test('the smallest configuration is accepted and gets its defaults', () => {
  const environment = resolved(MINIMAL);
  expect(environment.rollout.steps).toEqual([{ share: 0.1, bakeMs: 300_000 }]);
  expect(environment.rollout.lowTraffic).toEqual({ kind: 'gate' });
  expect(environment.rollout.analysis).toMatchObject({
    alpha: 0.01,
    beta: 0.05,
    harmRatio: 1.25,
    margin: 2,
    floor: 0.001,
  });
  expect(environment.database).toBeNull();
  expect(environment.gitops).toBeNull();
  expect(environment.metrics).toEqual({ everyMs: 1000, timeoutMs: 2000, prometheus: null });
});

test('a byte order mark and Windows line ends change nothing', () => {
  const expected = resolved(MINIMAL);
  expect(resolved(`\uFEFF${MINIMAL}`)).toEqual(expected);
  expect(resolved(MINIMAL.replaceAll('\n', '\r\n'))).toEqual(expected);
});

test('columns count the same with Windows line ends', () => {
  const broken = MINIMAL.replace('bake: 5m', 'bake: 5');
  const unix = loadConfig(broken, { file: 'f' });
  expect(loadConfig(broken.replaceAll('\n', '\r\n'), { file: 'f' })).toEqual(unix);
});

test('brackets thousands deep are refused, not followed', () => {
  expect(codes(`a: ${'['.repeat(50_000)}`)).not.toEqual([]);
  expect(codes(`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`)).toEqual(['config.too-deep']);
});

test('a file of megabytes is refused before it is parsed', () => {
  expect(codes('#'.repeat(2_000_000))).toEqual(['config.too-large']);
  const result = decodeConfig(Buffer.alloc(2_000_000, '#'), 'f');
  expect(result.ok ? [] : result.problems.map(({ code }) => code)).toEqual(['config.too-large']);
});

test('an alias may share a value', () => {
  const shared = MINIMAL.replace('command: [./shop]', 'command: &command [./shop]').replace(
    'environments:',
    '  site:\n    kind: static\n    source: site\n    build: *command\nenvironments:',
  );
  expect(resolved(shared).components['site']).toMatchObject({ build: ['./shop'] });
});

test('environments with names of object members are only what the file says', () => {
  expect(names(MINIMAL)).toEqual(['production']);
  const odd = MINIMAL.replace('  production:', '  constructor:');
  expect(names(odd)).toEqual(['constructor']);
  expect(codes(MINIMAL.replace('  production:\n', '  production:\n    extends: constructor\n'))).toEqual([
    'config.extends-unknown',
  ]);
});

test('a literal password is not repeated even where the value is wrong for other reasons too', () => {
  const text = MINIMAL.replace('bind: 127.0.0.1:8080', 'bind: ann:hunter2@host:80');
  const result = loadConfig(text, { file: 'f' });
  expect(result.ok).toBe(false);
  expect(JSON.stringify(result)).not.toContain('hunter2');
});

test('whatever stands in the file, the answer is a result with places inside the file', () => {
  const lines = MINIMAL.split('\n');
  const junk = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '- a',
      'a: b',
      '{',
      ']',
      '"',
      '*x',
      '&x y',
      '!t z',
      '? k',
      '|',
      '>',
      '---',
      '\t',
      ': ',
      '#',
      '%',
      'kind: 1',
    ),
  );
  fc.assert(
    fc.property(fc.nat({ max: lines.length - 1 }), junk, fc.nat({ max: 12 }), (at, words, indent) => {
      const text = lines.toSpliced(at, 1, `${' '.repeat(indent)}${words}`).join('\n');
      const result = loadConfig(text, { file: 'f' });
      if (result.ok) return;
      expect(result.problems.length).toBeGreaterThan(0);
      const count = text.split(/\r\n|[\n\r]/).length;
      for (const { where, found, expected, remedy } of result.problems) {
        const [file, line = '0', column = '0'] = where.split(':');
        expect(file).toBe('f');
        expect(Number(line)).toBeGreaterThanOrEqual(1);
        expect(Number(line)).toBeLessThanOrEqual(count + 1);
        expect(Number(column)).toBeGreaterThanOrEqual(1);
        for (const words of [found, expected, remedy]) {
          expect(words).not.toBe('');
          expect(words).not.toMatch(/Invalid input|undefined|\[object/);
        }
      }
    }),
    { numRuns: 400 },
  );
});
