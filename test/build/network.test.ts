import { describe, expect, it } from 'vitest';
import { cutFor, downloads, withoutNetwork } from '../../src/build/network.ts';
import type { Effect } from '../../src/model/effect.ts';

const run = (...argv: readonly string[]): Effect => ({ kind: 'exec', argv, timeoutMs: 1 });
const cut = { wrap: <T>(argv: readonly T[]): readonly (T | string)[] => ['cut', ...argv] };

describe('commands of a build', () => {
  it.each([
    ['npm ci', true],
    ['nice -n 10 npm ci --ignore-scripts', true],
    ['/usr/lib/go/bin/go mod download', true],
    ['npm run build', false],
    ['npm install', false],
    ['npm rebuild --ignore-scripts=false', false],
    ['go build .', false],
    ['go mod tidy', false],
    ['sh -c npm ci', false],
  ])('%s only downloads: %s', (line, expected) => {
    expect(downloads(line.split(' '))).toBe(expected);
  });

  it('lose the network as it is configured', () => {
    const words = (effect: Effect): unknown => (effect.kind === 'exec' ? effect.argv[0] : effect.kind);
    expect(words(withoutNetwork(run('npm', 'ci'), 'all', cut))).toBe('npm');
    expect(words(withoutNetwork(run('npm', 'ci'), 'install-only', cut))).toBe('npm');
    expect(words(withoutNetwork(run('npm', 'ci'), 'none', cut))).toBe('cut');
    expect(words(withoutNetwork(run('vite', 'build'), 'install-only', cut))).toBe('cut');
    const file: Effect = { kind: 'file', path: '/a', content: '', timeoutMs: 1 };
    expect(withoutNetwork(file, 'none', cut)).toBe(file);
  });

  it('are words of their own, whatever they hold', () => {
    expect(cutFor(0).wrap(['a b', '$(c)']).slice(-2)).toEqual(['a b', '$(c)']);
    expect(cutFor(1000).wrap(['a'])).toContain('--map-current-user');
  });
});
