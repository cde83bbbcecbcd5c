import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { differences, differenceText } from '../../src/backup/host/compare.ts';
import { readTar, type TarEntry, tarFile } from '../../src/backup/host/tar.ts';
import { ProblemError } from '../../src/model/problem.ts';

/** Against what GNU tar writes. */

let dir: string;
let whole: Buffer;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-tar-'));
  const at = (name: string): string => join(dir, 'tree', name);
  mkdirSync(at('ü space'), { recursive: true });
  mkdirSync(at(`long/${'d'.repeat(120)}`), { recursive: true });
  writeFileSync(at('ü space/a.conf'), 'listen 80;\n');
  writeFileSync(at(`long/${'d'.repeat(120)}/${'f'.repeat(150)}`), 'x'.repeat(1025));
  writeFileSync(at('empty'), '');
  writeFileSync(at('block'), Buffer.alloc(512, 7));
  chmodSync(at('empty'), 0o4751);
  utimesSync(at('empty'), 1_580_608_922.5, 1_580_608_922.5);
  symlinkSync(`/${'t'.repeat(130)}`, at('link'));
  linkSync(at('block'), at('other-name'));
  whole = tarOf('tree');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function tarOf(name: string): Buffer {
  const words = ['--format=posix', '--numeric-owner', '--sort=name', '--hard-dereference', '-P', '-f', '-'];
  return execFileSync('tar', ['-c', ...words, join(dir, name)], { maxBuffer: 1 << 26 });
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0]?.code;
    throw error;
  }
}

function read(bytes: Buffer, size = 65_536): readonly TarEntry[] {
  const reader = readTar();
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  reader.end();
  return reader.entries;
}

test('every entry, in whatever pieces it comes', () => {
  const entries = read(whole);
  const by = new Map(entries.map((one) => [one.path.slice(dir.length + 6), one]));
  expect([...by.keys()]).toEqual([
    ...['', 'block', 'empty', 'link', 'long', `long/${'d'.repeat(120)}`],
    ...[`long/${'d'.repeat(120)}/${'f'.repeat(150)}`, 'other-name', 'ü space', 'ü space/a.conf'],
  ]);
  expect(by.get('empty')).toMatchObject({ kind: 'file', mode: 0o4751, size: 0, mtime: '1580608922.5' });
  expect(by.get('link')).toMatchObject({ kind: 'link', target: `/${'t'.repeat(130)}` });
  expect(by.get('long')).toMatchObject({ kind: 'directory', sha256: '' });
  expect(by.get('other-name')?.sha256).toBe(by.get('block')?.sha256);
  const sum = execFileSync('sha256sum', [join(dir, 'tree/block')], { encoding: 'utf8' }).slice(0, 64);
  expect(by.get('block')?.sha256).toBe(sum);
  for (const size of [1, 7, 511, 513, 1024]) expect(read(whole, size)).toEqual(entries);
});

test('what is chosen is a tar that GNU tar unpacks, and nothing else is in it', () => {
  const reader = readTar({ wanted: (path) => path.includes('ü space') || path.includes('long') });
  const head = tarFile('.shiplock/host.json', Buffer.from('{"v":1}\n'), 1);
  const chosen = Buffer.concat([reader.push(Buffer.concat([head, whole])), reader.end()]);
  const names = execFileSync('tar', ['-t', '-P', '-f', '-'], { input: chosen, encoding: 'utf8' }).split('\n');
  expect(names.filter((name) => name !== '')).toHaveLength(5);
  expect(read(chosen)).toEqual(reader.entries.filter(({ path }) => /ü space|long/.test(path)));
  const own = execFileSync('tar', ['-x', '-O', '-f', '-', '.shiplock/host.json'], {
    input: Buffer.concat([head, whole]),
  });
  expect(own.toString()).toBe('{"v":1}\n');
});

test('what breaks off, was changed, or is another format is refused', () => {
  for (const length of [0, 100, 512, 1500, whole.length - 10_240])
    expect(codeOf(() => read(whole.subarray(0, length)))).toBe('backup.not-a-tar');
  const flipped = Buffer.from(whole);
  flipped.writeUInt8(flipped.readUInt8(20) ^ 1, 20);
  expect(codeOf(() => read(flipped))).toBe('backup.not-a-tar');
  expect(codeOf(() => read(Buffer.alloc(512, 65)))).toBe('backup.not-a-tar');
  writeFileSync(join(dir, 'a\nb'), '');
  expect(codeOf(() => read(tarOf('a\nb')))).toBe('backup.file-name');
});

test('differences name what is not the same; times of directories do not count', () => {
  const entries = read(whole);
  const changed = entries.map((one) =>
    one.path.endsWith('empty')
      ? { ...one, mode: 0o644, uid: one.uid + 1 }
      : one.kind === 'directory'
        ? { ...one, mtime: '1' }
        : one,
  );
  const gone = changed.filter(({ path }) => !path.endsWith('link'));
  const first = entries[1];
  if (first === undefined) throw new Error('there are entries');
  const is = [...gone, { ...first, path: '/zz' }];
  expect(differences(entries, entries)).toEqual([]);
  expect(differences(entries, is).map(differenceText)).toEqual([
    `${join(dir, 'tree/empty')}: mode, owner`,
    `${join(dir, 'tree/link')}: missing`,
    '/zz: extra',
  ]);
});
