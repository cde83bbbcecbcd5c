import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOGS_PROGRAM } from '../../../src/platform/logs.ts';
import { logFiles } from './logs.ts';

/** The program that puts logs aside, killed with everything it has started before each command by which it changes something. */

const CHANGES = ['chmod', 'chown', 'cp', 'gzip', 'kill', 'ln', 'mv', 'rm', 'sync', 'touch'] as const;

/** Commands that count themselves; the one with the number of KILL_AT kills its whole process group in place of doing its work. */
export function killingCommands(dir: string): string {
  const bin = join(dir, 'bin');
  if (existsSync(bin)) return bin;
  mkdirSync(bin);
  for (const name of CHANGES) {
    const real = execFileSync('sh', ['-c', `PATH=/usr/bin:/bin; command -v ${name === 'kill' ? 'env' : name}`], {
      encoding: 'utf8',
    }).trim();
    writeFileSync(
      join(bin, name),
      `#!/bin/sh\nread -r count <"$COUNT" || count=0\ncount=$((count + 1))\necho "$count" >"$COUNT"\n[ "$count" != "$KILL_AT" ] || kill -9 0\nexec ${real} "$@"\n`,
    );
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

/** @returns how many commands it has begun, and how it ended */
export function rotate(
  dir: string,
  how: { readonly killAt?: number; readonly due: boolean },
): Promise<{ readonly commands: number; readonly code: number | null; readonly said: string }> {
  const { web, logs, access } = logFiles(dir);
  const count = join(dir, 'count');
  writeFileSync(count, '0\n');
  const due = how.due ? `${access}:${statSync(access).ino}` : '';
  const words = [
    'rotate',
    'shiplock-shop-access',
    `${logs}/*.log`,
    'no',
    `USR1@${web}/nginx.pid`,
    'daily',
    '1',
    '1000',
    '30',
    due,
  ];
  const child = spawn('sh', [LOGS_PROGRAM, ...words], {
    detached: true,
    env: {
      ...process.env,
      PATH: `${killingCommands(dir)}:${process.env['PATH']}`,
      COUNT: count,
      KILL_AT: String(how.killAt ?? 0),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, said, commands: Number(readFileSync(count, 'utf8')) })),
  );
}

/** What a finished rotation leaves nothing of. */
export function halfDone(dir: string): readonly string[] {
  return readdirSync(logFiles(dir).logs).filter(
    (name) => name !== 'access.log' && !/^access\.log-\d{8}-\d+\.gz$/.test(name),
  );
}
