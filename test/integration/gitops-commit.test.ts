import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startGitServer } from '../../scripts/components/git-server.ts';
import { freePort } from '../../scripts/components/ports.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import type { ValuesAnswer, ValuesRequest } from '../../src/gitops/commit/request.ts';
import { commitValues } from '../../src/gitops/commit/values-main.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { createExec } from '../../src/procedure/machine/exec.ts';
import { httpClient } from '../../src/procedure/machine/http-client.ts';
import { runWriters } from '../support/commit-writers.ts';
import { guardGit } from '../support/git-auth.ts';
import { newKey } from '../support/keys.ts';
import { startSshd } from '../support/sshd.ts';

/** Commits by compare-and-swap on real repositories: on the disk, behind a web server and behind sshd. */

const FILE = 'image:\n  tag: "1.0.0"\nreplicas: 2\n';
const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
const MAIN = childProgram('commit-main');
const isRoot = userInfo().uid === 0;

let dir = '';
let bare = '';
const git = (...args: string[]): string =>
  execFileSync('git', [...who, ...args], { encoding: 'utf8', cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
const head = (of = bare): string => git('--git-dir', of, 'rev-parse', 'main').trim();
const shown = (file = 'apps/production.yaml'): string => git('--git-dir', bare, 'show', `main:${file}`);

/** Somebody else commits. */
function other(
  files: Readonly<Record<string, string | Buffer>>,
  to = bare,
  more: (clone: string) => void = () => undefined,
): void {
  const clone = mkdtempSync(join(dir, 'clone-'));
  git('clone', '-q', to, clone);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(clone, name, '..'), { recursive: true });
    writeFileSync(join(clone, name), text);
  }
  more(clone);
  git('-C', clone, 'add', '-A');
  git('-C', clone, 'commit', '-q', '-m', 'somebody');
  git('-C', clone, 'push', '-q', 'origin', 'HEAD:main');
}

function request(more: Partial<ValuesRequest> = {}): ValuesRequest {
  return {
    repository: bare,
    branch: 'main',
    workDir: join(dir, 'work'),
    baseDir: dir,
    changes: [{ file: 'apps/production.yaml', path: 'image.tag', value: '2.0.0' }],
    readAt: null,
    missingFile: 'refuse',
    othersValue: 'conflict',
    origin: { service: 'api', environment: 'production', version: '2.0.0', run: 'run-1', node: 'git', fence: 7 },
    author: { name: 'Shiplock', email: 'shiplock@example.org' },
    time: 1_790_000_000,
    deadlineMs: 60_000,
    ...more,
  };
}

const ports = () => ({
  exec: createExec(),
  clock: systemClock,
  http: httpClient,
  random: Math.random,
  signal: new AbortController().signal,
});
const commit = (more: Partial<ValuesRequest> = {}): Promise<ValuesAnswer> => commitValues(request(more), ports());

/** Code and texts of the one problem. */
async function problem(
  more: Partial<ValuesRequest>,
): Promise<{ readonly code: string; readonly found: string; readonly remedy: string }> {
  try {
    const answer = await commit(more);
    throw new Error(`it was not refused: ${JSON.stringify(answer)}`);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [first] = error.problems;
    if (first === undefined || error.problems.length > 1) throw error;
    return first;
  }
}

beforeEach(() => {
  dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'gitops-commit-'));
  bare = join(dir, 'desired.git');
  git('init', '-q', '--bare', '-b', 'main', bare);
  other({ 'apps/production.yaml': FILE });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

describe('many writers', () => {
  it('on one machine: all land, each as a commit of its own, several in one push', async () => {
    const report = await runWriters({ dir: join(dir, 'many'), writers: 6, commits: 5, how: 'shared' });
    expect(report).toMatchObject({ landed: 30, faults: [] });
    expect(report.pushes).toBeLessThan(31);
  });

  it('each on a machine of its own: all land', async () => {
    expect(await runWriters({ dir: join(dir, 'many'), writers: 3, commits: 3, how: 'apart' })).toMatchObject({
      landed: 9,
      faults: [],
    });
  });
});

describe('one commit', () => {
  it('changes several files, and its trailers say who and why', async () => {
    other({ 'apps/worker.yaml': 'tag: 1.0.0 # keep\n' });
    const changes = [
      { file: 'apps/production.yaml', path: 'image.tag', value: '2.0.0' },
      { file: 'apps/worker.yaml', path: 'tag', value: '2.0.0' },
    ];
    const origin = { ...request().origin, actor: 'ana\nShiplock-Fence: 99', verdict: 'not-worse' };
    const answer = await commit({ changes, origin });
    expect(answer).toEqual({ kind: 'committed', commit: head(), tries: 1 });
    expect(shown()).toBe(FILE.replace('1.0.0', '2.0.0'));
    expect(shown('apps/worker.yaml')).toBe('tag: 2.0.0 # keep\n');
    expect(git('--git-dir', bare, 'log', '-1', '--format=%B', 'main').trim()).toBe(
      [
        'api in production: 2.0.0\n',
        'apps/production.yaml image.tag: 1.0.0 → 2.0.0',
        'apps/worker.yaml tag: 1.0.0 → 2.0.0\n',
        'Shiplock-Release: api 2.0.0',
        'Shiplock-Environment: production',
        'Shiplock-Run: run-1',
        'Shiplock-Node: git',
        'Shiplock-Fence: 7',
        'Shiplock-Actor: ana Shiplock-Fence: 99',
        'Shiplock-Verdict: not-worse',
      ].join('\n'),
    );
    expect(await commit({ changes, origin })).toEqual({ kind: 'was-committed', commit: head() });
  });

  it('follows an older run of the environment, and never a newer one', async () => {
    const old = { ...request().origin, run: 'run-0', fence: 6, version: '1.5.0' };
    await commit({ origin: old, changes: [{ file: 'apps/production.yaml', path: 'image.tag', value: '1.5.0' }] });
    // Decided while git named 1.0.0; an older run wrote 1.5.0 since, and we come after it.
    const changes = [{ file: 'apps/production.yaml', path: 'image.tag', value: '2.0.0', read: '1.0.0' }];
    expect(await commit({ changes })).toMatchObject({ kind: 'committed' });
    expect(
      await problem({
        origin: { ...old, run: 'run-late' },
        changes: [{ ...(changes[0] ?? { file: '', path: '' }), value: '1.6.0' }],
      }),
    ).toMatchObject({
      code: 'gitops.newer-holder',
    });
    expect(shown()).toContain('2.0.0');
  });

  it('gives up in time, and nothing of it lands later', async () => {
    // A branch that somebody else moves whenever a push arrives.
    hook(
      'update',
      'test -n "$SHIPLOCK_OTHER" || { p=$(git rev-parse main); c=$(git commit-tree -p $p -m x main^{tree}); env -u GIT_QUARANTINE_PATH git update-ref refs/heads/main $c; }; exit 0',
    );
    for (const [name, value] of Object.entries({
      GIT_AUTHOR_NAME: 'b',
      GIT_AUTHOR_EMAIL: 'b@b',
      GIT_COMMITTER_NAME: 'b',
      GIT_COMMITTER_EMAIL: 'b@b',
    }))
      vi.stubEnv(name, value);
    const refused = await problem({ deadlineMs: 1_500 });
    expect(['gitops.contended', 'gitops.refused']).toContain(refused.code);
    rmSync(join(bare, 'hooks/update'));
    await commit({
      origin: { ...request().origin, run: 'run-2' },
      changes: [{ file: 'apps/production.yaml', path: 'image.tag', value: '3.0.0' }],
    });
    expect(
      git('--git-dir', bare, 'log', '--format=%(trailers:key=Shiplock-Run,valueonly)', 'main')
        .split('\n')
        .filter((line) => line !== ''),
    ).toEqual(['run-2']);
  });
});

/** A hook of the server. */
function hook(name: string, script: string): void {
  mkdirSync(join(bare, 'hooks'), { recursive: true });
  writeFileSync(join(bare, 'hooks', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bare, 'hooks', name), 0o755);
}

describe('a signature', () => {
  const verify = (line: string): void => {
    writeFileSync(join(dir, 'allowed'), `shiplock@example.org namespaces="git" ${line}\n`);
    git(
      '--git-dir',
      bare,
      '-c',
      'gpg.format=ssh',
      '-c',
      `gpg.ssh.allowedSignersFile=${join(dir, 'allowed')}`,
      'verify-commit',
      head(),
    );
  };

  it('is one that git verifies, by a key file or by a key of the agent', async () => {
    const key = newKey(dir, 'release');
    expect(await commit({ signingKey: key.file })).toMatchObject({ kind: 'committed' });
    verify(key.line);
    const stranger = newKey(dir, 'stranger');
    expect(() => verify(stranger.line)).toThrow();
    const socket = join(dir, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    try {
      for (let n = 0; n < 100 && !existsSync(socket); n++) await systemClock.sleep(50);
      execFileSync('ssh-add', ['-q', key.file], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'pipe' });
      rmSync(key.file);
      vi.stubEnv('SSH_AUTH_SOCK', socket);
      const changes = [{ file: 'apps/production.yaml', path: 'image.tag', value: '3.0.0' }];
      const origin = { ...request().origin, node: 'git-2' };
      expect(await commit({ changes, origin, signingKey: `key::${key.line}` })).toMatchObject({ kind: 'committed' });
      verify(key.line);
      expect(git('--git-dir', bare, 'fsck', '--strict')).toBe('');
    } finally {
      agent.kill();
    }
  });

  it('that cannot be made stops the commit, without a question', async () => {
    const before = head();
    expect(await problem({ signingKey: join(dir, 'nowhere') })).toMatchObject({
      code: 'gitops.cannot-sign',
      found: 'no such file',
    });
    const locked = join(dir, 'locked');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'a passphrase', '-f', locked]);
    expect(await problem({ signingKey: locked })).toMatchObject({
      code: 'gitops.cannot-sign',
      found: expect.stringMatching(/passphrase/),
    });
    expect(head()).toBe(before);
  });
});

describe('transports', () => {
  it('http: credentials come from a helper of git, and stand nowhere else', async () => {
    await using server = await startGitServer(join(dir, 'http'));
    git('--git-dir', bare, 'push', '-q', server.directory, 'main');
    await using guarded = await guardGit(server.url, { user: 'robot', password: 'the-secret-word' });
    const anonymous = await problem({ repository: guarded.url });
    expect(anonymous).toMatchObject({ code: 'gitops.credentials', found: expect.stringContaining('401') });
    const helper = (password: string): void => {
      vi.stubEnv('GIT_CONFIG_COUNT', '1');
      vi.stubEnv('GIT_CONFIG_KEY_0', 'credential.helper');
      vi.stubEnv(
        'GIT_CONFIG_VALUE_0',
        `!f() { test "$1" = get && echo username=robot && echo password=${password}; }; f`,
      );
    };
    helper('wrong-word');
    const refused = await problem({ repository: guarded.url });
    expect(refused.code).toBe('gitops.credentials');
    expect(JSON.stringify(refused)).not.toMatch(/wrong-word|robot/);
    helper('the-secret-word');
    const answer = await commit({ repository: guarded.url });
    expect(answer).toEqual({ kind: 'committed', commit: head(server.directory), tries: 1 });
    const files = readdirSync(join(dir, 'work'), { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    for (const file of files) {
      expect(readFileSync(join(file.parentPath, file.name)).includes('the-secret-word'), file.name).toBe(false);
    }
    await using readOnly = await guardGit(server.url, 'read-only');
    const push = await problem({
      repository: readOnly.url,
      origin: { ...request().origin, run: 'run-2' },
      changes: [{ file: 'apps/production.yaml', path: 'image.tag', value: '3.0.0' }],
    });
    expect(push).toMatchObject({ code: 'gitops.credentials', found: expect.stringContaining('403') });
    expect(await problem({ repository: server.url.replace('operations', 'none') })).toMatchObject({
      code: 'gitops.no-repository',
    });
    await server.stop();
    expect(await problem({ repository: server.url })).toMatchObject({ code: 'gitops.unreachable' });
  });

  it('ssh: a key that is let in, a server that is known', async () => {
    vi.stubEnv('GIT_SSH_COMMAND', undefined);
    const place = join(dir, 'ssh');
    mkdirSync(place);
    await using sshd = await startSshd(place);
    vi.stubEnv('PATH', `${sshd.bin}${delimiter}${process.env['PATH'] ?? ''}`);
    const repository = `${sshd.url}${bare}`;
    expect(await commit({ repository })).toEqual({ kind: 'committed', commit: head(), tries: 1 });
    expect(await problem({ repository: `${sshd.url}${dir}/none.git` })).toMatchObject({ code: 'gitops.no-repository' });
    expect(await problem({ repository: `ssh://git@127.0.0.1:${await freePort()}/x.git` })).toMatchObject({
      code: 'gitops.unreachable',
    });
    sshd.forget('key');
    expect(await problem({ repository })).toMatchObject({
      code: 'gitops.credentials',
      found: expect.stringContaining('refused'),
    });
    sshd.forget('host');
    expect(await problem({ repository })).toMatchObject({ code: 'gitops.credentials' });
  });

  it('takes no command from the configuration of a repository', async () => {
    const trap = join(dir, 'trapped');
    for (const [name, value] of Object.entries({
      'core.sshCommand': `touch ${trap}; ssh`,
      'core.fsmonitor': `touch ${trap}`,
      'gpg.program': `touch ${trap}`,
      'log.showSignature': 'true',
      'credential.helper': `!touch ${trap}`,
    })) {
      git('--git-dir', bare, 'config', name, value);
    }
    expect(await commit()).toMatchObject({ kind: 'committed' });
    expect(existsSync(trap)).toBe(false);
  });
});

describe('says what is wrong', () => {
  it('with a branch that is protected', async () => {
    hook('pre-receive', 'echo "only the release team may push here"; exit 1');
    const before = head();
    expect(await problem({})).toMatchObject({
      code: 'gitops.refused',
      found: expect.stringContaining('only the release team may push here'),
    });
    expect(head()).toBe(before);
    rmSync(join(bare, 'hooks/pre-receive'));
    expect(await commit()).toMatchObject({ kind: 'committed' });
  });

  it('with one commit of several that the server does not take: the others land', async () => {
    hook(
      'update',
      'for c in $(git rev-list $2..$3); do git diff-tree -p $c | grep -q "^+.*bad" && { echo "no bad versions"; exit 1; }; done; exit 0',
    );
    other({ 'apps/a.yaml': 'v: 1\n', 'apps/b.yaml': 'v: 1\n', 'apps/c.yaml': 'v: 1\n' });
    const set = (name: string, value: string) =>
      commit({
        changes: [{ file: `apps/${name}.yaml`, path: 'v', value }],
        origin: { ...request().origin, environment: name, run: name },
      });
    const results = await Promise.allSettled([set('a', 'x2'), set('b', 'bad'), set('c', 'x3')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect([shown('apps/a.yaml'), shown('apps/b.yaml'), shown('apps/c.yaml')]).toEqual([
      'v: x2\n',
      'v: 1\n',
      'v: x3\n',
    ]);
  });

  it('with a branch that somebody has checked out, and with a detached HEAD', async () => {
    const tree = join(dir, 'tree');
    git('clone', '-q', bare, tree);
    expect(await problem({ repository: tree })).toMatchObject({ code: 'gitops.checked-out' });
    const loose = join(dir, 'loose');
    git('clone', '-q', bare, loose);
    git('-C', loose, 'checkout', '-q', '--detach');
    git('-C', loose, 'branch', '-q', '-D', 'main');
    git('-C', loose, 'branch', '-q', 'old');
    expect(await problem({ repository: loose })).toMatchObject({
      code: 'gitops.no-branch',
      found: 'no such branch, and a detached HEAD; it has old',
    });
  });

  it('with a branch, a file, a key, a text', async () => {
    const change = (file: string, path = 'image.tag') => ({ changes: [{ file, path, value: '2.0.0' }] });
    expect(await problem({ branch: 'release' })).toMatchObject({
      code: 'gitops.no-branch',
      found: 'no such branch; it has main',
    });
    for (const branch of ['--force', '-f', 'a..b', 'HEAD', 'x:main', 'refs/../x', 'a b', '', '*']) {
      expect(await problem({ branch }), branch).toMatchObject({ code: 'gitops.branch' });
    }
    expect(await problem(change('apps/none.yaml'))).toMatchObject({ code: 'gitops.no-such-file' });
    expect(await problem(change('apps/production.yaml', 'image.digest'))).toMatchObject({ code: 'gitops.no-such-key' });
    expect(await problem(change('../outside.yaml'))).toMatchObject({ code: 'gitops.file' });
    other({ 'latin.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xe9, 0x0a]) }, bare, (clone) =>
      symlinkSync('apps/production.yaml', join(clone, 'link.yaml')),
    );
    expect(await problem(change('latin.yaml', 'a'))).toMatchObject({ code: 'gitops.not-utf8' });
    expect(await problem(change('link.yaml'))).toMatchObject({ code: 'gitops.not-a-file' });
  });

  it.runIf(isRoot)('with a full disk', async () => {
    const small = join(dir, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]);
    try {
      writeFileSync(join(small, 'filler'), Buffer.alloc(200 * 1024));
      other({ 'large.txt': Buffer.from(Array.from({ length: 300_000 }, () => Math.floor(Math.random() * 256))) });
      expect(await problem({ workDir: join(small, 'work') })).toMatchObject({ code: 'gitops.disk-full' });
    } finally {
      execFileSync('umount', [small]);
    }
  });
});

describe('what a crash left', () => {
  it('a broken cache is made anew', async () => {
    await commit();
    const work = join(dir, 'work');
    const cache = join(work, readdirSync(work).find((name) => name.endsWith('.git')) ?? '');
    const next = (n: number) =>
      commit({
        changes: [{ file: 'apps/production.yaml', path: 'image.tag', value: `3.${n}.0` }],
        origin: { ...request().origin, run: `r${n}` },
      });
    for (const file of readdirSync(join(cache, 'objects'), { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      chmodSync(join(file.parentPath, file.name), 0o644);
      writeFileSync(join(file.parentPath, file.name), 'no object');
    }
    expect(await next(1)).toMatchObject({ kind: 'committed' });
    // As a git that was killed leaves them.
    for (const name of ['shallow.lock', 'refs/shiplock/made.lock']) writeFileSync(join(cache, name), '');
    expect(await next(2)).toMatchObject({ kind: 'committed' });
    for (const name of readdirSync(work)) if (name.endsWith('.line')) writeFileSync(join(work, name), '{"v":');
    expect(await next(3)).toMatchObject({ kind: 'committed' });
    expect(git('--git-dir', bare, 'rev-list', '--count', 'main').trim()).toBe('5');
  });

  it('kill -9 before each command and behind the push, then again: one commit, not two', async () => {
    const bin = join(dir, 'bin');
    mkdirSync(bin);
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    // Kills the process that called it, before the command or behind it.
    const killer = [
      '#!/bin/sh',
      // Two commands may begin at once: a directory is made by one of them only, a number in a file would be read by both.
      'n=1; until mkdir "$KILL_COUNT-$n" 2>/dev/null; do n=$((n + 1)); done',
      'if [ "$KILL_WHEN" = before ] && [ $n -eq "$KILL_AT" ]; then kill -9 $PPID; exit 1; fi',
      `case " $* " in *" push "*) ${real} "$@"; e=$?; [ "$KILL_WHEN" = behind ] && kill -9 $PPID; exit $e;; esac`,
      `exec ${real} "$@"`,
    ];
    writeFileSync(join(bin, 'git'), `${killer.join('\n')}\n`);
    chmodSync(join(bin, 'git'), 0o755);
    const killed = (at: number, when: string, run: string): Promise<number | null> => {
      const count = join(dir, `count-${run}`);
      const env = {
        ...process.env,
        PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
        KILL_COUNT: count,
        KILL_AT: String(at),
        KILL_WHEN: when,
      };
      const child = spawn(process.execPath, [MAIN], { env, stdio: ['pipe', 'ignore', 'ignore'] });
      child.stdin.end(JSON.stringify(order(run)));
      return new Promise((resolve) => child.once('exit', resolve));
    };
    const order = (run: string): ValuesRequest =>
      request({
        changes: [{ file: 'apps/production.yaml', path: 'image.tag', value: run }],
        origin: { ...request().origin, run, version: run },
      });
    const times = (run: string): number =>
      git('--git-dir', bare, 'log', '--format=%(trailers:key=Shiplock-Run,valueonly)', 'main')
        .split('\n')
        .filter((line) => line === run).length;
    let points = 0;
    for (let at = 1; ; at++) {
      const run = `killed-${at}`;
      const code = await killed(at, 'before', run);
      if (code === null) expect(times(run), `before ${at}`).toBe(0);
      await commitValues(order(run), ports());
      expect(times(run), run).toBe(1);
      if (code !== null) break;
      points++;
    }
    expect(points).toBeGreaterThanOrEqual(4);
    expect(await killed(0, 'behind', 'pushed')).toBeNull();
    expect(times('pushed')).toBe(1);
    // Somebody goes on from there; the same run does not commit a second time.
    other({ 'apps/production.yaml': FILE });
    await commitValues(order('pushed'), ports());
    expect(times('pushed')).toBe(1);
  }, 240_000);
});
