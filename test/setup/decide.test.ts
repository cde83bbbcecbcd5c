import { describe, expect, it } from 'vitest';
import { type Needed, needed } from '../../scripts/setup/components.ts';
import { atLeast, decide, type Found, versionIn } from '../../scripts/setup/decide.ts';

const proxy: Needed = {
  name: 'Proxy',
  why: 'moves traffic',
  binaries: ['proxy', 'proxyctl'],
  version: { args: ['-v'], least: [2, 4] },
  debianPackages: ['proxy-server', 'proxy-tools'],
  forWhat: ['demo', 'test'],
};
const compiler: Needed = {
  name: 'Compiler',
  why: 'builds',
  binaries: ['cc9'],
  version: { args: ['version'], least: [9] },
  elsewhere: 'from its own site',
  forWhat: ['test'],
};
const noProxy: Found = { kind: 'absent', needed: proxy, binaries: ['proxyctl'] };
const oldCompiler: Found = { kind: 'old', needed: compiler, version: '8.1' };

describe('versions', () => {
  it.each([
    ['HAProxy version 2.6.12-1+deb12u4 2026/10/17', [2, 6, 12]],
    ['mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64', [10, 11, 19]],
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', [7, 0, 15]],
    ['prometheus, version 2.42.0+ds (branch: debian/sid)', [2, 42, 0]],
    ['go1.26.8', [1, 26, 8]],
    ['git version 2.39.5', [2, 39, 5]],
    ['no number', []],
  ])('%s', (text, version) => expect(versionIn(text)).toEqual(version));

  it.each([
    [[2, 6, 12], [2, 4], true],
    [[2, 4], [2, 4], true],
    [[2, 3, 99], [2, 4], false],
    [[10], [2, 4], true],
    [[2], [2, 4], false],
    [[], [1], false],
  ])('%j is at least %j: %s', (is, least, answer) => expect(atLeast(is, least)).toBe(answer));
});

describe('what to do about what was found', () => {
  const without = { kind: 'absent', why: 'no docker command' } as const;
  const root = { apt: true, rights: 'root', docker: without } as const;

  it('nothing, when nothing is missing', () => {
    expect(decide([{ kind: 'good', needed: proxy }], root)).toEqual({ kind: 'nothing' });
  });

  it('one call installs all packages, also when one thing has none', () => {
    expect(decide([noProxy, oldCompiler], root)).toEqual({
      kind: 'install',
      packages: ['proxy-server', 'proxy-tools'],
      sudo: false,
    });
    expect(decide([noProxy], { ...root, rights: 'sudo' })).toMatchObject({ sudo: true });
  });

  it('says exactly what is missing and how to get it when nothing can be installed', () => {
    const lines = [
      'missing on this machine:',
      '  Proxy ≥ 2.4 (moves traffic): proxyctl not on PATH',
      '  Compiler ≥ 9 (builds): only 8.1 was found',
      'to mend it:',
      '  sudo apt-get update && sudo apt-get install --no-install-recommends proxy-server proxy-tools',
      '  install Compiler ≥ 9 from its own site',
    ];
    expect(decide([noProxy, oldCompiler], { ...root, rights: 'none' })).toEqual({ kind: 'tell', lines });
    expect(decide([noProxy, oldCompiler], { ...root, apt: false })).toEqual({ kind: 'tell', lines });
  });

  it('installs no second time, and does not advise the package that did not help', () => {
    const decision = decide([noProxy], root, ['debian']);
    expect(decision).toEqual({
      kind: 'tell',
      lines: [
        'missing on this machine:',
        '  Proxy ≥ 2.4 (moves traffic): proxyctl not on PATH',
        'to mend it:',
        '  install Proxy ≥ 2.4 and put it on PATH',
      ],
    });
    expect(decide([oldCompiler], root)).toMatchObject({ kind: 'tell' });
  });
});

describe('Docker before Debian packages', () => {
  const imaged: Needed = { ...proxy, name: 'Imaged', image: { repository: 'library/imaged', tag: '3.1' } };
  const noImaged: Found = { kind: 'absent', needed: imaged, binaries: ['proxy'] };
  const machine = { apt: true, rights: 'root', docker: { kind: 'answers' } } as const;
  const asleep = { ...machine, docker: { kind: 'silent', why: 'is the daemon running?' } } as const;

  it('takes from images what has one, then the rest from packages, then tells', () => {
    const found = [noImaged, noProxy, oldCompiler];
    expect(decide(found, machine)).toEqual({ kind: 'fetch', needed: [imaged] });
    expect(decide([noProxy, oldCompiler], machine, ['docker'])).toEqual({
      kind: 'install',
      packages: ['proxy-server', 'proxy-tools'],
      sudo: false,
    });
    expect(decide([oldCompiler], machine, ['docker', 'debian'])).toMatchObject({ kind: 'tell' });
  });

  it('takes the package of what its image did not bring', () => {
    expect(decide([noImaged], machine, ['docker'])).toMatchObject({ kind: 'install', packages: imaged.debianPackages });
  });

  it('needs no rights for images', () => {
    expect(decide([noImaged], { ...machine, apt: false, rights: 'none' })).toMatchObject({ kind: 'fetch' });
  });

  it('says why Docker was passed over only where an engine was to be expected and an image would have helped', () => {
    expect(decide([noImaged], asleep)).toMatchObject({ kind: 'install', instead: 'Docker: is the daemon running?' });
    expect(decide([noProxy], asleep)).not.toHaveProperty('instead');
    const absent = { ...machine, docker: { kind: 'absent', why: 'no docker command' } } as const;
    expect(decide([noImaged], absent)).not.toHaveProperty('instead');
  });

  it('advises to start an engine where nothing can be installed', () => {
    const decision = decide([noImaged, noProxy], { ...asleep, apt: false, rights: 'none' });
    expect(decision.kind === 'tell' ? decision.lines.at(-1) : '').toBe(
      '  or start a Docker engine, which brings Imaged (is the daemon running?)',
    );
  });
});

describe('the list of needed programs', () => {
  it('pins images by a version that is new enough', () => {
    const images = needed.filter((one) => one.image !== undefined);
    expect(images.map((one) => one.name)).toEqual([
      'HAProxy',
      'MariaDB',
      'Prometheus',
      'Alertmanager',
      'Redis',
      'shellcheck',
    ]);
    for (const { name, image, version } of images) {
      expect(image?.tag, name).toMatch(/^v?\d+\.\d+\.\d+$/);
      expect(atLeast(versionIn(image?.tag ?? ''), version?.least ?? [0]), name).toBe(true);
    }
  });

  it('says for each where it comes from and what it is for', () => {
    for (const one of needed) {
      expect(one.debianPackages ?? one.elsewhere, one.name).toBeTruthy();
      expect(one.binaries.length, one.name).toBeGreaterThan(0);
      expect(one.forWhat, one.name).toContain('test');
    }
    expect(new Set(needed.map((one) => one.name)).size).toBe(needed.length);
  });

  it('spares the demo the browser', () => {
    expect(needed.filter((one) => !one.forWhat.includes('demo')).map((one) => one.name)).toEqual([
      'Nginx',
      'MariaDB tools',
      'MariaDB Backup',
      'restic',
      'Percona Toolkit',
      'Alertmanager',
      'shellcheck',
      'BusyBox',
      'OpenSSL',
      'Chromium',
    ]);
  });
});
