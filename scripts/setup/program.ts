/** How the kernel starts a program file, as far as it matters for a file that lies outside its own system. */
export type Start =
  /** Needs the dynamic loader at this path. */
  | { readonly kind: 'dynamic'; readonly loader: string }
  /** Brings everything with it. */
  | { readonly kind: 'static' }
  | { readonly kind: 'script'; readonly interpreter: string }
  | { readonly kind: 'unknown' };

/** Reads up to `length` bytes from `position` on; fewer at the end of the file. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

const ELF_MAGIC = Buffer.from('\x7fELF', 'latin1');
const HEADER_BYTES = 64;
/** The program header that names the loader (ELF specification, "PT_INTERP"). */
const PT_INTERP = 3;
const PROGRAM_HEADER_BYTES = 56;

/**
 * Reads the first line of a script, or the headers of a 64-bit little-endian ELF file (the layout of the System V ABI, which
 * x86-64 and arm64 share). Anything else is unknown.
 */
export async function startOf(read: ReadAt): Promise<Start> {
  const head = await read(0, 256);
  if (head.subarray(0, 2).toString('latin1') === '#!') {
    const line = head.toString('utf8', 2).split('\n', 1)[0]?.trim() ?? '';
    return { kind: 'script', interpreter: line.split(/\s+/, 1)[0] ?? '' };
  }
  const is64BitLittleEndian = head[4] === 2 && head[5] === 1;
  if (head.length < HEADER_BYTES || !head.subarray(0, 4).equals(ELF_MAGIC) || !is64BitLittleEndian) {
    return { kind: 'unknown' };
  }
  const tableAt = Number(head.readBigUInt64LE(32));
  const size = head.readUInt16LE(54);
  const count = head.readUInt16LE(56);
  if (size < PROGRAM_HEADER_BYTES) return { kind: 'unknown' };
  const table = await read(tableAt, size * count);
  for (let at = 0; at + PROGRAM_HEADER_BYTES <= table.length; at += size) {
    if (table.readUInt32LE(at) !== PT_INTERP) continue;
    const name = await read(Number(table.readBigUInt64LE(at + 8)), Number(table.readBigUInt64LE(at + 32)));
    return { kind: 'dynamic', loader: name.toString('utf8').replace(/\0+$/, '') };
  }
  return table.length < size * count ? { kind: 'unknown' } : { kind: 'static' };
}
