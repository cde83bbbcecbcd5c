import { createHash } from 'node:crypto';
import { type TarFile, tar } from '../../procedure/machine/tar.ts';

/** Images with a known fault, made here: a few files each, in the form of `docker save`. */

/** Debian 12 as it first came out: libc6 with CVE-2023-4911. Distroless images have one file for each package, too. */
export function debianWitness(): Uint8Array {
  return savedImage([
    text('etc/os-release', 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nNAME="Debian GNU/Linux"\n'),
    text(
      'var/lib/dpkg/status',
      'Package: libc6\nStatus: install ok installed\nMaintainer: nobody\nArchitecture: amd64\nSource: glibc\nVersion: 2.36-9\nDescription: C library\n\n',
    ),
  ]);
}

/** Alpine 3.16 as it first came out: zlib with CVE-2022-37434. */
export function alpineWitness(): Uint8Array {
  return savedImage([
    text('etc/os-release', 'ID=alpine\nVERSION_ID=3.16.0\nNAME="Alpine Linux"\n'),
    text('lib/apk/db/installed', 'P:zlib\nV:1.2.12-r1\nA:x86_64\nL:Zlib\no:zlib\n\n'),
  ]);
}

/** A program of Go that says that golang.org/x/text 0.3.0 is in it (CVE-2020-14040). */
export function goWitness(): Uint8Array {
  return savedImage([{ path: 'witness', mode: 0o755, content: goProgram('golang.org/x/text', 'v0.3.0') }]);
}

function text(path: string, content: string): TarFile {
  return { path, mode: 0o644, content: Buffer.from(content) };
}

/** An image with one layer of files, as `docker save` writes it. Pure. */
export function savedImage(files: readonly TarFile[]): Uint8Array {
  const layer = tar(files, 0);
  const config = {
    ...{ architecture: 'amd64', os: 'linux', config: {} },
    rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`] },
  };
  const parts = [
    text('manifest.json', JSON.stringify([{ Config: 'config.json', RepoTags: null, Layers: ['layer.tar'] }])),
    text('config.json', JSON.stringify(config)),
    { path: 'layer.tar', content: layer },
  ];
  return tar(parts, 0);
}

const HEADER = 64;
const PROGRAM_HEADER = 56;
const DATA = 128;

/**
 * The least that is read as a program of Go: an ELF file with one segment of data, and in it what `go version -m` prints. Sources: System V ABI
 * (ELF-64), and the comment on the form in Go's debug/buildinfo.
 */
function goProgram(module: string, version: string): Buffer {
  const listed = `path\twitness\nmod\twitness\t(devel)\t\ndep\t${module}\t${version}\t\n`;
  // Sixteen bytes of which none is read stand around the list.
  const words = ['go1.26.0', `${'-'.repeat(16)}${listed}${'-'.repeat(16)}`].map((word) => Buffer.from(word, 'latin1'));
  const start = Buffer.alloc(32);
  start.write('\xff Go buildinf:', 'latin1');
  start.writeUInt8(8, 14);
  // 2: the texts follow, each after its length.
  start.writeUInt8(2, 15);
  const info = Buffer.concat([start, ...words.flatMap((word) => [varint(word.length), word]), Buffer.alloc(16)]);
  const elf = Buffer.alloc(DATA);
  elf.write('\x7fELF\x02\x01\x01', 'latin1');
  elf.writeUInt16LE(2, 16);
  elf.writeUInt16LE(62, 18);
  elf.writeUInt32LE(1, 20);
  elf.writeBigUInt64LE(BigInt(HEADER), 32);
  elf.writeUInt16LE(HEADER, 52);
  elf.writeUInt16LE(PROGRAM_HEADER, 54);
  elf.writeUInt16LE(1, 56);
  elf.writeUInt16LE(64, 58);
  elf.writeUInt32LE(1, HEADER);
  // Readable and writable: where data is looked for.
  elf.writeUInt32LE(6, HEADER + 4);
  for (const [at, value] of [
    [8, DATA],
    [16, DATA],
    [24, DATA],
    [32, info.length],
    [40, info.length],
    [48, 16],
  ] as const)
    elf.writeBigUInt64LE(BigInt(value), HEADER + at);
  return Buffer.concat([elf, info]);
}

function varint(value: number): Uint8Array {
  return value < 0x80
    ? Uint8Array.of(value)
    : Uint8Array.of((value & 0x7f) | 0x80, ...varint(Math.floor(value / 0x80)));
}
