import { describe, expect, it } from 'vitest';
import { type Start, startOf } from '../../scripts/setup/program.ts';
import { directoriesNamed } from '../../scripts/setup/root.ts';
import { wrapperText } from '../../scripts/setup/wrap.ts';

const PT_LOAD = 1;
const PT_INTERP = 3;

/** A 64-bit little-endian ELF file: its header, one program header per type, and the loader's name at the end. */
function elf(types: readonly number[], loader = '/lib64/ld-linux-x86-64.so.2'): Buffer {
  const name = Buffer.from(`${loader}\0`);
  const table = 64;
  const nameAt = table + 56 * types.length;
  const file = Buffer.alloc(nameAt + name.length);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeBigUInt64LE(BigInt(table), 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(types.length, 56);
  for (const [index, type] of types.entries()) {
    const at = table + 56 * index;
    file.writeUInt32LE(type, at);
    file.writeBigUInt64LE(BigInt(nameAt), at + 8);
    file.writeBigUInt64LE(BigInt(name.length), at + 32);
  }
  name.copy(file, nameAt);
  return file;
}

function start(file: Buffer): Promise<Start> {
  return startOf(async (position, length) => file.subarray(position, position + length));
}

describe('how a program file starts', () => {
  it('names the loader of a dynamic program', async () => {
    expect(await start(elf([PT_LOAD, PT_INTERP, PT_LOAD]))).toEqual({
      kind: 'dynamic',
      loader: '/lib64/ld-linux-x86-64.so.2',
    });
    expect(await start(elf([PT_INTERP], '/lib/ld-linux-aarch64.so.1'))).toEqual({
      kind: 'dynamic',
      loader: '/lib/ld-linux-aarch64.so.1',
    });
  });

  it('knows a static program by the absence of a loader', async () => {
    expect(await start(elf([PT_LOAD, PT_LOAD]))).toEqual({ kind: 'static' });
  });

  it.each([
    ['#!/bin/sh\necho\n', '/bin/sh'],
    ['#! /usr/bin/env -S perl -w\n', '/usr/bin/env'],
  ])('reads the first line of a script: %j', async (text, interpreter) => {
    expect(await start(Buffer.from(text))).toEqual({ kind: 'script', interpreter });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('hello')],
    ['half a header', elf([PT_LOAD]).subarray(0, 40)],
    ['a table that is cut off', elf([PT_LOAD, PT_LOAD]).subarray(0, 100)],
    ['32 bits', Buffer.concat([Buffer.from('\x7fELF\x01\x01', 'latin1'), Buffer.alloc(100)])],
    ['big endian', Buffer.concat([Buffer.from('\x7fELF\x02\x02', 'latin1'), Buffer.alloc(100)])],
  ])('calls %s unknown', async (_name, file) => {
    expect(await start(file)).toEqual({ kind: 'unknown' });
  });
});

describe('the directories of libraries', () => {
  it('reads what ld.so.conf lists', () => {
    const text = '# Multiarch support\n/usr/local/lib/x\n  /lib/x  # here\n\ninclude /etc/ld.so.conf.d/*.conf\n';
    expect(directoriesNamed(text)).toEqual(['/usr/local/lib/x', '/lib/x']);
  });
});

describe("a wrapper's text", () => {
  it("starts the program with the image's own loader and libraries, under the wrapper's name", () => {
    const libraries = ['/c/root/lib', '/c/root/usr/lib'];
    const program = {
      name: 'served',
      file: '/c/root/usr/sbin/served',
      start: { kind: 'loaded', loader: '/c/root/lib/ld.so', libraries },
    } as const;
    const settings = { env: { HOME_OF_IT: '{prefix}' }, args: ['--base={prefix}/share'] };
    expect(wrapperText(program, '/c/p', settings)).toBe(
      [
        '#!/bin/sh',
        "export HOME_OF_IT='/c/p'",
        `exec '/c/root/lib/ld.so' '--inhibit-cache' '--argv0' '/c/p/bin/served' '--library-path' '/c/root/lib:/c/root/usr/lib' '/c/root/usr/sbin/served' '--base=/c/p/share' "$@"`,
        '',
      ].join('\n'),
    );
  });

  it('survives quotes and blanks in a path', () => {
    const program = { name: 'it', file: "/it's here/it", start: { kind: 'direct' } } as const;
    expect(wrapperText(program, '/p', {})).toBe(`#!/bin/sh\nexec '/it'\\''s here/it' "$@"\n`);
  });
});
