import { describe, expect, it } from 'vitest';
import { installEffects, lockProblems } from '../../../src/build/frontend/packages.ts';

const manifest = `{
  "name": "www",
  "dependencies": { "web-vitals": "6.2.3" },
  "devDependencies": {
    "vite": "8.3.8"
  }
}
`;
const lock = (root: object, more: object = {}): { name: string; text: string } => ({
  name: 'package-lock.json',
  text: JSON.stringify({ lockfileVersion: 3, packages: { '': root, ...more } }),
});
const same = { dependencies: { 'web-vitals': '6.2.3' }, devDependencies: { vite: '8.3.8' } };
const told = (files: Parameters<typeof lockProblems>[0], scripts: readonly string[] = []) =>
  lockProblems(files, scripts, '/src/www').map(({ code, where, found }) => [code, where, found]);

describe('the lock file', () => {
  it('must be there where there are packages, and be of this package.json', () => {
    expect(told({ manifest, lock: lock(same), other: null })).toEqual([]);
    expect(told({ manifest, lock: null, other: null })).toEqual([
      ['build.no-lock-file', '/src/www/package.json', '2 dependencies (web-vitals, vite) and no lock file'],
    ]);
    expect(told({ manifest, lock: null, other: 'pnpm-lock.yaml' })).toEqual([]);
    expect(told({ manifest: '{"name":"x"}', lock: null, other: null })).toEqual([]);
    expect(told({ manifest: null, lock: null, other: null })).toEqual([]);
    expect(told({ manifest, lock: lock({ ...same, devDependencies: { vite: '8.3.7' } }), other: null })).toEqual([
      ['build.lock-file-differs', '/src/www/package.json:5:5', expect.stringContaining('vite')],
    ]);
    expect(
      told({ manifest, lock: lock({ ...same, dependencies: { ...same.dependencies, left: '1' } }), other: null }),
    ).toEqual([['build.lock-file-differs', '/src/www/package.json', expect.stringContaining('left')]]);
    expect(told({ manifest, lock: { name: 'package-lock.json', text: '<<<<<<<' }, other: null })[0]?.[0]).toBe(
      'build.lock-file-unreadable',
    );
  });

  it('names the packages whose install scripts may run', () => {
    const files = { manifest, lock: lock(same, { 'node_modules/vite/node_modules/esbuild': {} }), other: null };
    expect(told(files, ['esbuild'])).toEqual([]);
    expect(lockProblems(files, ['esbiuld'], '/src/www')[0]).toMatchObject({
      code: 'build.no-such-package',
      expected: expect.stringContaining('esbuild'),
    });
  });

  it('nothing that is installed runs, but what is allowed to', () => {
    const argvs = (scripts: readonly string[]) =>
      installEffects('/src', scripts, {}, 1000).map((effect) => (effect.kind === 'exec' ? effect.argv.join(' ') : ''));
    expect(argvs([])).toEqual(['nice -n 10 npm ci --ignore-scripts --prefer-offline --no-audit --no-fund']);
    expect(argvs(['esbuild'])[1]).toMatch(/npm rebuild --ignore-scripts=false .* -- esbuild$/);
  });
});
