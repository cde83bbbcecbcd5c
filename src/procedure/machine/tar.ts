/** Tar archives whose bytes follow from what is in them: the ustar format of POSIX.1-1988 (IEEE Std 1003.1, pax: "ustar Interchange Format"), which every tar reads. */

export interface TarFile {
  /** With `/`, relative; at most 255 bytes. */
  readonly path: string;
  readonly content: Buffer;
  /** Left out: for its owner alone. */
  readonly mode?: number;
}

/** What a header says; numbers that do not fit into their fields are the caller's to refuse. */
export interface TarHeader {
  /** Last part of the path, at most 100 bytes; longer ones are cut. */
  readonly name: string;
  /** What stands before it, at most 155 bytes; left out: nothing. */
  readonly prefix?: string;
  readonly type: TarType;
  /** Of a link. */
  readonly target?: string;
  readonly mode: number;
  /** Owner and group by number; left out: 0. */
  readonly owner?: number;
  /** Of owner and group; left out: none is said. */
  readonly ownerName?: string;
  /** Bytes, at most `TAR_LARGEST`. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
}

/** A file, a link by name, a directory, and the records of the pax format for the entry behind it. */
export type TarType = '0' | '2' | '5' | 'x';

/** Everything in an archive begins at a multiple of this, bytes. */
export const TAR_BLOCK = 512;
/** Bytes of the name in a header. */
export const TAR_NAME = 100;
/** Eleven octal digits: 8 GiB less one byte. */
export const TAR_LARGEST = 0o77777777777;
const PREFIX = 155;

/** Files for root, in the order given. @param mtime of all files, seconds since 1970 @throws RangeError for a path that the format cannot hold */
export function tar(files: readonly TarFile[], mtime: number): Buffer {
  const parts = files.flatMap(({ path, content, mode = 0o600 }) => [
    tarHeader({ ...tarName(path), type: '0', mode, ownerName: 'root', size: content.length, mtime }),
    content,
    tarPadding(content.length),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * TAR_BLOCK)]);
}

/** One header. Pure. */
export function tarHeader(said: TarHeader): Buffer {
  const { name, prefix = '', type, target = '', mode, owner = 0, ownerName = '', size, mtime } = said;
  const block = Buffer.alloc(TAR_BLOCK);
  block.write(name, 0, TAR_NAME);
  block.write(octal(mode, 8), 100);
  block.write(octal(owner, 8), 108);
  block.write(octal(owner, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(Math.floor(mtime), 12), 136);
  // The sum counts its own field as blanks.
  block.fill(' ', 148, 156);
  block.write(type, 156);
  block.write(target, 157, TAR_NAME);
  block.write('ustar\u000000', 257);
  block.write(ownerName, 265, 31);
  block.write(ownerName, 297, 31);
  block.write(octal(0, 8), 329);
  block.write(octal(0, 8), 337);
  block.write(prefix, 345, PREFIX);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
  return block;
}

/** Zeroes that fill up what is so long. @param unit default: a block */
export function tarPadding(length: number, unit = TAR_BLOCK): Buffer {
  return Buffer.alloc((unit - (length % unit)) % unit);
}

/** A long path, cut at a `/` into the two fields that the format has. @throws RangeError where no `/` lies right */
export function tarName(path: string): { readonly name: string; readonly prefix: string } {
  if (Buffer.byteLength(path) <= TAR_NAME) return { name: path, prefix: '' };
  for (let at = path.indexOf('/'); at > 0 && at < path.length - 1; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= PREFIX && Buffer.byteLength(name) <= TAR_NAME) return { name, prefix };
  }
  throw new RangeError(`${path} is too long for a tar archive`);
}

/** @param width of the field, the zero byte at its end counted */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\u0000`;
}
