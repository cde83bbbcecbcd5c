import { describe, expect, it } from 'vitest';
import { type SetOptions, setValue } from '../../../src/gitops/edit/set.ts';

const set = (text: string, path: string, value: string, more: Partial<SetOptions> = {}) => {
  const result = setValue(text, { path, value, ...more }, more.format === 'json' ? 'f.json' : 'f.yaml');
  return result.ok ? result.value.text : result.problems.map(({ code }) => code).join();
};

describe('a missing key is added behind its neighbours', () => {
  it.each([
    ['a: 1\n', 'b', 'a: 1\nb: x\n'],
    ['a: 1', 'b', 'a: 1\nb: x'],
    ['a: 1\r\n', 'b.c', 'a: 1\r\nb:\r\n  c: x\r\n'],
    ['a:\n    b: 1\nz: 1\n', 'a.c.d', 'a:\n    b: 1\n    c:\n        d: x\nz: 1\n'],
    ['a:\n  b: 1 # c\n\n# of z\nz: 1\n', 'a.c', 'a:\n  b: 1 # c\n  c: x\n\n# of z\nz: 1\n'],
    ['a:\n  b: 1\n  # mine\nz: 1\n', 'a.c', 'a:\n  b: 1\n  c: x\n  # mine\nz: 1\n'],
    [
      'a:\n  b:\n    k: 1\n    # of b\n  # of a\nz: 1\n',
      'a.c',
      'a:\n  b:\n    k: 1\n    # of b\n  c: x\n  # of a\nz: 1\n',
    ],
    ['a:\n  b:\n  - 1\n  - 2\n', 'a.c', 'a:\n  b:\n  - 1\n  - 2\n  c: x\n'],
    ['- name: p\n  v: 1\n- name: q\n', '[name=p].c', '- name: p\n  v: 1\n  c: x\n- name: q\n'],
    ['- name: p\n- name: q\n', '[name=q].c', '- name: p\n- name: q\n  c: x\n'],
    ['-   name: p\n', '[0].c', '-   name: p\n    c: x\n'],
    ['a:\n  b: |\n    t\n\n\nz: 1\n', 'a.c', 'a:\n  b: |\n    t\n  c: x\n\n\nz: 1\n'],
    ['a:\n  b: |+\n    t\n\n\nz: 1\n', 'a.c', 'a:\n  b: |+\n    t\n\n\n  c: x\nz: 1\n'],
    ['a:\n  b: |-\n    t', 'a.c', 'a:\n  b: |-\n    t\n  c: x'],
    ['a:\n  b: >\n\nz: 1\n', 'a.c', 'a:\n  b: >\n  c: x\n\nz: 1\n'],
    ['a:\n  b:\nz: 1\n', 'a.c', 'a:\n  b:\n  c: x\nz: 1\n'],
    ['a: # empty\nz: 1\n', 'a.b', 'a: # empty\n  b: x\nz: 1\n'],
    ['a:\n', 'a.b.c', 'a:\n  b:\n    c: x\n'],
    ['a: {}\n', 'a.b', 'a: {b: x}\n'],
    ['a: { }\n', 'a.b.c', 'a: {b: {c: x}}\n'],
    ['a: {k: 1}\n', 'a.b', 'a: {k: 1, b: x}\n'],
    ['a: { k: 1 }\n', 'a.b', 'a: { k: 1, b: x }\n'],
    ['a: {k: 1,}\n', 'a.b', 'a: {k: 1, b: x,}\n'],
    ['a: {\n    k: 1, # one\n    l: 2 # two\n  }\n', 'a.b', 'a: {\n    k: 1, # one\n    l: 2, # two\n    b: x\n  }\n'],
    ['a: {\n    k: 1, # one\n  }\n', 'a.b', 'a: {\n    k: 1, # one\n    b: x,\n  }\n'],
    ['a: {"k":1}\n', 'a.b', 'a: {"k":1,"b":x}\n'],
    ['a: {\n  "k": 1, # c\n}\n', 'a.b', 'a: {\n  "k": 1, # c\n  "b": x,\n}\n'],
    ['a: {\n  "k": 1 # c\n}\nz: |\n  }\n', 'a.b', 'a: {\n  "k": 1, # c\n  "b": x\n}\nz: |\n  }\n'],
    ['l:\n  - a: [\n      1\n    ]\n    k: 1\n', 'l[0].b', 'l:\n  - a: [\n      1\n    ]\n    k: 1\n    b: x\n'],
    ['a: "q"\n', 'b', 'a: "q"\nb: x\n'],
    ['"a": q\n', 'b', '"a": q\n"b": x\n'],
    ["'a': q\n", 'b', "'a': q\n'b': x\n"],
    ['a: 1\n...\n', 'b', 'a: 1\nb: x\n...\n'],
    ['a: 1\n---\nz: 1\n', 'a', 'a: x\n---\nz: 1\n'],
    ['', 'a.b', 'a:\n  b: x\n'],
    ['# c', 'a', '# c\na: x\n'],
    ['---\n', 'a', '---\na: x\n'],
    ['a: 1\n', '["x.y/z"]', 'a: 1\nx.y/z: x\n'],
    ['a: 1\n', 'on', 'a: 1\n"on": x\n'],
    ['a: 1\n', '["8080"]', 'a: 1\n"8080": x\n'],
    ['a: 1\n', '["p: q"]', 'a: 1\n"p: q": x\n'],
    ['? a\n: 1\n', 'b', '? a\n: 1\nb: x\n'],
    ['b: &b {t: 1}\na:\n  <<: *b\n', 'a.t', 'b: &b {t: 1}\na:\n  <<: *b\n  t: x\n'],
  ])('%j %s', (text, path, expected) => expect(set(text, path, 'x')).toBe(expected));
});

describe('or refused', () => {
  it.each([
    ['a:\n  b: |\n    t', 'a.c', 'gitops.not-exact'],
    ['a: null\n', 'a.b', 'gitops.not-a-mapping'],
    ['a: &k\nb: *k\n', 'a.c', 'gitops.anchor'],
    ['a: [b: 1]\n', 'a[0].c', 'gitops.not-exact'],
    ['a: 1\n', 'l[0]', 'gitops.no-such-item'],
    ['b: &b {t: 1}\nc: *b\n', 'b.u', 'gitops.anchor'],
  ])('%j %s → %s', (text, path, code) => expect(set(text, path, 'x')).toBe(code));

  it('when it must be there', () => {
    expect(set('a: 1\n', 'b', 'x', { missing: 'refuse' })).toBe('gitops.no-such-key');
    expect(set('', 'b', 'x', { missing: 'refuse' })).toBe('gitops.empty');
  });
});

describe('JSON', () => {
  const json = { format: 'json' } as const;
  it.each([
    ['{"a": "1"}', 'a', '{"a": "x"}'],
    ['\uFEFF{"a":1}\n', 'a', '\uFEFF{"a":"x"}\n'],
    [
      '{\r\n\t"a": {\r\n\t\t"b": "1"\r\n\t}\r\n}\r\n',
      'a.c',
      '{\r\n\t"a": {\r\n\t\t"b": "1",\r\n\t\t"c": "x"\r\n\t}\r\n}\r\n',
    ],
    ['{"a":{"b":1,"c":2}}', 'a.d', '{"a":{"b":1,"c":2,"d":"x"}}'],
    ['{"a":{"b":1}}', 'a.d.e', '{"a":{"b":1,"d":{"e":"x"}}}'],
    ['{"a": {}}', 'a.d', '{"a": {"d": "x"}}'],
    ['{"a":{}}', 'a.d', '{"a":{"d":"x"}}'],
    ['{}', 'a', '{"a": "x"}'],
    ['[{"name": "p", "v": null}]', '[name=p].v', '[{"name": "p", "v": "x"}]'],
    ['{"2": {"__proto__": 1}, "1": {"v": "\\u0041\\"/"}}', '1.v', '{"2": {"__proto__": 1}, "1": {"v": "x"}}'],
    ['{"a": {"__proto__": {"v": 1}}}', 'a.__proto__.v', '{"a": {"__proto__": {"v": "x"}}}'],
    ['{"a": 1, "a": 2, "v": 1}', 'v', '{"a": 1, "a": 2, "v": "x"}'],
    ['{"a": 1, "a": 2}', 'a', 'gitops.two-matches'],
    ['{"a": 1,}', 'a', 'gitops.unreadable'],
    ['{"a": 1} // c', 'a', 'gitops.unreadable'],
    ['', 'a', 'gitops.unreadable'],
    ['{"a": 01}', 'a', 'gitops.unreadable'],
    ['{"a": "\n"}', 'a', 'gitops.unreadable'],
    ['{"a": [1', 'a', 'gitops.unreadable'],
  ])('%j %s', (text, path, expected) => expect(set(text, path, 'x', json)).toBe(expected));
  it('kinds stay here too', () => {
    expect(set('{"n": 3}', 'n', '5', json)).toBe('{"n": 5}');
    expect(set('{"n": "3"}', 'n', '5', json)).toBe('{"n": "5"}');
    expect(set('{"n": 3}', 'n', '1e3', { ...json, type: 'number' })).toBe('{"n": 1e3}');
    expect(set('{"n": true}', 'n', 'no', json)).toBe('{"n": "no"}');
  });
});

it('JSON that nests without end, or holds too much, is refused', () => {
  const json = { format: 'json' } as const;
  expect(set('['.repeat(1_000_000), '[0]', 'x', json)).toBe('gitops.unreadable');
  expect(set('{"a":'.repeat(500_000), 'a', 'x', json)).toBe('gitops.unreadable');
  expect(set(`[${'1,'.repeat(1_000_000)}1]`, '[0]', 'x', json)).toBe('gitops.unreadable');
  expect(set(`{"a": "${'x'.repeat(5_000_000)}"}`, 'a', 'x', json)).toBe('gitops.too-large');
});
