import { globSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forEnterprise } from '../../scripts/enterprise.ts';
import { command } from '../../scripts/lab/lab.ts';
import { reusable } from '../../scripts/schemas/workflows.ts';
import { toolPath } from '../../scripts/tool.ts';
import { wheelProgram, whyNoWheels } from '../../scripts/wheel.ts';

/** Linters of workflows find nothing: in ours, in the callers of the example, and in the form for older servers. */

const why = await whyNoWheels();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-lint-'));
  await cp('.github/workflows', join(dir, '.github', 'workflows'), { recursive: true });
  await cp('workflows', join(dir, 'workflows'), { recursive: true });
  await cp('actions', join(dir, 'actions'), { recursive: true, filter: (path) => !path.includes('dist') });
  for (const [name, { text }] of reusable(dir)) {
    const file = join(dir, '.github', 'workflows', `${name}.yml`);
    await writeFile(file, forEnterprise(text, 'corp/shiplock', 'c'.repeat(40)));
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('actionlint, with what it does not know yet ignored by name (.github/actionlint.yaml)', async () => {
  const actionlint = await toolPath('actionlint');
  const ours = await command([actionlint, '-no-color']);
  expect(ours.stdout + ours.stderr).toBe('');
  expect(ours.code).toBe(0);
  // Neither callers nor the form for older servers need anything to be ignored.
  const files = globSync(['.github/workflows/*.yml', 'workflows/*.yml'], { cwd: dir });
  expect(files.length).toBeGreaterThan(10);
  const others = await command([actionlint, '-no-color', '-config-file', '/dev/null', ...files], { cwd: dir });
  expect(others.stdout + others.stderr).toBe('');
});

test(`zizmor, pedantic, without any exception${why === null ? '' : ` (not here: ${why})`}`, {
  skip: why !== null,
}, async () => {
  const zizmor = [
    await wheelProgram('zizmor'),
    '--offline',
    '--no-config',
    '--persona',
    'pedantic',
    '--no-progress',
    '--color=never',
  ];
  const ran = await command([...zizmor, '.github/workflows', 'workflows', ...globSync('actions/*/action.yml')]);
  expect(ran.stdout, ran.stderr).toContain('No findings to report');
  expect(ran.code).toBe(0);
  // It does look: the same files with a careless line.
  const file = join(dir, 'workflows', 'shiplock-rollback.yml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('permissions: {}', 'permissions: write-all').replace(/@0{40} # \S+/, '@main'));
  const careless = await command([...zizmor, file]);
  expect(careless.stdout).toContain('excessive-permissions');
  expect(careless.stdout).toContain('unpinned-uses');
  expect(careless.code).toBeGreaterThan(10);
});
