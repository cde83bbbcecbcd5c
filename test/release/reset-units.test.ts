import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unitsOf } from '../../src/release/data/reset-units.ts';

const argv = ['printf', '%s|', 'data', 'reset', 'testing', '--reason', "it's 100 % $HOME", '--quiet'];
const asked = { argv, service: 'shop', environment: 'testing', secretsFile: '/etc/shiplock/reset.env' };

test('a line for cron that a shell reads as it was meant', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sl-units-'));
  try {
    const secretsFile = join(dir, 'my secrets.env');
    writeFileSync(secretsFile, 'DSN=x\n');
    const [file] = unitsOf({ ...asked, kind: 'cron', secretsFile });
    const [, command = ''] = /^17 3 \* \* 1 root (.*)\n$/.exec(file?.content ?? '') ?? [];
    // As cron does: an escaped percent sign is one.
    const said = execFileSync('/bin/sh', ['-c', command.replaceAll('\\%', '%')], { encoding: 'utf8' });
    expect(said.split('|').slice(0, -1)).toEqual(argv.slice(2));
    expect(command.replaceAll('\\%', '')).not.toContain('%');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('a service and a timer of systemd', () => {
  const [service, timer] = unitsOf({ ...asked, kind: 'systemd' });
  expect(service?.path).toBe('systemd/shiplock-reset-shop-testing.service');
  expect(service?.content).toContain('EnvironmentFile=/etc/shiplock/reset.env\n');
  // systemd reads % and $ of its own.
  expect(service?.content).toMatch(/ExecStart=printf .*100 %% \$\$HOME/);
  expect(timer?.content).toContain('OnCalendar=Mon *-*-* 03:17:00\n');
});
