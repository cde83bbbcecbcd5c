import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { artefactDigest, fileDigest, treeDigest } from '../../src/procedure/machine/digest.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-digest-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

function tree(name: string, order: readonly string[]): string {
  const root = join(dir, name);
  mkdirSync(join(root, 'b'), { recursive: true });
  for (const path of order) writeFileSync(join(root, path), `content of ${path}`);
  return root;
}

describe('digests of artefacts', () => {
  test('a directory follows the documented format, computed here by hand', async () => {
    const root = tree('one', ['a.txt', 'b/c.txt', 'run.sh']);
    chmodSync(join(root, 'run.sh'), 0o755);
    symlinkSync('b/c.txt', join(root, 'z'));
    const records = [
      `f a.txt\0${sha('content of a.txt')}\n`,
      'd b\0\n',
      `f b/c.txt\0${sha('content of b/c.txt')}\n`,
      `x run.sh\0${sha('content of run.sh')}\n`,
      'l z\0b/c.txt\n',
    ];
    expect(await treeDigest(root)).toBe(`sha256:${sha(`shiplock-tree-v1\n${records.join('')}`)}`);
  });

  test('order of creation and times do not count; content, names and the right to execute do', async () => {
    const one = tree('one', ['a.txt', 'b/c.txt']);
    const two = tree('two', ['b/c.txt', 'a.txt']);
    utimesSync(join(two, 'a.txt'), 1, 1);
    const digest = await treeDigest(one);
    expect(await treeDigest(two)).toBe(digest);
    expect(await treeDigest(two, ['a.txt'])).not.toBe(digest);
    chmodSync(join(two, 'a.txt'), 0o755);
    expect(await treeDigest(two)).not.toBe(digest);
    chmodSync(join(two, 'a.txt'), 0o644);
    writeFileSync(join(two, 'a.txt'), 'other');
    expect(await treeDigest(two)).not.toBe(digest);
  });

  test('content cannot be moved between a name and its neighbour', async () => {
    const one = tree('one', []);
    writeFileSync(join(one, 'ab'), '');
    const two = tree('two', []);
    writeFileSync(join(two, 'a'), '');
    expect(await treeDigest(one)).not.toBe(await treeDigest(two));
  });

  test('a file is the plain SHA-256; nothing at all is a problem with a remedy', async () => {
    const path = join(dir, 'file');
    writeFileSync(path, 'hello');
    expect(await fileDigest(path)).toBe(`sha256:${sha('hello')}`);
    expect(await artefactDigest(path)).toBe(`sha256:${sha('hello')}`);
    expect(await artefactDigest(tree('t', ['a']))).toBe(await treeDigest(join(dir, 't')));
    await expect(artefactDigest(join(dir, 'none'))).rejects.toThrow(/digest\.no-artefact/);
  });

  test.each(['/etc/passwd', '../outside', 'b/../../outside', '..'])('a link to %s is refused', async (target) => {
    const root = tree('one', []);
    symlinkSync(target, join(root, 'sly'));
    await expect(treeDigest(root)).rejects.toThrow(/digest\.link-leads-out/);
  });

  test('a link that climbs but stays inside is kept', async () => {
    const root = tree('one', ['a.txt']);
    symlinkSync('../a.txt', join(root, 'b', 'up'));
    expect(await treeDigest(root)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
