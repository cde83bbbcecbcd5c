import { describe, expect, it } from 'vitest';
import type { EditResult } from '../../../src/gitops/edit/set.ts';
import {
  annotationEdit,
  formatImage,
  helmValueEdit,
  imageEdit,
  parseImage,
  replicasEdit,
  setKustomizeImage,
  setValue,
  setValues,
} from '../../../src/gitops/index.ts';
import type { Result } from '../../../src/model/problem.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OLD = `sha256:${'0'.repeat(64)}`;
const text = (result: Result<EditResult>): string =>
  result.ok ? result.value.text : result.problems.map(({ code }) => code).join();

describe('image references', () => {
  it.each([
    ['api', { name: 'api' }],
    ['api:1.2', { name: 'api', tag: '1.2' }],
    ['localhost:5000/api', { name: 'localhost:5000/api' }],
    ['127.0.0.1:5000/a/b:v1', { name: '127.0.0.1:5000/a/b', tag: 'v1' }],
    [`r.io/a-b/c__d:v1@${DIGEST}`, { name: 'r.io/a-b/c__d', tag: 'v1', digest: DIGEST }],
    [`r.io/api@${DIGEST}`, { name: 'r.io/api', digest: DIGEST }],
  ])('%s', (image, parts) => {
    expect(parseImage(image)).toEqual(parts);
    expect(formatImage(parts)).toBe(image);
  });
  it.each(['', ':1', 'a b', 'api:', 'api@sha256:1', 'API', 'a/:b', '{{ .image }}', 'api:1:2'])(
    '%j is none',
    (image) => {
      expect(parseImage(image)).toBeUndefined();
    },
  );
});

describe('imageEdit', () => {
  const file = (image: string) => `containers:\n- name: api\n  image: ${image} # keep\n`;
  const path = 'containers[name=api].image';
  it.each([
    ['r.io:5000/api:1', { tag: '2' }, 'r.io:5000/api:2'],
    ['api', { tag: '2' }, 'api:2'],
    [`api:1@${OLD}`, { tag: '2' }, 'api:2'],
    ['api:1', { digest: DIGEST }, `api@${DIGEST}`],
    [`"api:1@${OLD}"`, { tag: '2', digest: DIGEST }, `"api:2@${DIGEST}"`],
  ])('%s, %j → %s', (before, image, after) => {
    expect(text(setValue(file(before), imageEdit(path, image), 'f.yaml'))).toBe(file(after));
  });
  it('what is no image is refused, and so is what would be none', () => {
    expect(text(setValue(file('"$(IMAGE)"'), imageEdit(path, { tag: '2' }), 'f.yaml'))).toBe('gitops.image');
    expect(text(setValue(file('api:1'), imageEdit(path, { tag: 'a b' }), 'f.yaml'))).toBe('gitops.image');
    expect(text(setValue('containers:\n- name: api\n', imageEdit(path, { tag: '2' }), 'f.yaml'))).toBe('gitops.image');
  });
});

describe('setKustomizeImage', () => {
  const head = 'resources: [../base]\nimages:\n- name: r.io/other\n  newTag: "7"\n';
  const set = (entry: string, image: object) =>
    text(setKustomizeImage(`${head}${entry}`, 'r.io/api', image, 'kustomization.yaml'));
  it.each([
    ['- name: r.io/api\n  newTag: v1\n', { newTag: 'v2' }, '- name: r.io/api\n  newTag: v2\n'],
    ['- name: r.io/api\n  newTag: "1.0"\n', { newTag: '1.10' }, '- name: r.io/api\n  newTag: "1.10"\n'],
    ['- name: r.io/api\n', { digest: DIGEST }, `- name: r.io/api\n  digest: ${DIGEST}\n`],
    [`- digest: ${OLD}\n  name: r.io/api\n`, { digest: DIGEST }, `- digest: ${DIGEST}\n  name: r.io/api\n`],
    [
      '- name: r.io/api\n  newTag: v1\n',
      { newTag: 'v2', digest: DIGEST },
      `- name: r.io/api\n  newTag: v2\n  digest: ${DIGEST}\n`,
    ],
    [
      '- name: r.io/api\n',
      { newName: 'm.io/api', newTag: 'v2' },
      '- name: r.io/api\n  newName: m.io/api\n  newTag: v2\n',
    ],
    ['- name: r.io/api\n  newTag: v1\n', { digest: DIGEST }, 'gitops.image'],
    [`- name: r.io/api\n  digest: ${OLD}\n`, { newTag: 'v1' }, 'gitops.image'],
    ['', { newTag: 'v1' }, 'gitops.no-such-item'],
  ])('%j, %j', (entry, image, expected) => {
    expect(set(entry, image)).toBe(expected.startsWith('gitops.') ? expected : `${head}${expected}`);
  });
});

it('replicas, annotations and values of a chart', () => {
  const before = 'metadata:\n  annotations:\n    a: b\nspec:\n  replicas: 2 # two\nimage:\n  tag: "1"\n';
  const edits = [
    replicasEdit(5),
    annotationEdit('argocd.argoproj.io/refresh', 'true'),
    helmValueEdit('image.tag', '2'),
  ];
  expect(text(setValues(before, edits, 'f.yaml'))).toBe(
    'metadata:\n  annotations:\n    a: b\n    argocd.argoproj.io/refresh: "true"\nspec:\n  replicas: 5 # two\nimage:\n  tag: "2"\n',
  );
  expect(text(setValue('spec: {}\n', replicasEdit(3), 'f.yaml'))).toBe('spec: {replicas: 3}\n');
});
