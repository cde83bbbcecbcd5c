import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, makeOnce } from '../../../scripts/cache.ts';

/** The program logrotate of this machine's Debian release, unpacked once with the library that hosts lack; nothing is installed. */
export async function logrotateFiles(): Promise<readonly { readonly path: string; readonly content: Buffer }[]> {
  const suite = /VERSION_CODENAME=(\S+)/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
  const root = await makeOnce({
    target: cacheDir('logrotate', `${suite}-${process.arch}`),
    script: 'sh "$2" "$1" "$3" logrotate',
    args: [join(import.meta.dirname, '../../../scripts/setup/unpack-debian.sh'), suite],
    onStart: () => process.stderr.write('fetching logrotate from Debian packages (once) …\n'),
  });
  const library = `usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/libpopt.so.0`;
  return ['usr/sbin/logrotate', library].map((path) => ({
    path: `/${path}`,
    content: readFileSync(join(root, path)),
  }));
}
