import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitopsCommitOptions, gitopsCommitNode, observeGitops } from '../../src/gitops/index.ts';
import { perform, world } from '../build/perform.ts';

const FILE = '# who serves\nimage:\n    name: certkeeper   # do not touch\n    tag: "1.0.0"\n\nreplicas: 2\n';
const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];

let dir = '';
let bare = '';
const git = (...args: string[]): string => execFileSync('git', [...who, ...args], { encoding: 'utf8', cwd: dir });
const head = (): string => git('-C', bare, 'rev-parse', 'main').trim();
const shown = (): string => git('-C', bare, 'show', 'main:apps/production.yaml');

/** Somebody else commits to the branch. */
function other(name: string, text: string): void {
  const clone = mkdtempSync(join(dir, 'clone-'));
  git('clone', '-q', bare, clone);
  execFileSync('mkdir', ['-p', join(clone, 'apps')]);
  writeFileSync(join(clone, name), text);
  git('-C', clone, 'add', '-A');
  git('-C', clone, 'commit', '-q', '-m', `somebody changes ${name}`);
  git('-C', clone, 'push', '-q', 'origin', 'HEAD:main');
}

function options(more: Partial<GitopsCommitOptions> = {}): GitopsCommitOptions {
  return {
    id: 'git',
    repository: bare,
    branch: 'main',
    file: 'apps/production.yaml',
    path: 'image.tag',
    workDir: join(dir, 'work'),
    value: '2.0.0',
    service: 'certkeeper',
    environment: 'production',
    author: { name: 'Shiplock', email: 'shiplock@example.org' },
    ...more,
  };
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gitops-'));
  bare = join(dir, 'desired.git');
  git('init', '-q', '--bare', '-b', 'main', bare);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('gitops', () => {
  it('commits the one value, byte-exact elsewhere, with trailers; a second time it does nothing', async () => {
    other('apps/production.yaml', FILE);
    const before = head();
    const step = gitopsCommitNode(options());
    const done = await perform(step, world({ fence: 7, run: 'run-7' }));
    expect(done).toMatchObject({ kind: 'done', outputs: { commit: head(), before: '1.0.0', changed: true } });
    expect(shown()).toBe(FILE.replace('1.0.0', '2.0.0'));
    expect(git('-C', bare, 'diff', '--numstat', before, 'main').trim()).toBe('1\t1\tapps/production.yaml');
    expect(git('-C', bare, 'rev-parse', 'main^').trim()).toBe(before);
    const message = git('-C', bare, 'log', '-1', '--format=%an <%ae>%n%B', 'main');
    expect(message).toContain('Shiplock <shiplock@example.org>\ncertkeeper in production: 2.0.0\n\nBefore: 1.0.0\n');
    expect(message).toContain('Shiplock-Run: run-7\nShiplock-Node: git\nShiplock-Fence: 7\n');
    expect(git('-C', bare, 'fsck', '--strict')).toBe('');
    expect(await perform(step, world({ fence: 7, run: 'run-8' }))).toMatchObject({ kind: 'nothing' });
    expect(await observeGitops(options(), world().ctx.exec)).toEqual({ commit: head(), value: '2.0.0' });
  });

  it('of several rounds each makes git true again, whatever an earlier one has committed', async () => {
    other('apps/production.yaml', FILE.replace('1.0.0', '2.0.0'));
    const back = gitopsCommitNode(options({ id: 'git-back', value: '1.0.0', urgent: true, repeats: true }));
    const first = await perform(back, world({ run: 'r1' }));
    expect(first).toMatchObject({ kind: 'done', outputs: { commit: head(), changed: true } });
    other('apps/production.yaml', FILE.replace('1.0.0', '3.0.0'));
    const second = await perform(back, world({ run: 'r1' }));
    expect(second).toMatchObject({ kind: 'done', outputs: { commit: head(), before: '3.0.0', changed: true } });
    expect(shown()).toBe(FILE);
    expect(await perform(back, world({ run: 'r1' }))).toMatchObject({ kind: 'nothing' });
    // What somebody writes right after it is for the look that ends the round.
    other('apps/production.yaml', FILE.replace('1.0.0', '4.0.0'));
    expect(await back.verify?.(world({ run: 'r1' }).ctx, { commit: '', before: null, changed: true })).toEqual([]);
  });

  it('makes branch and file when there are none', async () => {
    expect(await observeGitops(options(), world().ctx.exec)).toEqual({ commit: null, value: null });
    await perform(gitopsCommitNode(options({ path: 'version' })), world());
    expect(shown()).toContain('\nversion: 2.0.0\n');
    await perform(gitopsCommitNode(options({ path: 'version', file: 'apps/staging.yaml' })), world({ run: 'r2' }));
    expect(git('-C', bare, 'ls-tree', '-r', '--name-only', 'main')).toBe('apps/production.yaml\napps/staging.yaml\n');
    expect(git('-C', bare, 'rev-list', '--count', 'main').trim()).toBe('2');
  });

  it('keeps what somebody else changed between reading and pushing', async () => {
    other('apps/production.yaml', FILE);
    const done = await perform(gitopsCommitNode(options()), world(), {
      before: async () => other('apps/production.yaml', FILE.replace('replicas: 2', 'replicas: 5')),
    });
    expect(done).toMatchObject({ kind: 'done', outputs: { commit: head() } });
    expect(shown()).toBe(FILE.replace('replicas: 2', 'replicas: 5').replace('1.0.0', '2.0.0'));
    expect(git('-C', bare, 'rev-list', '--count', 'main').trim()).toBe('3');
  });

  it('reports both values when somebody else changed the same one meanwhile; a way back goes over it', async () => {
    other('apps/production.yaml', FILE);
    const theirs = { before: async () => other('apps/production.yaml', FILE.replace('1.0.0', '1.7.0')) };
    const conflict = perform(gitopsCommitNode(options()), world({ run: 'r1' }), theirs);
    await expect(conflict).rejects.toMatchObject({
      problems: [
        {
          code: 'gitops.conflict',
          where: `${bare} main:apps/production.yaml image.tag`,
          found: expect.stringMatching(/^1\.7\.0, by A <a@example\.org> in commit [0-9a-f]{12} of 20/),
          expected: '1.0.0, as it was read before it should become 2.0.0',
        },
      ],
    });
    expect(shown()).toContain('1.7.0');
    expect(await perform(gitopsCommitNode(options()), world({ run: 'r2' }))).toMatchObject({ kind: 'done' });
    const back = gitopsCommitNode(options({ id: 'git-back', value: '1.0.0', urgent: true }));
    const bot = { before: async () => other('apps/production.yaml', FILE.replace('1.0.0', '3.0.0')) };
    expect(await perform(back, world({ run: 'r2' }), bot)).toMatchObject({ kind: 'done' });
    expect(shown()).toBe(FILE);
  });

  it('the probe tells a push that happened from one that did not', async () => {
    other('apps/production.yaml', FILE);
    const step = gitopsCommitNode(options());
    const probe = (run: string) => (step.probe === 'repeatable' ? undefined : step.probe(world({ run }).ctx));
    await expect(
      perform(step, world({ run: 'r1' }), {
        before: async (index) => {
          if (index === 0) throw new Error('killed');
        },
      }),
    ).rejects.toThrow('killed');
    expect(await probe('r1')).toBe('not-applied');
    await perform(step, world({ run: 'r1' }));
    expect(await probe('r1')).toBe('applied');
    // Somebody goes on from there: our push still happened.
    other('apps/production.yaml', FILE.replace('1.0.0', '9.9.9'));
    expect(await probe('r1')).toBe('applied');
    expect(await probe('r2')).toBe('not-applied');
  });

  it('an older holder of the environment is refused; another environment is not', async () => {
    other('apps/production.yaml', FILE);
    await perform(gitopsCommitNode(options({ value: '3.0.0' })), world({ fence: 9, run: 'new' }));
    const stale = await perform(gitopsCommitNode(options()), world({ fence: 8, run: 'old' }));
    expect(stale).toMatchObject({ kind: 'refused', problems: [{ code: 'gitops.newer-holder' }] });
    expect(shown()).toContain('3.0.0');
    const staging = options({ environment: 'staging', file: 'apps/staging.yaml', path: 'version' });
    expect(await perform(gitopsCommitNode(staging), world({ fence: 2 }))).toMatchObject({ kind: 'done' });
  });

  it('refuses links, bytes that are not UTF-8, and what is no repository', async () => {
    const clone = join(dir, 'seed');
    git('clone', '-q', bare, clone);
    execFileSync('ln', ['-s', '/etc', join(clone, 'apps')]);
    writeFileSync(join(clone, 'latin.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xe9, 0x0a]));
    git('-C', clone, 'add', '-A');
    git('-C', clone, 'commit', '-q', '-m', 'x');
    git('-C', clone, 'push', '-q', 'origin', 'HEAD:main');
    await expect(perform(gitopsCommitNode(options()), world())).rejects.toThrow('gitops.not-a-file');
    await expect(perform(gitopsCommitNode(options({ file: 'latin.yaml', path: 'a' })), world())).rejects.toThrow(
      'gitops.not-utf8',
    );
    await expect(perform(gitopsCommitNode(options({ repository: join(dir, 'none') })), world())).rejects.toThrow(
      'gitops.no-repository',
    );
    expect(() => gitopsCommitNode(options({ file: '../x.yaml' }))).toThrow('gitops.file');
  });

  it('works on an address through a cache of its own, and hooks of the working machine do not run', async () => {
    other('apps/production.yaml', FILE);
    const remote = options({ repository: `file://${bare}` });
    await perform(gitopsCommitNode(remote), world());
    expect(shown()).toContain('2.0.0');
    expect(await observeGitops(remote, world().ctx.exec)).toEqual({ commit: head(), value: '2.0.0' });
    other('apps/production.yaml', FILE);
    const back = await perform(gitopsCommitNode({ ...remote, id: 'git-back', value: '1.5.0' }), world());
    expect(back).toMatchObject({ kind: 'done', outputs: { before: '1.0.0' } });
    expect(readFileSync(join(bare, 'HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
  });
});
