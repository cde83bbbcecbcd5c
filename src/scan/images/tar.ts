/** Small tar archives in memory, for files that are put before a scanner. Format: POSIX.1-1988 (ustar). */

export interface MemoryFile {
  /** Below the root, at most 100 bytes. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode?: number;
}

const BLOCK = 512;

/** The archive of these files. Pure. */
export function memoryTar(files: readonly MemoryFile[]): Uint8Array {
  const blocks = files.flatMap(({ path, content, mode = 0o644 }) => [
    headerOf(path, content.length, mode),
    content,
    new Uint8Array((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...blocks, new Uint8Array(2 * BLOCK)]);
}

function headerOf(path: string, size: number, mode: number): Uint8Array {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number): number =>
    header.write(`${value.toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  header.write(path, 0, 100, 'latin1');
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  header.write('        0', 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  // The sum is taken with blanks in its own place.
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}
