import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makePlace } from '../../../src/migrate/shadow/place.ts';

let base: string;
const made: string[] = [];
beforeEach(() => {
  base = mkdtempSync('/tmp/place-');
  chmodSync(base, 0o711);
});
afterEach(() => {
  for (const dir of [base, ...made.splice(0)]) rmSync(dir, { recursive: true, force: true });
});

async function placeIn(temporary: string): Promise<string> {
  const dir = await makePlace('x-', temporary);
  made.push(dir);
  return dir;
}

it('lies in the directory of temporary files, and others pass it', async () => {
  const dir = await placeIn(base);
  expect(dir.startsWith(`${base}/x-`)).toBe(true);
  expect(statSync(dir).mode & 0o777).toBe(0o711);
});

it.runIf(process.getuid?.() === 0)('lies in /tmp where the directory of root is for root alone', async () => {
  const inside = join(base, 'user', '0');
  mkdirSync(inside, { recursive: true });
  chmodSync(join(base, 'user'), 0o700);
  expect(await placeIn(inside)).toMatch(/^\/tmp\/x-[^/]+$/);
});

it('lies in /tmp where a socket would get too long a name', async () => {
  const long = join(base, 'd'.repeat(80));
  mkdirSync(long);
  expect(await placeIn(long)).toMatch(/^\/tmp\/x-[^/]+$/);
});
