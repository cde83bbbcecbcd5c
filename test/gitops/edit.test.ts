import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { newFile, readScalar, setScalar } from '../../src/gitops/edit.ts';

const edit = (text: string, path: string, value: string): string => {
  const result = setScalar(text, path, value, 'f.yaml');
  return result.ok ? result.value.text : result.problems.map((problem) => problem.code).join();
};

describe('setScalar changes one value and nothing else', () => {
  it.each([
    ['version: v1\n', 'version', 'v2', 'version: v2\n'],
    [
      '# head\n\nversion:   v1   # tail\nother: [ a,b ]\n',
      'version',
      'v2',
      '# head\n\nversion:   v2   # tail\nother: [ a,b ]\n',
    ],
    ["image:\n    tag: 'v1'\n    name: x\n", 'image.tag', 'v2', "image:\n    tag: 'v2'\n    name: x\n"],
    ['image: {name: x, tag: "v1"}\n', 'image.tag', 'v2', 'image: {name: x, tag: "v2"}\n'],
    ['version: 1.0\n', 'version', '2.0', 'version: "2.0"\n'],
    ['version: 1.0.0\n', 'version', '2.0.0', 'version: 2.0.0\n'],
    ['version: v1\n', 'version', 'true', 'version: "true"\n'],
    ['version: v1\n', 'version', '1e5', 'version: "1e5"\n'],
    ['version: v1\n', 'version', 'a: b # c', 'version: "a: b # c"\n'],
    ["v: 'x'\n", 'v', "it's", "v: 'it''s'\n"],
    ['a:\r\n  v: x\r\n  w: y\r\n', 'a.v', 'z', 'a:\r\n  v: z\r\n  w: y\r\n'],
    ['\uFEFFversion: v1', 'version', 'v2', '\uFEFFversion: v2'],
    ['---\nversion: v1\n...\n', 'version', 'v2', '---\nversion: v2\n...\n'],
    [
      'list:\n  - name: a\n    tag: v1\n  - name: b\n    tag: v1\n',
      'list.1.tag',
      'v2',
      'list:\n  - name: a\n    tag: v1\n  - name: b\n    tag: v2\n',
    ],
    ['version: v1\n', 'version', 'v1', 'version: v1\n'],
    ['versions: v1\nversion: v1\n', 'version', 'v2', 'versions: v1\nversion: v2\n'],
    ['version: null\n', 'version', 'v2', 'version: v2\n'],
    ['version:\n', 'version', 'v2', 'version: v2\n'],
    ['a: 1\n---\nversion: v1\n', 'version', 'v2', 'a: 1\n---\nversion: v2\n'],
    ['version: &v v1\n', 'version', 'v2', 'version: &v v2\n'],
    ['keep: &k 1\nkeep: *k\nversion: v1\n', 'version', 'v2', 'keep: &k 1\nkeep: *k\nversion: v2\n'],
  ])('%j', (text, path, value, expected) => expect(edit(text, path, value)).toBe(expected));
});

describe('setScalar refuses', () => {
  it.each([
    ['version: 1\n---\nversion: v1\n', 'version', 'gitops.several-documents'],
    ['', 'version', 'gitops.empty'],
    ['other: 1\n', 'version', 'gitops.no-such-key'],
    ['a: {b: 1}\n', 'a', 'gitops.not-a-value'],
    ['version: &v v1\nalso: *v\n', 'version', 'gitops.anchor'],
    ['base: &b {tag: v1}\nimage: *b\n', 'image.tag', 'gitops.alias'],
    ['base: &b v1\nversion: *b\n', 'version', 'gitops.alias'],
    ['version: !!str 1\n', 'version', 'gitops.tag'],
    ['version: |\n  v1\n', 'version', 'gitops.block'],
    ['version: v1\nversion: v2\n', 'version', 'gitops.two-matches'],
    ['version: "v1\n', 'version', 'gitops.unreadable'],
  ])('%j → %s', (text, path, code) => {
    expect(edit(text, path, 'v2')).toBe(code);
  });
});

it('the value that comes out is the string that went in, whatever it is, and the rest stays', () => {
  const file = fc.constantFrom(
    'version: v1 # c\nkeep: 1.10\n',
    "a: 1\nversion: 'v1'\nkeep: 1.10\n",
    'version: "v1"\n\nkeep: 1.10\n',
    '{version: v1, keep: 1.10}\n',
  );
  fc.assert(
    fc.property(file, fc.string({ minLength: 1, maxLength: 20 }), (text, value) => {
      const result = setScalar(text, 'version', value, 'f');
      if (!result.ok) throw new Error(JSON.stringify(result.problems));
      expect(load(result.value.text)).toMatchObject({ version: value, keep: 1.1 });
      expect(result.value.text.endsWith(text.slice(text.indexOf('keep')))).toBe(true);
      expect(readScalar(result.value.text, 'version', 'f')).toEqual({ ok: true, value });
    }),
    { numRuns: 500, seed: 7 },
  );
});

it('a new file holds the value as a string', () => {
  expect(load(newFile('version', '2.0'))).toEqual({ version: '2.0' });
  expect(load(newFile('image.tag', 'v2.0.0'))).toEqual({ image: { tag: 'v2.0.0' } });
  expect(newFile('version', '2.0.0')).toContain('\nversion: 2.0.0\n');
  expect(newFile('image.tag', '1.10', 'apps/api.json')).toBe('{"image": {"tag": "1.10"}}\n');
});

it('a file without a name that is JSON is read as JSON', () => {
  expect(readScalar('{\n\t"image": {\n\t\t"tag": "1.10"\n\t}\n}\n', 'image.tag', '')).toEqual({
    ok: true,
    value: '1.10',
  });
  expect(readScalar('{a: {b: 1}}', 'a.b', '')).toEqual({ ok: true, value: 1 });
});
