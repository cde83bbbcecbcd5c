import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitopsNumbersOptions, gitopsNumbersNode, readNumbers } from '../../src/gitops/index.ts';
import { problemsOf } from '../../src/model/problem.ts';
import { perform, world } from '../build/perform.ts';

/** Numbers of pods in a real repository. */

const FILE =
  '# what runs\nreplicas:\n  - name: api   # not below 2\n    count: 2\nbounds: { min: 2, max: 6 }\nnote: "2"\n';
const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
const COUNT = 'replicas[name=api].count';

let dir = '';
let bare = '';
const git = (...args: string[]): string => execFileSync('git', [...who, ...args], { encoding: 'utf8', cwd: dir });
const shown = (): string => git('-C', bare, 'show', 'main:app.yaml');

function other(text: string): void {
  const clone = mkdtempSync(join(dir, 'clone-'));
  git('clone', '-q', bare, clone);
  writeFileSync(join(clone, 'app.yaml'), text);
  git('-C', clone, 'add', '-A');
  git('-C', clone, 'commit', '-q', '-m', 'somebody');
  git('-C', clone, 'push', '-q', 'origin', 'HEAD:main');
}

function options(more: Partial<GitopsNumbersOptions> = {}): GitopsNumbersOptions {
  return {
    ...{ id: 'git', title: 'Make git name 4 pods', repository: bare, branch: 'main', file: 'app.yaml' },
    ...{ workDir: join(dir, 'work'), service: 'shop', environment: 'production', others: 'refuse' as const },
    author: { name: 'Shiplock', email: 'shiplock@example.org' },
    message: (changes) => `shop in production: ${changes.map(({ value }) => value).join(' to ')} pods of api`,
    changes: () => [{ path: COUNT, value: 4, replaces: 2 }],
    ...more,
  };
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gitops-numbers-'));
  bare = join(dir, 'desired.git');
  git('init', '-q', '--bare', '-b', 'main', bare);
  other(FILE);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('numbers in git', () => {
  it('are changed as numbers, and nothing else; the commit is of no release; a second time nothing is done', async () => {
    const step = gitopsNumbersNode(options());
    const done = await perform(step, world({ fence: 7, run: 'r7' }));
    expect(done).toMatchObject({
      kind: 'done',
      outputs: { changed: true, commit: git('-C', bare, 'rev-parse', 'main').trim() },
    });
    expect(shown()).toBe(FILE.replace('count: 2', 'count: 4'));
    const message = git('-C', bare, 'log', '-1', '--format=%B', 'main');
    expect(message).toContain('shop in production: 4 pods of api\n\nBefore: 2\n');
    expect(message).toContain('Shiplock-Run: r7');
    expect(message).not.toContain('Shiplock-Release');
    expect(await perform(step, world({ fence: 8, run: 'r8' }))).toMatchObject({ kind: 'nothing' });
  });

  it('both bounds in one commit', async () => {
    const changes = () => [
      { path: 'bounds.min', value: 3, replaces: 2 },
      { path: 'bounds.max', value: 6, replaces: 6 },
    ];
    await perform(gitopsNumbersNode(options({ changes })), world());
    expect(shown()).toBe(FILE.replace('min: 2', 'min: 3'));
    expect(git('-C', bare, 'log', '-1', '--format=%s', 'main').trim()).toBe('shop in production: 3 to 6 pods of api');
  });

  it('that somebody else has written are refused forward, and stay on the way back', async () => {
    other(FILE.replace('count: 2', 'count: 9'));
    const refused = await perform(gitopsNumbersNode(options()), world());
    expect(refused).toMatchObject({ kind: 'refused', problems: [{ code: 'gitops.superseded', found: '9' }] });
    const back = options({
      id: 'git-back',
      others: 'stay',
      urgent: true,
      changes: () => [{ path: COUNT, value: 2, replaces: 4 }],
    });
    expect(await perform(gitopsNumbersNode(back), world())).toMatchObject({
      kind: 'nothing',
      outputs: { changed: false },
    });
    expect(shown()).toContain('count: 9');
  });

  it('that somebody writes between the look and the push are a conflict, on the way back too', async () => {
    const back = options({
      id: 'git-back',
      others: 'stay',
      urgent: true,
      changes: () => [{ path: COUNT, value: 1, replaces: 2 }],
    });
    const theirs = { before: async () => other(FILE.replace('count: 2', 'count: 9')) };
    await expect(perform(gitopsNumbersNode(back), world(), theirs)).rejects.toMatchObject({
      problems: [{ found: expect.stringContaining('9') }],
    });
    expect(shown()).toContain('count: 9');
  });

  it('tells after a crash whether the commit was made', async () => {
    const step = gitopsNumbersNode(options());
    const probe = async () => (step.probe === 'repeatable' ? 'no probe' : step.probe(world({ run: 'r7' }).ctx));
    expect(await probe()).toBe('not-applied');
    await perform(step, world({ run: 'r7' }));
    expect(await probe()).toBe('applied');
    // Also when somebody has changed it since.
    other(FILE.replace('count: 2', 'count: 9'));
    expect(await probe()).toBe('applied');
  });

  it('are read, and what is none is told', async () => {
    const { ctx } = world();
    expect(await readNumbers(options(), [COUNT, 'bounds.max'], ctx)).toEqual([2, 6]);
    const code = (path: string, file = 'app.yaml') =>
      readNumbers(options({ file }), [path], ctx).then(
        () => 'read',
        (error: unknown) => problemsOf(error, '').at(0)?.code,
      );
    expect(await code('note')).toBe('gitops.no-number');
    expect(await code(COUNT, 'other.yaml')).toBe('gitops.no-number');
    expect(await code('replicas[name=web].count')).toMatch(/^gitops\./);
  });
});
