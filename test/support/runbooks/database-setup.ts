import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostLab, type LabHost, startHosts } from '../../../scripts/components/hosts.ts';
import { runCli } from '../../../src/cli/main.ts';
import type { Engine } from '../../../src/database/index.ts';
import { terminal } from '../terminal.ts';

/** A real host with systemd whose apt knows a server of MariaDB or MySQL, and on which none was ever installed. */

export interface SetupWorld extends AsyncDisposable {
  readonly host: LabHost;
  readonly dir: string;
  readonly store: string;
  readonly configFile: string;
  readonly env: Readonly<Record<string, string>>;
  cli(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  /** As root of the server; rows with tabs, without a head. */
  sql(text: string): Promise<string>;
  /** Output of a script on the host, which must end well. */
  said(script: string): Promise<string>;
}

export async function setupWorld(engine: Engine = 'mariadb'): Promise<SetupWorld> {
  const lab = await startHosts(1, { root: engine });
  const dir = await mkdtemp(join(tmpdir(), 'sl-db-setup-'));
  try {
    const [host] = lab.hosts;
    if (host === undefined) throw new Error('a lab of one host');
    await must(host, engine === 'mysql' ? MYSQL_BARE : BARE);
    const configFile = join(dir, 'shiplock.yaml');
    const store = join(dir, 'state');
    await mkdir(join(dir, 'migrations'));
    await writeFile(configFile, configText(lab, host, dir, engine));
    const env = {
      ...Object.fromEntries(
        Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
      SHIPLOCK_WHO: 'tester',
    };
    return {
      ...{ host, dir, store, configFile, env },
      async cli(...argv) {
        const io = terminal({ cwd: dir, env });
        const code = await runCli([...argv, '--state', store], io);
        return { code, ...io.written };
      },
      sql: async (text) => (await must(host, `${engine} -N -B -e "${text}"`)).trim(),
      said: async (script) => (await must(host, script)).trim(),
      async [Symbol.asyncDispose]() {
        await lab[Symbol.asyncDispose]();
        await rm(dir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await lab[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function must(host: LabHost, script: string): Promise<string> {
  const { code, output } = await host.run(script);
  if (code !== 0) throw new Error(`${script}: ${output}`);
  return output;
}

/** Everything of the server goes, with its user, data and settings; what its packages need of the distribution stays. */
const BARE = `set -e
echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/lab
systemctl disable -q --now mariadb.socket mariadb || :
DEBIAN_FRONTEND=noninteractive dpkg --purge --force-depends $(dpkg-query -W -f '\${Package} \${db:Status-Abbrev}\\n' 'mariadb-*' 'libmariadb*' | awk '$2 ~ /^i/ { print $1 }') >/dev/null 2>&1
rm -rf /var/lib/mysql /etc/mysql/mariadb.conf.d /var/log/mysql
userdel mysql 2>/dev/null || :
systemctl daemon-reload
mkdir -p /etc/mysql/mariadb.conf.d
# The host has little memory, and its kernel little room for what the server would like of it.
printf '[mysqld]\\ninnodb_use_native_aio=0\\nskip-name-resolve\\n' >/etc/mysql/mariadb.conf.d/10-lab.cnf
mkdir /srv/source
cp /srv/newer/*.deb /srv/source/
cd /srv/source
for file in *.deb; do
  dpkg-deb --field "$file"
  printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' "$file" "$(stat -c %s "$file")" "$(sha256sum <"$file" | cut -c1-64)"
done >Packages
echo 'deb [trusted=yes] file:/srv/source ./' >/etc/apt/sources.list
apt-get update -q >/dev/null`;

/** Its packages are all that is missing. */
const MYSQL_BARE = `set -e
echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/lab
mkdir -p /etc/mysql/mysql.conf.d
printf '[mysqld]\\ninnodb_use_native_aio=0\\nskip-name-resolve\\n' >/etc/mysql/mysql.conf.d/10-lab.cnf
apt-get update -q >/dev/null`;

function configText(lab: HostLab, { name, address }: LabHost, dir: string, engine: Engine): string {
  return `apiVersion: shiplock/v1
service: shop
components:
  api:
    kind: go
    source: api
    binary: service
    command: [./service, '{host}:{port}']
    ready: /readyz
database:
  engine: ${engine}
  migrations: migrations
  dsn: { secret: file:${dir}/secrets/migrate.dsn }
  accounts:
    schema: shop
    application: { user: shop_app, from: 10.77.%, dsn: { secret: file:${dir}/secrets/app.dsn } }
    migration: { user: shop_migrate, from: 10.77.% }
    backup: { user: shop_backup, from: 10.77.%, dsn: { secret: file:${dir}/secrets/backup.dsn } }
  tls:
    ca: tls/ca.pem
    server: { names: ['${address}'], authority: tls/authority }
environments:
  production:
    platform:
      kind: ssh
      root: /srv/shop
      localRoot: here
      knownHosts: ${lab.knownHosts}
      identityFile: ${lab.identity}
      hosts:
        - { name: ${name}, address: ${address} }
    traffic:
      kind: haproxy
      directory: here/haproxy
      bind: 127.0.0.1:8080
    rollout:
      steps:
        - share: 10%
          bake: 5m
    system:
      services:
        database:
          unit: ${engine}.service
          hosts: [${name}]
          health: { tcp: '{host}:3306' }
          startTimeout: 120s
`;
}
