import { cacheDir, makeOnce } from '../../../scripts/cache.ts';

/** Tools of others that migrate databases: some are measured beside ours, and their histories are taken over. From the Go module proxy at these versions, built on first use into the user's cache. */
const PEERS = {
  'golang-migrate': {
    module: 'github.com/golang-migrate/migrate/v4/cmd/migrate@v4.20.0',
    program: 'migrate',
    tags: 'mysql',
  },
  goose: {
    module: 'github.com/pressly/goose/v3/cmd/goose@v3.29.0',
    program: 'goose',
    tags: 'no_postgres no_clickhouse no_mssql no_sqlite3 no_vertica no_ydb no_libsql',
  },
} as const;

export type Peer = keyof typeof PEERS;

/** Path of its program. */
export async function peerProgram(name: Peer): Promise<string> {
  const { module, program, tags } = PEERS[name];
  const version = module.slice(module.lastIndexOf('@') + 1);
  return makeOnce({
    target: cacheDir('migration-peers', `${program}-${version}`),
    script: 'd=$(mktemp -d) && GOBIN="$d" go install -trimpath -tags "$3" "$2" && mv "$d/$4" "$1" && rmdir "$d"',
    args: [module, tags, program],
    env: { GOFLAGS: '-p=1', CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' },
    onStart: () => process.stderr.write(`building ${name} (once, about two minutes) …\n`),
  });
}
