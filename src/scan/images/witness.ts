import { createHash } from 'node:crypto';
import { type TarFile, tar } from '../../procedure/machine/tar.ts';

/** Images with a known fault, made here: a few files each, in the form of `docker save`. */

/** libc6 as Debian 12 had it when it first came out (CVE-2023-4911, and CVE-2019-1010022 that nobody mends), in this release of Debian. */
export function debianWitness(release = '12'): Uint8Array {
  const [major] = release.split('.');
  return savedImage([
    text('etc/debian_version', `${release}\n`),
    text('etc/os-release', `ID=debian\nVERSION_ID="${major}"\nNAME="Debian GNU/Linux"\n`),
    libc('2.36-9'),
  ]);
}

/** An old libc6 in this release of Ubuntu: CVE-2016-20013 is mended in none. */
export function ubuntuWitness(release = '22.04'): Uint8Array {
  return savedImage([
    text('etc/lsb-release', `DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=${release}\n`),
    text('etc/os-release', `ID=ubuntu\nVERSION_ID="${release}"\nNAME="Ubuntu"\n`),
    libc('2.31-0ubuntu9'),
  ]);
}

/** zlib as Alpine 3.16 had it when it first came out (CVE-2022-37434), in this release of Alpine. */
export function alpineWitness(release = '3.16.0'): Uint8Array {
  return savedImage([
    text('etc/os-release', `ID=alpine\nVERSION_ID=${release}\nNAME="Alpine Linux"\n`),
    text('lib/apk/db/installed', 'P:zlib\nV:1.2.12-r1\nA:x86_64\nL:Zlib\no:zlib\n\n'),
  ]);
}

function libc(version: string): TarFile {
  return text(
    'var/lib/dpkg/status',
    `Package: libc6\nStatus: install ok installed\nMaintainer: nobody\nArchitecture: amd64\nSource: glibc\nVersion: ${version}\nDescription: C library\n\n`,
  );
}

/** lodash 4.17.20 (CVE-2021-23337). */
export function nodeWitness(): Uint8Array {
  return savedImage([text('usr/lib/node_modules/lodash/package.json', '{ "name": "lodash", "version": "4.17.20" }\n')]);
}

/** PyYAML 5.3 (CVE-2020-14343). */
export function pythonWitness(): Uint8Array {
  const place = 'usr/lib/python3/dist-packages/PyYAML-5.3.dist-info/METADATA';
  return savedImage([text(place, 'Metadata-Version: 2.1\nName: PyYAML\nVersion: 5.3\n')]);
}

/** nokogiri 1.10.0 (CVE-2019-5477). */
export function rubyWitness(): Uint8Array {
  const place = 'usr/lib/ruby/specifications/nokogiri-1.10.0.gemspec';
  const lines = ['s.name = "nokogiri".freeze', 's.version = "1.10.0"'].map((line) => `  ${line}\n`).join('');
  return savedImage([text(place, `Gem::Specification.new do |s|\n${lines}end\n`)]);
}

/** Newtonsoft.Json 12.0.3 (CVE-2024-21907). */
export function dotnetWitness(): Uint8Array {
  const libraries = { 'Newtonsoft.Json/12.0.3': { type: 'package', serviceable: true, sha512: '' } };
  const deps = { runtimeTarget: { name: '.NETCoreApp,Version=v6.0', signature: '' }, targets: {}, libraries };
  return savedImage([text('app/witness.deps.json', JSON.stringify(deps))]);
}

/** guzzlehttp/guzzle 7.4.0 (CVE-2022-29248). */
export function phpWitness(): Uint8Array {
  const packages = [{ name: 'guzzlehttp/guzzle', version: '7.4.0', type: 'library' }];
  return savedImage([text('app/vendor/composer/installed.json', JSON.stringify({ packages, dev: false }))]);
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
