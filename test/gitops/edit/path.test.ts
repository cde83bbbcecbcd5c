import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPath, parsePath } from '../../../src/gitops/edit/path.ts';

const key = (name: string, quoted = false) => ({ kind: 'key', key: name, quoted });
const filter = (...tests: [string, string][]) => ({
  kind: 'filter',
  tests: tests.map(([keys, value]) => ({ keys: keys.split('.'), value })),
});

describe('parsePath', () => {
  it.each([
    ['version', [key('version')]],
    ['image.tag', [key('image'), key('tag')]],
    ['list.1.tag', [key('list'), key('1'), key('tag')]],
    ['ports.8080', [key('ports'), key('8080')]],
    ['a-b/c_d.x', [key('a-b/c_d'), key('x')]],
    ['containers[name=api].image', [key('containers'), filter(['name', 'api']), key('image')]],
    ['c[0]', [key('c'), { kind: 'index', index: 0 }]],
    ['[0][1].a', [{ kind: 'index', index: 0 }, { kind: 'index', index: 1 }, key('a')]],
    ['a["argocd.argoproj.io/refresh"]', [key('a'), key('argocd.argoproj.io/refresh', true)]],
    ["a['x.y'].z", [key('a'), key('x.y', true), key('z')]],
    ['a."x.y".z', [key('a'), key('x.y', true), key('z')]],
    ['a.x\\.y.z', [key('a'), key('x.y'), key('z')]],
    ['a["0"]', [key('a'), key('0', true)]],
    ['p[name=http,protocol=TCP].port', [key('p'), filter(['name', 'http'], ['protocol', 'TCP']), key('port')]],
    ['p[name=http][protocol=TCP].port', [key('p'), filter(['name', 'http'], ['protocol', 'TCP']), key('port')]],
    ['p[metadata.name=a]', [key('p'), filter(['metadata.name', 'a'])]],
    ['p[image="r.io/a:1,2"]', [key('p'), filter(['image', 'r.io/a:1,2'])]],
    ['p[image=r.io/a:1@b]', [key('p'), filter(['image', 'r.io/a:1@b'])]],
    ['p[name=].x', [key('p'), filter(['name', '']), key('x')]],
  ])('%s', (text, expected) => expect(parsePath(text)).toEqual({ ok: true, value: expected }));
});

describe('parsePath names the position of a mistake', () => {
  it.each([
    ['', 1],
    ['.a', 1],
    ['a.', 3],
    ['a..b', 3],
    ['a[', 2],
    ['a[0', 2],
    ['a[]', 3],
    ['a[*]', 4],
    ['a[-1]', 5],
    ['a[name]', 7],
    ['a[name=x', 2],
    ['a["x]', 3],
    ['a[0]b', 5],
    ['a b', 2],
    ['a]', 2],
    ['a\\', 2],
    ['a[=x]', 3],
  ])('%j at %i', (text, position) => {
    const result = parsePath(text);
    expect(result).toMatchObject({
      ok: false,
      problems: [{ code: 'gitops.path', where: `path ${text}, position ${position}` }],
    });
  });
});

it('any text is a path or a mistake at a place inside it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab.[]"\'=,\\0 '), maxLength: 14 }), (text) => {
      const result = parsePath(text);
      if (result.ok) {
        expect(parsePath(formatPath(result.value))).toMatchObject({ ok: true });
        return;
      }
      const at = Number(/position (\d+)$/.exec(result.problems[0]?.where ?? '')?.[1]);
      expect(at).toBeGreaterThanOrEqual(1);
      expect(at).toBeLessThanOrEqual(text.length + 1);
    }),
    { numRuns: 2000, seed: 3 },
  );
});

it('what is printed leads to the same place', () => {
  const word = fc.string({ unit: fc.constantFrom(...'ab.[]=,:/-"'), minLength: 1, maxLength: 6 });
  const segment = fc.oneof(
    word.map((name) => ({ kind: 'key' as const, key: name, quoted: true })),
    fc.nat(99).map((index) => ({ kind: 'index' as const, index })),
    fc.tuple(word, word).map(([name, value]) => ({ kind: 'filter' as const, tests: [{ keys: [name], value }] })),
  );
  fc.assert(
    fc.property(segment, segment, (one, two) => {
      fc.pre(one.kind !== 'filter' || two.kind !== 'filter');
      const read = parsePath(formatPath([one, two]));
      const plain = read.ok ? read.value.map((part) => (part.kind === 'key' ? { ...part, quoted: true } : part)) : read;
      expect(plain).toEqual([one, two]);
    }),
    { numRuns: 1000, seed: 3 },
  );
});
