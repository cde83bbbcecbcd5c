import { dirname, join } from 'node:path';
import { cacheDir, exists, makeOnce } from '../cache.ts';
import { onPath } from './probe.ts';
import { wrapPrograms } from './wrap.ts';

/** MySQL's own dump and client programs for the tests; those that MariaDB brings under these names speak another dialect. */

export interface MysqlPrograms {
  readonly dump: string;
  readonly client: string;
  readonly binlog: string;
}

const SUITE = 'sid';

/**
 * From packages of Debian's newest suite, as the server (mysql.ts): unpacked, nothing is installed and no rights are needed.
 * @throws Error that says what is missing
 */
export async function mysqlPrograms(): Promise<MysqlPrograms> {
  for (const program of ['apt-get', 'dpkg-deb'])
    if ((await onPath(program)) === null) throw new Error(`${program} is not on PATH`);
  const client = await wrapped('mysql-client-core', `debian-${SUITE}-client-${process.arch}`, ['mysqldump', 'mysql']);
  const server = await wrapped('mysql-server-core', `debian-${SUITE}-${process.arch}`, ['mysqlbinlog']);
  return { dump: join(client, 'mysqldump'), client: join(client, 'mysql'), binlog: join(server, 'mysqlbinlog') };
}

async function wrapped(packageName: string, cache: string, programs: readonly string[]): Promise<string> {
  const target = join(cacheDir('mysql', cache), 'root');
  const root = (await exists(target))
    ? target
    : await makeOnce({
        target,
        script: 'sh "$2" "$1" "$3" "$4"',
        args: [join(import.meta.dirname, 'unpack-debian.sh'), SUITE, packageName],
        onStart: () => process.stderr.write(`fetching ${packageName} from Debian packages (once) …\n`),
      });
  return join(await wrapPrograms({ root, programs, into: dirname(root) }), 'bin');
}
