import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { readValue } from '../../../src/gitops/edit/read.ts';
import { type SetOptions, setValue } from '../../../src/gitops/edit/set.ts';

type More = Partial<SetOptions>;
const set = (text: string, path: string, value: string, more: More = {}) => {
  const result = setValue(text, { path, value, ...more }, 'f.yaml');
  return result.ok ? result.value.text : result.problems.map(({ code }) => code).join();
};
const problem = (text: string, path: string, value = 'v2', more: More = {}) => {
  const result = setValue(text, { path, value, ...more }, 'f.yaml');
  return result.ok ? undefined : result.problems[0];
};

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment # one
spec:
  replicas: 3
  template:
    spec:
      containers:
      - name: api
        image: r.io/api:1.0   # keep
        ports:
        - {name: http, containerPort: 80, protocol: TCP}
        - {name: http, containerPort: 80, protocol: UDP}
      - name: "log"
        image: 'r.io/log:1.0'
`;

describe('paths', () => {
  it.each([
    ['spec.template.spec.containers[name=api].image', 'r.io/api:1.0 ', 'v2 '],
    ['spec.template.spec.containers[0].image', 'r.io/api:1.0 ', 'v2 '],
    ['spec.template.spec.containers.0.image', 'r.io/api:1.0 ', 'v2 '],
    ['spec.template.spec.containers[name=log].image', "'r.io/log:1.0'", "'v2'"],
    ['spec.template.spec.containers[name="log"].image', "'r.io/log:1.0'", "'v2'"],
    [
      'spec.template.spec.containers[0].ports[name=http,protocol=UDP].name',
      'http, containerPort: 80, protocol: UDP',
      'v2, containerPort: 80, protocol: UDP',
    ],
  ])('%s', (path, before, after) => expect(set(DEPLOYMENT, path, 'v2')).toBe(DEPLOYMENT.replace(before, after)));

  it('two matches are refused and both places named', () => {
    expect(problem(DEPLOYMENT, 'spec.template.spec.containers[0].ports[name=http].name')).toMatchObject({
      code: 'gitops.two-matches',
      where: 'f.yaml:11:11',
      found: expect.stringContaining('f.yaml:11:11, f.yaml:12:11'),
    });
    expect(problem('a: 1\nb: 2\na: 3\n', 'a')).toMatchObject({
      code: 'gitops.two-matches',
      found: expect.stringContaining('f.yaml:1:1, f.yaml:3:1'),
    });
  });

  it.each([
    ['spec.template.spec.containers[name=web].image', 'gitops.no-such-item'],
    ['spec.template.spec.containers[7].image', 'gitops.no-such-item'],
    ['spec.template.spec.containers.api.image', 'gitops.no-such-item'],
    ['spec.initContainers[name=api].image', 'gitops.no-such-item'],
    ['kind.x', 'gitops.not-a-mapping'],
    ['spec[0]', 'gitops.not-a-mapping'],
    ['spec', 'gitops.not-a-value'],
    ['spec.template.spec.containers', 'gitops.not-a-value'],
    ['spec..x', 'gitops.path'],
  ])('%s → %s', (path, code) => expect(problem(DEPLOYMENT, path)?.code).toBe(code));

  it('a repeated key elsewhere is no matter of the edit', () => {
    expect(set('a: 1\na: 2\nversion: v1\n', 'version', 'v2')).toBe('a: 1\na: 2\nversion: v2\n');
  });
});

describe('a string stays a string, a number a number', () => {
  const odd = ['1.10', '0123', '1e3', 'yes', 'No', 'y', 'null', '~', 'true', '2026-11-21', '2026-1-2', '0x1f', '0o17'];
  const more = [
    '12:30:45',
    '1_000',
    '.5',
    '.inf',
    '12345e6',
    '=',
    '<<',
    '-',
    '- a',
    'a: b',
    'a #b',
    ' a',
    '',
    '*a',
    '&a',
    '!a',
  ];
  it.each([...odd, ...more])('%j gets quotes', (value) => {
    expect(set('v: x\n', 'v', value)).toBe(`v: ${JSON.stringify(value)}\n`);
    expect(set('v: "x"\n', 'v', value)).toBe(`v: ${JSON.stringify(value)}\n`);
    expect(set("v: 'x'\n", 'v', value)).toBe(`v: '${value}'\n`);
    expect(set('a: 1\n', 'v', value)).toBe(`a: 1\nv: ${JSON.stringify(value)}\n`);
  });
  it.each(['v1.2.3', '1.2.3', 'r.io:5000/a/b:1.2@sha256:abc', 'a b', 'C:x', '/path', 'x#y', '$x'])(
    '%j needs none',
    (value) => {
      expect(set('v: x # c\n', 'v', value)).toBe(`v: ${value} # c\n`);
    },
  );
  it.each([
    ['v: 3', '5', 'v: 5'],
    ['v: 3', '0.5', 'v: 0.5'],
    ['v: 3', 'x', 'v: x'],
    ['v: 1.0', '1.10', 'v: "1.10"'],
    ['v: 1.0', '2.0', 'v: "2.0"'],
    ['v: 3', '1e3', 'v: "1e3"'],
    ['v: true', 'false', 'v: false'],
    ['v: true', 'no', 'v: "no"'],
    ['v: yes', 'false', 'v: false'],
    ['v: "3"', '5', 'v: "5"'],
    ['v: null', 'x', 'v: x'],
    ['v: [x, 3]', '5', 'gitops.not-a-value'],
    ['v: 2026-11-21', '2026-11-22', 'v: "2026-11-22"'],
    ['v: 2026-11-21', '5', 'v: "5"'],
    ['v: 2026-11-21', '2026-11-21', 'v: 2026-11-21'],
    ['v: {a: b}', 'x', 'gitops.not-a-value'],
  ])('%s, %s → %s', (text, value, expected) => expect(set(text, 'v', value)).toBe(expected));
  it.each([
    ['v: x', '5', 'number', 'v: 5'],
    ['v: "x"', '5', 'number', 'v: 5'],
    ['v: 5', '5', 'string', 'v: "5"'],
    ['v: x', 'true', 'boolean', 'v: true'],
    ['v: x', 'null', 'null', 'v: null'],
    ['v: x', '1.0', 'number', 'v: 1.0'],
    ['v: x', '1e3', 'number', 'gitops.value'],
    ['v: x', '0600', 'number', 'gitops.value'],
    ['v: x', 'yes', 'boolean', 'gitops.value'],
    ['a: x', '5', 'number', 'a: x\nv: 5'],
  ] as const)('%s, %s as %s → %s', (text, value, type, expected) =>
    expect(set(text, 'v', value, { type })).toBe(expected),
  );
  it('inside brackets more needs quotes', () => {
    expect(set('v: {a: x, b: y}', 'v.a', 'p,q')).toBe('v: {a: "p,q", b: y}');
    expect(set('v: [x, y]', 'v[0]', 'a]')).toBe('v: ["a]", y]');
  });
});

describe('what stands around stays', () => {
  it.each([
    ['a:\r\n  v: x\r\n  w: y\r\n', 'a.v', 'a:\r\n  v: z\r\n  w: y\r\n'],
    ['\uFEFFv: x', 'v', '\uFEFFv: z'],
    ['%YAML 1.2\n---\nv: x\n...\n', 'v', '%YAML 1.2\n---\nv: z\n...\n'],
    ['a: [\n  1,\n  2\n]\nv: x\n', 'v', 'a: [\n  1,\n  2\n]\nv: z\n'],
    ['a:\n  args: [\n    "p",\n  ]\n  v: x # c\n', 'a.v', 'a:\n  args: [\n    "p",\n  ]\n  v: z # c\n'],
    ['v:\tx\t\n', 'v', 'v:\tz\t\n'],
    ['"v" : x\t# tab\n', 'v', '"v" : z\t# tab\n'],
    ['? [complex, key]\n: 1\nv: x\n', 'v', '? [complex, key]\n: 1\nv: z\n'],
    ['t: |2-\n    x: 1\n\n   y\nv: x\n', 'v', 't: |2-\n    x: 1\n\n   y\nv: z\n'],
    ['b: &b {k: 1}\na:\n  <<: *b\n  v: x\n', 'a.v', 'b: &b {k: 1}\na:\n  <<: *b\n  v: z\n'],
    ['a:\n       v: x\n       w:\n        u: 1\n', 'a.v', 'a:\n       v: z\n       w:\n        u: 1\n'],
    ['v: one\n  two\nw: 1\n', 'v', 'v: z\nw: 1\n'],
    ['v: "one\n\n  two"  # c\nw: 1\n', 'v', 'v: "z"  # c\nw: 1\n'],
    ['v:   # empty\nw: 1\n', 'v', 'v: z   # empty\nw: 1\n'],
    ['s: !vault |\n  abc\nv: x\n', 'v', 's: !vault |\n  abc\nv: z\n'],
    ['---\n# only a comment\n---\nv: x\n', 'v', '---\n# only a comment\n---\nv: z\n'],
  ])('%j', (text, path, expected) => expect(set(text, path, 'z')).toBe(expected));
});

describe('refused with the place', () => {
  it.each([
    ['a: 1\nv: |\n  x\n', 'v', 'gitops.block', 'f.yaml:2:4'],
    ['v: >-\n  x\n', 'v', 'gitops.block', 'f.yaml:1:4'],
    ['b: &b v1\nv: *b\n', 'v', 'gitops.alias', 'f.yaml:2:4'],
    ['b: &b v1\nv: *b\n', 'b', 'gitops.anchor', 'f.yaml:1:7'],
    ['b: &b {t: v1}\nv:\n  <<: *b\n', 'b.t', 'gitops.anchor', 'f.yaml:1:7'],
    ['b: &b {t: {u: v1}}\nv:\n  <<: *b\n', 'v.t.u', 'gitops.alias', 'f.yaml:3:7'],
    ['b: &b {t: {u: 1}}\nc: &c {<<: *b}\nv: {<<: [*c]}\n', 'v.t.u', 'gitops.alias', 'f.yaml:3:10'],
    ['v:\n  <<: {t: {u: 1}}\n', 'v.t.u', 'gitops.alias', 'f.yaml:2:7'],
    ['v: !!str 1\n', 'v', 'gitops.tag', 'f.yaml:1:10'],
    ['a: 1\nb: [\n', 'a', 'gitops.unreadable', 'f.yaml:3:1'],
    ['a: {{ .Values.a }}:1\nv: 1\n', 'v', 'gitops.unreadable', 'f.yaml:1:19'],
    ['- a\n', 'v', 'gitops.no-such-item', 'f.yaml:1:3'],
    ['v: &a\n', 'v', 'gitops.not-a-value', undefined],
  ])('%j %s → %s', (text, path, code, where) => {
    expect(problem(text, path)).toMatchObject({ code, ...(where === undefined ? {} : { where }) });
  });
  it('an alias is refused with the place of its anchor', () => {
    expect(problem('b: &b v1\nv: *b\n', 'v')?.found).toContain('whose anchor stands at f.yaml:1:7');
  });
});

describe('documents', () => {
  const two = '# head\nkind: A\nspec: {n: 1}\n---\nkind: B\nspec: {n: 1, m: 2}\n...\n';
  it('the only one in which the path leads to something', () => {
    expect(set(two, 'spec.m', '3')).toBe(two.replace('m: 2', 'm: 3'));
  });
  it('two are refused, both named; a number from 1 chooses', () => {
    expect(problem(two, 'spec.n')).toMatchObject({
      code: 'gitops.several-documents',
      found: '2 documents with such a value: document 1 (f.yaml:3:11), document 2 (f.yaml:6:11)',
    });
    expect(set(two, 'spec.n', '5', { document: 1 })).toBe(two.replace('n: 1}', 'n: 5}'));
    expect(set(two, 'spec.n', '5', { document: 2 })).toBe(two.replace('n: 1, m', 'n: 5, m'));
    expect(problem(two, 'spec.n', '5', { document: 3 })?.code).toBe('gitops.document');
  });
  it('a missing key goes to the only document with all but it, or is refused', () => {
    const one = 'kind: A\n---\nkind: B\nspec: {m: 2}\n';
    expect(set(one, 'spec.k', 'x')).toBe('kind: A\n---\nkind: B\nspec: {m: 2, k: x}\n');
    expect(problem(two, 'spec.k')?.code).toBe('gitops.several-documents');
    expect(problem(two, 'other')?.code).toBe('gitops.several-documents');
  });
  it('the others are not even looked into', () => {
    const text = 'a: &x 1\nb: *x\n---\na: v\n';
    const edited = set(text, 'a', 'w', { document: 2 });
    expect(loadAll(edited)).toEqual([{ a: 1, b: 1 }, { a: 'w' }]);
  });
});

it('already so: nothing changes, and it says so', () => {
  for (const [text, value] of [
    ['v: 3\n', '3'],
    ['v: x\n', 'x'],
    ['v: "3"\n', '3'],
    ['v: yes\n', 'yes'],
    ['v: true', 'true'],
    ['v: 1.10', '1.10'],
  ] as const) {
    expect(setValue(text, { path: 'v', value }, 'f.yaml')).toMatchObject({ ok: true, value: { changed: false, text } });
  }
});

it('readValue reads as YAML 1.2 does', () => {
  const text = 'a: 1.50\nb: yes\nc:\nd: "x"\ne: 0x10\nf: .inf\ng: {h: [1, k]}\n';
  const read = (path: string) => {
    const result = readValue(text, { path }, 'f.yaml');
    return result.ok ? result.value : result.problems[0]?.code;
  };
  expect(['a', 'b', 'c', 'd', 'e', 'f', 'g.h[1]', 'g', 'z', 'a.b'].map(read)).toEqual([
    1.5,
    'yes',
    null,
    'x',
    16,
    '.inf',
    'k',
    'gitops.not-a-value',
    'gitops.no-such-key',
    'gitops.not-a-mapping',
  ]);
});
