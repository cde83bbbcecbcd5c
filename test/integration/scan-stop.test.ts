import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** A scan that is stopped leaves nothing behind: no scanner that works on, and none of its files. */

const BIN = join(import.meta.dirname, '../../bin/shiplock.js');
/** Known by it among all processes. */
const NAP = `1234.${process.pid}`;
let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-scan-stop-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('%s ends the scanner, with what it has started', async (signal, exit) => {
  const script = `#!/bin/sh\n[ "$1" = --version ] && { echo 0.9.0; exit 0; }\nsleep ${NAP} & sleep ${NAP}\n`;
  await writeFile(join(dir, 'shellcheck'), script);
  await chmod(join(dir, 'shellcheck'), 0o755);
  await writeFile(join(dir, 'a.sh'), '#!/bin/sh\necho $1\n');
  const env = { ...process.env, PATH: `${dir}:${process.env['PATH'] ?? ''}`, HOME: dir, TMPDIR: dir };
  const child = spawn(process.execPath, [BIN, 'scan', '.', '--only', 'shellcheck', '--json'], { cwd: dir, env });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => resolve(code));
  });
  try {
    await expect.poll(sleepers, { timeout: 60_000 }).toBe(2);
    child.kill(signal);
    expect(await ended).toBe(exit);
  } finally {
    child.kill('SIGKILL');
  }
  expect(await sleepers()).toBe(0);
  expect((await readdir(dir)).filter((name) => name.startsWith('shiplock-'))).toEqual([]);
  expect(JSON.parse(said)).toEqual({ verdict: 'stopped' });
});

/** How many processes of the scanner are there. */
async function sleepers(): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.startsWith(`sleep\0${NAP}`)).length;
}
