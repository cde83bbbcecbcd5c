import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actionExec } from '../../actions/shared/exec.ts';
import type { Exec } from '../../src/model/ports.ts';
import { createExec } from '../../src/procedure/index.ts';

/** Two ways to run a command, one contract: a room never knows which of them it was given. */

const ways: readonly (readonly [name: string, make: () => Exec])[] = [
  ['the command line (zx)', () => createExec()],
  ['an action (@actions/exec)', () => actionExec()],
];

describe.each(ways)('%s', (_name, make) => {
  const exec = make();
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'shiplock-exec-'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const echo = ['node', '-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', '--'];

  test('each word arrives as itself, whatever a shell would make of it', async () => {
    const words = [
      '',
      ' ',
      'a b',
      `'`,
      '"',
      '$HOME',
      '$(id)',
      '`id`',
      '*',
      '~',
      '\\',
      '-n',
      'a\nb',
      '; exit 3',
      '%s',
      '→ ü',
      '$0',
      '&&',
    ];
    const ran = await exec.read([...echo, ...words]);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toEqual(words);
  });

  test('variables are added, and undefined takes one out: scanners of others must not find a secret', async () => {
    process.env['SHIPLOCK_TEST_SECRET'] = 'a-token';
    process.env['SHIPLOCK_TEST_KEPT'] = 'kept';
    try {
      const script =
        'process.stdout.write(JSON.stringify([process.env.SHIPLOCK_TEST_SECRET ?? null, process.env.SHIPLOCK_TEST_KEPT, process.env.ADDED]))';
      const ran = await exec.read(['node', '-e', script], { env: { SHIPLOCK_TEST_SECRET: undefined, ADDED: 'x' } });
      expect(JSON.parse(ran.stdout)).toEqual([null, 'kept', 'x']);
    } finally {
      delete process.env['SHIPLOCK_TEST_SECRET'];
      delete process.env['SHIPLOCK_TEST_KEPT'];
    }
  });

  test('any exit code is an answer, and both outputs are kept apart', async () => {
    const ran = await exec.read(['sh', '-c', 'echo out; echo err >&2; exit 3']);
    expect(ran).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  test('127 for no such command, also for a word that only a shell knows', async () => {
    expect((await exec.read(['shiplock-no-such-command'])).exitCode).toBe(127);
    expect((await exec.read(['source', '/dev/null'])).exitCode).toBe(127);
  });

  test('128 and the number of the signal that ended it', async () => {
    expect((await exec.read(['sh', '-c', 'kill -KILL $$'])).exitCode).toBe(137);
    expect((await exec.read(['sh', '-c', 'kill -TERM $$'])).exitCode).toBe(143);
  });

  test('input is given whole, or is empty; a command need not read it', async () => {
    const text = `${'line ü\n'.repeat(20_000)}end`;
    expect((await exec.read(['cat'], { stdin: text })).stdout).toBe(text);
    expect((await exec.read(['cat'])).stdout).toBe('');
    expect((await exec.read(['true'], { stdin: text })).exitCode).toBe(0);
  });

  test('it runs where it is told to', async () => {
    expect((await exec.read(['pwd', '-P'], { cwd: '/' })).stdout).toBe('/\n');
  });

  test('at its deadline it is ended, with what it started', async () => {
    const file = join(dir, 'pids');
    const script = `sleep 60 & echo $! > '${file}'; wait`;
    await expect(exec.read(['sh', '-c', script], { timeoutMs: 700 })).rejects.toThrow(/timeout|time/);
    expect(await gone(Number(await readFile(file, 'utf8')))).toBe(true);
  });

  test('its signal ends it, and is the reason', async () => {
    const file = join(dir, 'pid');
    const stop = new AbortController();
    const running = exec.read(['sh', '-c', `echo $$ > '${file}'; exec sleep 60`], { signal: stop.signal });
    running.catch(() => undefined);
    let pid = 0;
    for (let tries = 0; tries < 100 && !(pid > 0); tries++) {
      await sleep(20);
      pid = Number(await readFile(file, 'utf8').catch(() => ''));
    }
    stop.abort(new Error('not wanted any more'));
    await expect(running).rejects.toThrow('not wanted any more');
    expect(await gone(pid)).toBe(true);
    await expect(exec.read(['true'], { signal: stop.signal })).rejects.toThrow('not wanted any more');
  });

  test('what it leaves running behind it is not waited for', async () => {
    const file = join(dir, 'left');
    const begin = performance.now();
    const ran = await exec.read(['sh', '-c', `sleep 30 & echo $! > '${file}'; echo done`]);
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    expect(performance.now() - begin).toBeLessThan(15_000);
    process.kill(Number(await readFile(file, 'utf8')), 'SIGKILL');
  });
});

/** Whether a process has ended; what nobody has waited for yet counts as ended. */
async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    if (stat === '' || /\) [ZX] /.test(stat)) return true;
    await sleep(50);
  }
  return false;
}
