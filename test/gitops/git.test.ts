import { describe, expect, it } from 'vitest';
import { blobId, git, locate } from '../../src/gitops/git.ts';

describe('locate', () => {
  it.each([
    ['repo.git', 'local', '/base/repo.git'],
    ['/srv/repo.git', 'local', '/srv/repo.git'],
    ['https://git.example.org/a/b.git', 'remote', 'https://git.example.org/a/b.git'],
    ['ssh://git@example.org/a.git', 'remote', 'ssh://git@example.org/a.git'],
    ['git@example.org:a/b.git', 'remote', 'git@example.org:a/b.git'],
    ['http://127.0.0.1:3000/a.git', 'remote', 'http://127.0.0.1:3000/a.git'],
  ])('%s', (repository, kind, address) => {
    expect(locate(repository, 'work', '/base')).toMatchObject({ ok: true, value: { kind, address } });
  });

  it.each([
    '--upload-pack=touch /tmp/x',
    'ext::sh -c id',
    'http://example.org/a.git',
    'https://u:secret@example.org/a.git',
  ])('refuses %s', (repository) => {
    const result = locate(repository, 'work', '/base');
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  it('each repository has a cache of its own', () => {
    const caches = ['a', 'b', 'a'].map((name) => locate(name, 'w', '/x')).map((one) => (one.ok ? one.value.cache : ''));
    expect(new Set(caches).size).toBe(2);
  });
});

it('knows the ids that git gives', () => {
  // printf hello | git hash-object --stdin
  expect(blobId(new TextEncoder().encode('hello'), 'a'.repeat(40))).toBe('b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0');
});

it('git never prompts, runs no hooks and no helper protocols', () => {
  const argv = git('/r', 'push');
  expect(argv).toContain('GIT_TERMINAL_PROMPT=0');
  expect(argv).toContain('core.hooksPath=/dev/null');
  expect(argv).toContain('protocol.allow=never');
  expect(argv.slice(-2)).toEqual(['--git-dir=/r', 'push']);
});
