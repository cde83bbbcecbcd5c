import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/main.ts';
import { openFile, saveFile } from '../../src/gitops/index.ts';
import { terminal } from '../support/terminal.ts';

const FILE = 'kind: Deployment\nspec:\n  replicas: 3 # three\n  image: "r.io/api:1.0"\r\n  last: x';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-set-'));
  writeFileSync(join(dir, 'f.yaml'), FILE);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function set(...argv: readonly string[]) {
  const io = terminal({ cwd: dir });
  const exit = await runCli(['gitops', 'set', ...argv], io);
  return { exit, out: io.written.out, err: io.written.err };
}
const now = (name = 'f.yaml'): string => readFileSync(join(dir, name), 'utf8');

describe('shiplock gitops set', () => {
  it('sets one value and says where', async () => {
    expect(await set('f.yaml', 'spec.image', 'r.io/api:1.10')).toEqual({
      exit: 0,
      out: 'f.yaml:4  "r.io/api:1.0" → "r.io/api:1.10"\n',
      err: '',
    });
    expect(now()).toBe(FILE.replace('1.0', '1.10'));
    expect(readdirSync(dir)).toEqual(['f.yaml']);
  });

  it('says so when it is so already, and writes nothing', async () => {
    const before = statSync(join(dir, 'f.yaml')).ino;
    expect(await set('f.yaml', 'spec.replicas', '3')).toEqual({ exit: 0, out: 'f.yaml:3  3, already so\n', err: '' });
    expect(statSync(join(dir, 'f.yaml')).ino).toBe(before);
  });

  it('adds what is missing', async () => {
    expect((await set('f.yaml', 'spec.strategy.type', 'Recreate')).out).toBe('f.yaml:7  (nothing) → Recreate\n');
    expect(now()).toBe(`${FILE}\r\n  strategy:\r\n    type: Recreate`);
  });

  it('--dry-run prints the difference and writes nothing', async () => {
    expect((await set('f.yaml', 'spec.replicas', '5', '--dry-run')).out).toBe(
      '--- a/f.yaml\n+++ b/f.yaml\n@@ -1,5 +1,5 @@\n kind: Deployment\n spec:\n-  replicas: 3 # three\n+  replicas: 5 # three\n   image: "r.io/api:1.0"\r\n   last: x\n\\ No newline at end of file\n',
    );
    expect((await set('f.yaml', 'spec.replicas', '3', '--dry-run')).out).toBe('f.yaml:3  3, already so\n');
    expect(now()).toBe(FILE);
  });

  it('--json', async () => {
    const { out } = await set('f.yaml', 'spec.replicas', '5', '--json');
    expect(JSON.parse(out)).toEqual({
      file: 'f.yaml',
      path: 'spec.replicas',
      document: 1,
      line: 3,
      column: 13,
      before: 3,
      after: '5',
      changed: true,
      added: false,
      written: true,
    });
  });

  it('--document and --type', async () => {
    writeFileSync(join(dir, 'two.yaml'), 'a: 1\n---\na: 2\n');
    expect((await set('two.yaml', 'a', '7', '--document', '2', '--type', 'string')).out).toBe('two.yaml:3  2 → "7"\n');
    expect(now('two.yaml')).toBe('a: 1\n---\na: "7"\n');
  });

  it('a value that begins with - goes behind --', async () => {
    expect((await set('--', 'f.yaml', 'spec.replicas', '-1')).exit).toBe(0);
    expect(now()).toContain('replicas: -1 #');
  });

  it('a refused edit leaves the file as it is', async () => {
    writeFileSync(join(dir, 'f.yaml'), 'a: &x\n  b: 1\nc: *x\n');
    const { exit, err } = await set('f.yaml', 'a.b', '2');
    expect(exit).toBe(5);
    expect(err).toContain('[gitops.anchor]');
    expect(now()).toBe('a: &x\n  b: 1\nc: *x\n');
  });

  it('bytes that are no UTF-8, and too many of them, are refused', async () => {
    writeFileSync(join(dir, 'latin.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xe9, 0x0a]));
    expect(await set('latin.yaml', 'a', 'x')).toMatchObject({
      exit: 5,
      err: expect.stringContaining('gitops.not-utf8'),
    });
    writeFileSync(join(dir, 'big.yaml'), 'a: 1\n'.repeat(1_000_000));
    expect(await set('big.yaml', 'a', 'x')).toMatchObject({
      exit: 5,
      err: expect.stringContaining('gitops.too-large'),
    });
  });

  it('what a file holds is no order to the terminal', async () => {
    writeFileSync(join(dir, 'f.yaml'), 'a: "x\\e[2J\u0085\u202e"\nb: 1\n');
    expect((await set('f.yaml', 'b', '2', '--dry-run')).out).not.toMatch(/[\u0085\u202e]/);
    expect((await set('f.yaml', 'a', 'y')).out).not.toMatch(/[\u0085\u202e]/);
  });
});

describe('the file', () => {
  it('keeps its mode; a link stays a link, and what it leads to is edited', async () => {
    chmodSync(join(dir, 'f.yaml'), 0o640);
    symlinkSync('f.yaml', join(dir, 'link.yaml'));
    expect((await set('link.yaml', 'spec.replicas', '4')).out).toBe('link.yaml:3  3 → 4\n');
    expect(lstatSync(join(dir, 'link.yaml')).isSymbolicLink()).toBe(true);
    expect(statSync(join(dir, 'f.yaml')).mode & 0o7777).toBe(0o640);
    expect(now()).toContain('replicas: 4');
  });

  it('keeps its owner under root', async () => {
    if (process.getuid?.() !== 0) return;
    chownSync(join(dir, 'f.yaml'), 1234, 4321);
    await set('f.yaml', 'spec.replicas', '4');
    expect(statSync(join(dir, 'f.yaml'))).toMatchObject({ uid: 1234, gid: 4321 });
  });

  it('what somebody else wrote meanwhile is not overwritten, and nothing is left behind', async () => {
    const opened = await openFile('f.yaml', join(dir, 'f.yaml'));
    writeFileSync(join(dir, 'f.yaml'), 'theirs: 1\n');
    await expect(saveFile(opened, 'ours: 1\n')).rejects.toThrow('gitops.changed-meanwhile');
    expect(now()).toBe('theirs: 1\n');
    expect(readdirSync(dir)).toEqual(['f.yaml']);
  });
});
