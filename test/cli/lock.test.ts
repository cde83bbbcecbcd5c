import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../src/cli/main.ts';
import { MINIMAL } from '../config/sample.ts';
import { type Bench, bench } from '../support/engine.ts';
import { type Terminal, terminal } from '../support/terminal.ts';

/** `shiplock lock` and `unlock` over the state directory alone; with a git store: test/procedure/lock.test.ts, test/e2e/store.test.ts. */

let on: Bench;
beforeEach(() => {
  on = bench();
  writeFileSync(join(on.dir, 'shiplock.yaml'), MINIMAL);
});
afterEach(() => on[Symbol.dispose]());

async function ask(...args: readonly string[]): Promise<Terminal & { readonly code: number }> {
  const io = terminal({ cwd: on.dir, env: { USER: 'ann' } });
  const code = await runCli([...args, '--state', on.store], io);
  return { ...io, code };
}

test('an environment is locked once, by whom and why is told, and unlocked once', async () => {
  const locked = await ask('lock', 'production', '--reason', 'repairs', '--json');
  expect(locked.code, locked.written.err).toBe(0);
  const { lease } = JSON.parse(locked.written.out);
  expect(lease).toMatchObject({ environment: 'production', lock: { on: true, by: 'ann', reason: 'repairs' } });
  const again = await ask('lock', 'production', '--reason', 'more repairs');
  expect(again.code).toBe(5);
  expect(again.written.err).toMatch(/a lock of ann since .*: repairs/);
  const unlocked = await ask('unlock', 'production', '--reason', 'repaired');
  expect(unlocked.code, unlocked.written.err).toBe(0);
  expect(unlocked.written.out).toMatch(
    new RegExp(`production may be taken again \\(fence ${lease.fence + 1}, run [0-9a-f-]+\\)`),
  );
  const twice = await ask('unlock', 'production', '--reason', 'repaired');
  expect(twice.code).toBe(5);
  expect(twice.written.err).toContain('lease.not-locked');
});

test('an environment that shiplock.yaml does not have is refused (2), and a reason must be given', async () => {
  const unknown = await ask('lock', 'prodution', '--reason', 'repairs');
  expect(unknown.code).toBe(2);
  expect(unknown.written.err).toContain('one of production');
  expect((await ask('lock', 'production')).code).toBe(2);
  expect((await ask('unlock', 'production')).code).toBe(2);
});

test('a run that has nothing is not taken away from', async () => {
  const refused = await ask('unlock', 'production', '--from', 'r1', '--reason', 'its machine burnt down');
  expect(refused.code).toBe(5);
  expect(refused.written.err).toContain('lease.other-holder');
});
