import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inRoot, libraryDirectories, programIn } from '../../scripts/setup/root.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'shiplock-root-test-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function file(path: string, text = '', mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { mode });
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

describe('paths of an unpacked file system', () => {
  it('follows links as that system means them', async () => {
    file('usr/lib/x/ld.so');
    link('lib', 'usr/lib');
    link('usr/lib64', '/lib');
    link('etc/alternatives/loader', '../../../../../usr/lib64/./x/ld.so');
    expect(await inRoot(root, '/etc/alternatives/loader')).toBe(join(root, 'usr/lib/x/ld.so'));
    expect(await inRoot(root, '/nowhere/at/../all')).toBe(join(root, 'nowhere/all'));
  });

  it('never leads out of it, and does not go round in circles', async () => {
    link('out', '../../../../../../etc/passwd');
    link('a', '/b');
    link('b', 'a');
    expect(await inRoot(root, '/out')).toBe(join(root, 'etc/passwd'));
    expect(await inRoot(root, '/a')).toBeNull();
    expect(await programIn(root, '../../../../bin/sh')).toBeNull();
  });

  it('finds a program as PATH would, through links, and only if it may be executed', async () => {
    file('usr/bin/redis-check-rdb', 'x', 0o755);
    link('usr/bin/redis-server', 'redis-check-rdb');
    file('usr/local/bin/both', 'x', 0o755);
    file('bin/both', 'x', 0o755);
    file('bin/text', 'x', 0o644);
    mkdirSync(join(root, 'bin/directory'));
    expect(await programIn(root, 'redis-server')).toBe(join(root, 'usr/bin/redis-check-rdb'));
    expect(await programIn(root, 'both')).toBe(join(root, 'usr/local/bin/both'));
    expect(await programIn(root, 'text')).toBeNull();
    expect(await programIn(root, 'directory')).toBeNull();
  });

  it("lists the loader's own directory first, then the configured, then the usual ones, each once and only if it is there", async () => {
    for (const path of ['usr/lib/triple/ld.so', 'opt/lib/x.so', 'usr/local/lib/y.so']) file(path);
    link('lib', 'usr/lib');
    file('etc/ld.so.conf', 'include /etc/ld.so.conf.d/*.conf\n');
    file('etc/ld.so.conf.d/a.conf', '/lib/triple\n/opt/lib\n/gone\n');
    file('etc/ld.so.conf.d/b.list', '/usr\n');
    const found = await libraryDirectories(root, join(root, 'usr/lib/triple/ld.so'));
    expect(found).toEqual(['usr/lib/triple', 'opt/lib', 'usr/local/lib', 'usr/lib'].map((path) => join(root, path)));
  });
});
