/** One section of a program of Linux and its kin, by the ELF specification (gABI 4.1, "Sections"). */
export interface ElfSection {
  readonly name: string;
  /** In the file, bytes. */
  readonly offset: number;
  readonly size: number;
}

/** Sections of an ELF file in the order of its table; empty for any other file, and for one whose table does not lie within it. Pure. */
export function elfSections(file: Buffer): readonly ElfSection[] {
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46) return [];
  const wide = file[4] === 2;
  const little = file[5] === 1;
  const half = (at: number): number => (little ? file.readUInt16LE(at) : file.readUInt16BE(at));
  const word = (at: number): number => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const long = (at: number): number =>
    wide ? Number(little ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at)) : word(at);
  const table = long(wide ? 0x28 : 0x20);
  const entrySize = half(wide ? 0x3a : 0x2e);
  const count = half(wide ? 0x3c : 0x30);
  const namesAt = half(wide ? 0x3e : 0x32);
  if (entrySize < (wide ? 64 : 40) || table + count * entrySize > file.length || namesAt >= count) return [];
  const entries = Array.from({ length: count }, (_, index) => {
    const at = table + index * entrySize;
    const noBits = word(at + 4) === 8;
    return {
      name: word(at),
      offset: long(at + (wide ? 24 : 16)),
      size: noBits ? 0 : long(at + (wide ? 32 : 20)),
    };
  });
  const names = entries[namesAt];
  if (names === undefined || names.offset + names.size > file.length) return [];
  const text = file.subarray(names.offset, names.offset + names.size);
  const nameAt = (from: number): string => text.toString('latin1', from, Math.max(from, text.indexOf(0, from)));
  return entries.map(({ name, offset, size }) => ({ name: nameAt(name), offset, size }));
}

/** The section in which a byte lies; undefined: between them, or in no ELF file. Pure. */
export function sectionAt(sections: readonly ElfSection[], byte: number): string | undefined {
  return sections.find(({ offset, size }) => byte >= offset && byte < offset + size)?.name;
}
