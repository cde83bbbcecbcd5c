import { savedImage } from '../../src/scan/images/witness.ts';
import type { Planted } from './planted-problems.ts';

/** Images with packages of distributions that are known to be vulnerable, by the names of their archives. */
export function plantedImages(): ReadonlyMap<string, Uint8Array> {
  return new Map([
    [
      'debian.tar',
      image({
        'etc/debian_version': '12.1\n',
        'etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
        'var/lib/dpkg/status':
          'Package: libc-bin\nStatus: install ok installed\nMaintainer: x\nArchitecture: amd64\nSource: glibc\nVersion: 2.36-9+deb12u1\nDescription: x\n\n',
      }),
    ],
    [
      'alpine.tar',
      image({
        'etc/os-release': 'ID=alpine\nVERSION_ID=3.16.1\nNAME="Alpine Linux"\n',
        'lib/apk/db/installed': 'P:zlib\nV:1.2.11-r3\nA:x86_64\nL:Zlib\no:zlib\n\n',
      }),
    ],
    ['unknown.tar', image({ 'usr/bin/unknown': 'a program that says nothing of itself' })],
  ]);
}

/** What must be found in them. */
export function plantedInImages(): readonly Planted[] {
  const found = (file: string, rule: RegExp): Planted => ({
    kind: `image ${file} ${rule.source}`,
    file,
    rule,
    files: {},
  });
  return [
    found('debian.tar', /CVE-2023-4911/),
    found('debian.tar', /CVE-2019-1010022/),
    found('alpine.tar', /CVE-2022-37434/),
    found('unknown.tar', /image-without-packages/),
  ];
}

function image(files: Readonly<Record<string, string>>): Uint8Array {
  return savedImage(Object.entries(files).map(([path, text]) => ({ path, mode: 0o644, content: Buffer.from(text) })));
}
