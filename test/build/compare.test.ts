import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bytesDifference, lineDifference } from '../../src/build/compare.ts';
import { elfSections, sectionAt } from '../../src/build/elf.ts';

/** Any program of a Linux machine. */
const PROGRAM = '/bin/sh';

it('the first byte that differs is named with its section', () => {
  const file = readFileSync(PROGRAM);
  const sections = elfSections(file);
  const text = sections.find(({ name }) => name === '.rodata');
  if (text === undefined) throw new Error(`no .rodata in ${PROGRAM}`);
  const other = Buffer.from(file);
  other[text.offset + 10] = (other[text.offset + 10] ?? 0) ^ 1;
  expect(bytesDifference(file, other)).toBe(`other bytes from byte ${text.offset + 10} on, in section .rodata`);
  expect(bytesDifference(Buffer.from('abc'), Buffer.from('abcd'))).toBe('other bytes from byte 3 on; 3 and 4 bytes');
});

it('what is no ELF file, or a broken one, has no sections', () => {
  expect(elfSections(Buffer.from('MZ'))).toEqual([]);
  expect(elfSections(Buffer.alloc(200))).toEqual([]);
  const cut = readFileSync(PROGRAM).subarray(0, 4096);
  expect(elfSections(cut)).toEqual([]);
  expect(sectionAt([{ name: 'a', offset: 10, size: 5 }], 15)).toBeUndefined();
  expect(sectionAt([{ name: 'a', offset: 10, size: 5 }], 14)).toBe('a');
});

it('settings of a build are compared line by line', () => {
  expect(lineDifference([': go1.26.8', '\tbuild\tGOAMD64=v1'], [': go1.26.8', '\tbuild\tGOAMD64=v3'])).toBe(
    'Go says of the first `build GOAMD64=v1`, of the second `build GOAMD64=v3`',
  );
  expect(lineDifference(['a', 'b'], ['a', 'b'])).toBeUndefined();
  expect(lineDifference(['a'], ['a', '\tdep\tx'])).toContain('`nothing`, of the second `dep x`');
});
