import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `files.sh put` and `back` killed with -9 at each command that they start, and begun again: real files, a real tar. */

const PROGRAM = join(import.meta.dirname, '../../../src/platform/files.sh');
/** Commands that change something, and those between them. */
const COMMANDS = ['mkdir', 'cat', 'mv', 'rm', 'cp', 'tar', 'sync', 'rmdir', 'sort'];

export interface PutReport {
  readonly kills: number;
  /** Rules that were broken, in words; empty: none. */
  readonly broken: readonly string[];
}

interface Stage {
  readonly dir: string;
  readonly target: string;
  readonly place: string;
  readonly tar: Buffer;
  readonly digest: string;
  readonly before: string;
  readonly after: string;
}

/** @param every each how-manieth command is a boundary; 1: all of them */
export function sweepPut(every: number): PutReport {
  const broken: string[] = [];
  let kills = 0;
  for (const verb of ['put', 'back'] as const) {
    for (let at = 1; ; at += every) {
      const stage = makeStage();
      try {
        if (verb === 'back') mustRun(stage, 'put');
        const killed = run(stage, verb, at);
        if (!killed) break;
        kills += 1;
        const half = lookAt(stage.target);
        for (const line of half.split('\n').filter((one) => one.includes(' f ')))
          if (!stage.before.includes(line) && !stage.after.includes(line) && !line.includes('.shiplock-part'))
            broken.push(`${verb} killed at command ${at}: neither old nor new: ${line}`);
        // A run that died is begun again under another name.
        const again = verb === 'put' && (at - 1) % (2 * every) === 0 ? 'def' : 'abc';
        mustRun(stage, verb, again);
        const wanted = verb === 'put' ? stage.after : stage.before;
        if (lookAt(stage.target) !== wanted)
          broken.push(`${verb} killed at command ${at}, run again: not the same end`);
        if (verb === 'put') {
          mustRun(stage, 'back', again);
          if (lookAt(stage.target) !== stage.before)
            broken.push(`put killed at command ${at}, taken back: not as before`);
        }
      } finally {
        rmSync(stage.dir, { recursive: true, force: true });
      }
    }
  }
  return { kills, broken };
}

/** What is said to a user who is not root and whom root of the machine has allowed nothing; null: something was changed. */
export function putByAnother(): string | null {
  const stage = makeStage();
  try {
    const env = { ...process.env, SUDO_USER: 'nobody-of-this-machine' };
    const { stderr } = spawnSync('sh', wordsOf(stage, 'put'), { input: stage.tar, env, encoding: 'utf8' });
    return lookAt(stage.target) === stage.before ? stderr : null;
  } finally {
    rmSync(stage.dir, { recursive: true, force: true });
  }
}

function makeStage(): Stage {
  const dir = mkdtempSync(join(tmpdir(), 'shiplock-put-'));
  const target = join(dir, 'etc');
  const write = (name: string, text: string, mode: number): void => {
    writeFileSync(join(target, name), text);
    chmodSync(join(target, name), mode);
  };
  mkdirSync(join(target, 'sub'), { recursive: true });
  write('a.conf', 'new a\n', 0o640);
  write('sub/b.conf', 'new b\n', 0o644);
  symlinkSync('a.conf', join(target, 'link'));
  const words = ['--format=posix', '--numeric-owner', '--sort=name', '-P', '-f', '-', target];
  const tar = execFileSync('tar', ['-c', ...words]);
  write('own', 'stays\n', 0o644);
  const after = lookAt(target);
  rmSync(target, { recursive: true });
  // Before: one other, one alike, one that is not in the tar, and no directory `sub`.
  mkdirSync(target);
  write('a.conf', 'old a\n', 0o600);
  write('own', 'stays\n', 0o644);
  const before = lookAt(target);
  const digest = createHash('sha256').update(tar).digest('hex');
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  for (const command of COMMANDS) {
    const real = execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim();
    writeFileSync(
      join(bin, command),
      `#!/bin/sh
echo x >>"$KILL_DIR/count"
[ "$(wc -l <"$KILL_DIR/count")" -ne "$KILL_AT" ] || kill -9 0
exec ${real} "$@"
`,
      { mode: 0o755 },
    );
  }
  return { dir, target, place: join(dir, 'kept'), tar, digest, before, after };
}

/** Type, mode and content, as the files say themselves. */
function lookAt(target: string): string {
  const lines = execFileSync('find', [target, '-mindepth', '1', '-printf', '%P %y %m %l\n'], { encoding: 'utf8' })
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', kind, mode = '', link = ''] = line.split(' ');
      return `${name} ${kind} ${mode} ${kind === 'f' ? readFileSync(join(target, name), 'utf8') : `${link}\n`}`;
    });
  return lines.toSorted().join('');
}

function wordsOf({ place, digest }: Stage, verb: 'put' | 'back', set = 'abc'): readonly string[] {
  return [PROGRAM, verb, place, set, ...(verb === 'put' ? [digest] : [])];
}

/** True: it was killed there. */
function run(stage: Stage, verb: 'put' | 'back', at: number): boolean {
  const { status, signal } = spawnSync('setsid', ['-w', 'sh', ...wordsOf(stage, verb)], {
    input: stage.tar,
    env: {
      ...process.env,
      PATH: `${join(stage.dir, 'bin')}:${process.env['PATH'] ?? ''}`,
      KILL_DIR: stage.dir,
      KILL_AT: String(at),
    },
  });
  return signal !== null || status !== 0;
}

function mustRun(stage: Stage, verb: 'put' | 'back', set = 'abc'): void {
  execFileSync('sh', [...wordsOf(stage, verb, set)], { input: stage.tar, stdio: ['pipe', 'pipe', 'pipe'] });
  const left = readdirSync(stage.target, { recursive: true }).filter((name) => `${name}`.endsWith('.shiplock-part'));
  if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
}
