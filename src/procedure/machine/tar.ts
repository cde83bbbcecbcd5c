/** A tar archive in memory, in the format of POSIX.1-1988 (ustar) that every tar reads. */

export interface TarFile {
  /** With `/`, relative; at most 255 bytes. */
  readonly path: string;
  readonly content: Buffer;
  /** Left out: for its owner alone. */
  readonly mode?: number;
}

const BLOCK = 512;

/** @param seconds time of all files, since 1970 */
export function tar(files: readonly TarFile[], seconds: number): Buffer {
  const parts = files.flatMap(({ path, content, mode = 0o600 }) => [
    header(path, content.length, { seconds, mode }),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(
  path: string,
  size: number,
  { seconds, mode }: { readonly seconds: number; readonly mode: number },
): Buffer {
  const block = Buffer.alloc(BLOCK);
  const { prefix, name } = split(path);
  block.write(name, 0, 100, 'utf8');
  block.write(octal(mode, 7), 100, 'latin1');
  block.write(octal(0, 7), 108, 'latin1');
  block.write(octal(0, 7), 116, 'latin1');
  block.write(octal(size, 11), 124, 'latin1');
  block.write(octal(Math.floor(seconds), 11), 136, 'latin1');
  block.write('        ', 148, 'latin1');
  block.write('0', 156, 'latin1');
  block.write('ustar\0', 257, 'latin1');
  block.write('00', 263, 'latin1');
  block.write('root', 265, 'latin1');
  block.write('root', 297, 'latin1');
  block.write(prefix, 345, 155, 'utf8');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return block;
}

/** A long path is split at a slash: up to 155 bytes before it, up to 100 behind. */
function split(path: string): { readonly prefix: string; readonly name: string } {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) return { prefix, name };
  }
  throw new RangeError(`a path that no tar archive takes: ${path}`);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
