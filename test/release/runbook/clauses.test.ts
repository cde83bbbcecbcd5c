import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runbookNames } from '../../../scripts/bundle.ts';
import { sopDrift } from '../../../scripts/runbook-docs.ts';
import { findRunbook, SHIPPED_NAMES } from '../../../src/cli/runbook/registry.ts';
import { definitionProblems } from '../../../src/release/runbook/index.ts';

const ROOT = join(import.meta.dirname, '../../..');

test('every file of a runbook is found by its name, and is whole', async () => {
  expect(SHIPPED_NAMES).toEqual(runbookNames);
  for (const name of SHIPPED_NAMES) {
    const { runbook } = await findRunbook(name, null);
    expect(runbook.id).toBe(name);
    expect(definitionProblems(runbook)).toEqual([]);
    expect(runbook.clauses.length, `${name} carries out no clause`).toBeGreaterThan(0);
  }
});

test('every clause names steps that are there and a test that names it, and docs/sop is what the runbooks give', async () => {
  expect(await sopDrift(), 'run `npm run docs:runbooks` and commit the result').toEqual([]);
  const requirements = readFileSync(join(ROOT, 'docs', 'requirements.md'), 'utf8');
  for (const name of SHIPPED_NAMES) {
    const { runbook } = await findRunbook(name, null);
    for (const { id, test: file } of runbook.clauses) {
      expect(existsSync(join(ROOT, file)), file).toBe(true);
      if (file.includes('runbook-')) expect(readFileSync(join(ROOT, file), 'utf8')).toContain(`'${id}: `);
      expect(runbook.requirements).toContain(id);
      expect(requirements, `docs/requirements.md has no row of ${id}`).toMatch(new RegExp(`^\\| ${id} \\|`, 'm'));
    }
  }
});

test('no SOP is left of a runbook that is gone', () => {
  const pages = readdirSync(join(ROOT, 'docs', 'sop')).filter((name) => name !== 'README.md');
  expect(pages.map((name) => name.replace('.md', ''))).toEqual(SHIPPED_NAMES);
});
