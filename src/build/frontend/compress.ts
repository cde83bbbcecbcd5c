import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib';
import type { Encoding } from '../../model/web-files.ts';

/** The same bytes from the same bytes, at the highest level: this is done once and sent a million times. */

/** Formats that are packed already gain nothing. */
const COMPRESSIBLE =
  /^(?:text\/|application\/(?:json|manifest\+json|xml|wasm|javascript)|image\/svg\+xml|font\/ttf|image\/x-icon)/;

export function isCompressible(type: string): boolean {
  return COMPRESSIBLE.test(type);
}

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);
const zstd = promisify(zstdCompress);

/** Decoders of HTTP need not take a larger window than 8 MB (RFC 9659). */
const ZSTD_WINDOW_LOG = 23;
/** Byte 9 of gzip's header names the operating system (RFC 1952): 255 is "unknown", the same on every machine. */
const GZIP_OS = 9;

export async function compressed(content: Buffer, encoding: Encoding): Promise<Buffer> {
  switch (encoding) {
    case 'br':
      return brotli(content, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
        },
      });
    case 'gzip': {
      const packed = await deflate(content, { level: constants.Z_BEST_COMPRESSION });
      packed[GZIP_OS] = 255;
      return packed;
    }
    case 'zstd':
      return zstd(content, {
        params: {
          [constants.ZSTD_c_compressionLevel]: 19,
          [constants.ZSTD_c_windowLog]: ZSTD_WINDOW_LOG,
          [constants.ZSTD_c_contentSizeFlag]: 1,
        },
      });
  }
}

/** What decides about the bytes besides the content: other libraries may pack the same otherwise. */
export function compressorVersions(): readonly string[] {
  const { zlib = '', brotli: brotliVersion = '', zstd: zstdVersion = '' } = process.versions;
  return [`zlib ${zlib}`, `brotli ${brotliVersion}`, `zstd ${zstdVersion}`];
}
