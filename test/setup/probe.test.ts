import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { programPath } from '../../scripts/setup/probe.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-probe-'));
  vi.stubEnv('PATH', dir);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

function program(name: string): string {
  const path = join(dir, name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
}

test('a program under the name of the distribution is found, and its own name comes first', async () => {
  const needed = { alsoCalled: { teller: 'distribution-teller' } };
  expect(await programPath(needed, 'teller')).toBeNull();
  const other = program('distribution-teller');
  expect(await programPath(needed, 'teller')).toBe(other);
  expect(await programPath({}, 'teller')).toBeNull();
  const own = program('teller');
  expect(await programPath(needed, 'teller')).toBe(own);
});
