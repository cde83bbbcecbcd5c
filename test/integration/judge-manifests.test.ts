import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { unwrap } from '../../src/model/problem.ts';
import { judgedEnvironments } from '../../src/release/judge/index.ts';
import { conforms, GITOPS, objects, render, scored } from '../lab/manifests/check.ts';

/** gitops/judge as it is rendered. No cluster is needed. */
describe('gitops/judge', () => {
  const dir = join(GITOPS, 'judge');
  let text: string;
  beforeAll(async () => {
    text = await render(dir);
  }, 300_000);

  test('is what Kubernetes knows, and what kube-score asks for', async () => {
    expect(await conforms(text)).toBe('');
    expect(await scored(text)).toEqual([]);
  });

  test('nothing is granted to it, and no secret is in git', () => {
    const kinds = objects(text).map(({ kind }) => kind);
    expect(kinds.filter((kind) => /Role|Secret/.test(kind))).toEqual([]);
    expect(kinds).toContain('NetworkPolicy');
    expect(text.match(/automountServiceAccountToken: false/g)).toHaveLength(2);
    expect(text).toMatch(/image: registry.example.com\/shiplock\/judge@sha256:[0-9a-f]{64}/);
  });

  test('its shiplock.yaml is one that a judge can use', async () => {
    const config = unwrap(await readConfig(join(dir, 'shiplock.yaml')));
    const [production, ...none] = judgedEnvironments([{ config, baseDir: dir }]);
    expect(none).toEqual([]);
    expect(production).toMatchObject({ service: 'certkeeper', environment: 'production', everyMs: 5_000 });
    expect(await readFile(join(dir, 'Dockerfile'), 'utf8')).toContain('"judge", "serve"');
  });
});
