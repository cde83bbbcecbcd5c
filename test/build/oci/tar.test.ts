import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TarEntry, tarArchive, withParents } from '../../../src/build/oci/tar.ts';

async function bytesOf(entries: readonly TarEntry[], mtime = 0): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of tarArchive(entries, mtime)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const file = (path: string, text: string, mode = 0o644): TarEntry => ({
  kind: 'file',
  path,
  mode,
  size: Buffer.byteLength(text),
  content: Buffer.from(text),
});

const field = (block: Buffer, at: number, length: number): string =>
  block.toString('latin1', at, at + length).replace(/\0.*$/s, '');

describe('a tar archive', () => {
  it('has headers as POSIX says', async () => {
    const archive = await bytesOf([{ ...file('a', 'hello', 0o755), owner: 65_532 }], 1_700_000_000);
    expect(archive.length).toBe(512 + 512 + 1024);
    expect(field(archive, 0, 100)).toBe('a');
    expect(field(archive, 100, 8)).toBe('0000755');
    expect(field(archive, 108, 8)).toBe('0177774');
    expect(field(archive, 124, 12)).toBe('00000000005');
    expect(field(archive, 136, 12)).toBe('14524770400');
    expect(field(archive, 156, 1)).toBe('0');
    expect(archive.toString('latin1', 257, 265)).toBe('ustar\x0000');
    const sum = Number.parseInt(field(archive, 148, 8), 8);
    const blank = Buffer.from(archive.subarray(0, 512)).fill(' ', 148, 156);
    expect(blank.reduce((total, byte) => total + byte, 0)).toBe(sum);
    expect(archive.toString('latin1', 512, 517)).toBe('hello');
    expect(archive.subarray(1024).every((byte) => byte === 0)).toBe(true);
  });

  it('says long and foreign names in a record before the header, whose length counts itself', async () => {
    const names = [`${'d/'.repeat(60)}file`, 'größe', 'x'.repeat(101)];
    for (const name of names) {
      const archive = await bytesOf([{ kind: 'link', path: name, target: name }]);
      const at = archive.indexOf(`path=${name}\n`) - 4;
      expect(at).toBeGreaterThan(0);
    }
    const archive = await bytesOf([file('y'.repeat(101), '')]);
    expect(field(archive, 156, 1)).toBe('x');
    const record = field(archive, 512, 512);
    expect(record).toBe(`111 path=${'y'.repeat(101)}\n`);
    expect(Buffer.byteLength(record)).toBe(111);
  });

  it('a record whose length has a digit more by its own digits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 101, max: 1100 }), async (length) => {
        const archive = await bytesOf([file('z'.repeat(length), '')]);
        const record = field(archive, 512, 1536);
        expect(Number(record.split(' ')[0])).toBe(Buffer.byteLength(record.slice(0, record.indexOf('\n') + 1)));
      }),
      { numRuns: 60 },
    );
  });

  it('is the same in whatever order its entries come, and each parent is there once', async () => {
    const entries = [file('b/c/d', '1'), file('b/a', '2'), file('a', '3'), { ...file('b/c/e', '4') }];
    const one = await bytesOf(entries);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(entries, { minLength: entries.length }), async (other) => {
        expect((await bytesOf(other)).equals(one)).toBe(true);
      }),
      { numRuns: 20 },
    );
    expect(withParents(entries).map(({ path }) => path)).toEqual(['a', 'b', 'b/a', 'b/c', 'b/c/d', 'b/c/e']);
  });

  it('refuses a file that is not as long as it was', async () => {
    await expect(
      bytesOf([{ ...file('a', 'hello'), kind: 'file', mode: 0o644, size: 4, content: Buffer.from('hello') }]),
    ).rejects.toThrow('build.file-changed');
  });
});
