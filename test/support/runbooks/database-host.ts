import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostLab, type LabHost, startHosts } from '../../../scripts/components/hosts.ts';
import { freePort } from '../../../scripts/components/ports.ts';
import { type Component, startComponent } from '../../../scripts/components/supervise.ts';
import { runCli } from '../../../src/cli/main.ts';
import { type DoorOptions, openEnvironment, type ServiceEnvironment } from '../../../src/release/index.ts';
import { haproxyUnit } from '../../../src/traffic/index.ts';
import { benchOptions } from '../../traffic/bench.ts';
import { terminal } from '../terminal.ts';
import { applyDoors } from './upkeep.ts';

/** A real host with systemd and a MariaDB server of Debian's packages, an api that uses it, and a real HAProxy before them. */

export interface DatabaseWorld extends AsyncDisposable {
  readonly host: LabHost;
  readonly dir: string;
  readonly store: string;
  readonly configFile: string;
  readonly env: Readonly<Record<string, string>>;
  open(more?: Partial<DoorOptions>): Promise<ServiceEnvironment>;
  cli(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  /** As root of the server; rows with tabs, without a head. */
  sql(text: string): Promise<string>;
  /** Users see the page of maintenance. */
  isShutOut(): Promise<boolean>;
  /** Which packages its apt knows: `newer` of the same series, `major` of a later one. */
  source(name: 'newer' | 'major'): Promise<void>;
}

/** Where the server was installed as it came with the suite. */
export async function databaseWorld(): Promise<DatabaseWorld> {
  const lab = await startHosts(1, { root: 'mariadb' });
  const dir = await mkdtemp(join(tmpdir(), 'sl-db-upgrade-'));
  let proxy: Component | undefined;
  try {
    const [host] = lab.hosts;
    if (host === undefined) throw new Error('a lab of one host');
    await must(host, PREPARE);
    const port = await freePort();
    const configFile = join(dir, 'shiplock.yaml');
    const store = join(dir, 'state');
    await mkdir(join(dir, 'migrations'));
    await writeFile(configFile, configText(lab, host, port));
    const dsn = (user: string): string => `mysql://${user}:open-sesame-7@${host.address}:3306/shop`;
    const env = {
      ...Object.fromEntries(
        Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
      ...{
        SHOP_DSN: dsn('shop'),
        ADMIN_DSN: dsn('admin'),
        BACKUP_DSN: dsn('keeper'),
        BACKUP_PASSWORD: 'a long password of the tests',
      },
      SHIPLOCK_WHO: 'tester',
    };
    const open = (more: Partial<DoorOptions> = {}): Promise<ServiceEnvironment> =>
      openEnvironment({ configFile, store, env, who: 'tester', self: [], ...more }, 'production');
    proxy = await startProxy(await open());
    return {
      ...{ host, dir, store, configFile, env, open },
      async cli(...argv) {
        const io = terminal({ cwd: dir, env });
        const code = await runCli([...argv, '--state', store], io);
        return { code, ...io.written };
      },
      sql: async (text) => (await must(host, `mariadb -N -B shop -e "${text}"`)).trim(),
      isShutOut: async () => /<title>.*maintenance/i.test(await (await fetch(`http://127.0.0.1:${port}/`)).text()),
      source: async (name) => {
        await must(host, `echo 'deb [trusted=yes] file:/srv/${name} ./' >/etc/apt/sources.list && apt-get update -q`);
      },
      async [Symbol.asyncDispose]() {
        await proxy?.stop();
        await lab[Symbol.asyncDispose]();
        await rm(dir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await proxy?.stop();
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

async function startProxy(service: ServiceEnvironment): Promise<Component> {
  const { doors } = service.target;
  if (doors === null) throw new Error('a world with a proxy of ours');
  await mkdir(doors.directory, { recursive: true });
  await applyDoors(doors, null);
  const options = { ...(await benchOptions()), service: doors.service, directory: doors.directory };
  return startComponent({
    name: 'haproxy',
    argv: haproxyUnit(options).argv,
    home: { dir: doors.directory, ours: false },
    ready: async () => (await doors.router(null).observe()).kind === 'observed',
  });
}

/** Accounts, three tables of two schemas with what may change its look with a version, a binary log, and a unit that needs the server. */
const PREPARE = `set -e
echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/lab
printf '[mysqld]\\nlog_bin=mysqld-bin\\nserver_id=1\\nexpire_logs_days=9\\n' >/etc/mysql/mariadb.conf.d/98-log.cnf
mkdir -p /var/log/mysql && chown mysql: /var/log/mysql
cat >/etc/systemd/system/shop-api.service <<'UNIT'
[Service]
ExecStart=/bin/sh -c 'mariadb shop -e "SELECT 1" && exec sleep infinity'
Restart=always
RestartSec=200ms
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl restart mariadb
mariadb <<'SQL'
CREATE DATABASE shop CHARACTER SET utf8mb4;
USE shop;
CREATE DATABASE stock;
CREATE USER shop@'%' IDENTIFIED BY 'open-sesame-7';
GRANT ALL ON shop.* TO shop@'%';
CREATE USER admin@'%' IDENTIFIED BY 'open-sesame-7';
GRANT SELECT, PROCESS, TRIGGER, EVENT, SUPER, REPLICA MONITOR ON *.* TO admin@'%';
CREATE USER keeper@'%' IDENTIFIED BY 'open-sesame-7';
GRANT ALL ON *.* TO keeper@'%';
CREATE TABLE shop.orders (id INT PRIMARY KEY AUTO_INCREMENT, total DECIMAL(9,2) NOT NULL, note TEXT CHARACTER SET utf8, state ENUM('new','paid') NOT NULL, made TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), KEY (state, made));
INSERT INTO shop.orders (total, note, state) SELECT seq, CONCAT('order ', seq), IF(seq % 2, 'new', 'paid') FROM seq_1_to_1000;
CREATE TABLE shop.positions (order_id INT NOT NULL, item VARCHAR(40) NOT NULL, PRIMARY KEY (order_id, item), CONSTRAINT of_order FOREIGN KEY (order_id) REFERENCES shop.orders (id) ON DELETE CASCADE);
INSERT INTO shop.positions SELECT id, 'bolt' FROM shop.orders;
CREATE TABLE stock.items (name VARCHAR(40) PRIMARY KEY, n INT) ENGINE=Aria;
INSERT INTO stock.items VALUES ('bolt', 7), ('nut', 9);
CREATE VIEW shop.paid AS SELECT * FROM shop.orders WHERE state = 'paid';
SQL
systemctl enable -q --now shop-api`;

function configText(lab: HostLab, { name, address }: LabHost, port: number): string {
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
  engine: mariadb
  migrations: migrations
  dsn: { secret: env:SHOP_DSN }
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
      bind: 127.0.0.1:${port}
    rollout:
      steps:
        - share: 10%
          bake: 5m
    backup:
      repository: ${join(lab.dir, 'repository')}
      password: { secret: env:BACKUP_PASSWORD }
      dsn: { secret: env:BACKUP_DSN }
    system:
      services:
        database:
          unit: mariadb.service
          hosts: [${name}]
          health: { tcp: '{host}:3306' }
          startTimeout: 40s
        api:
          unit: shop-api.service
          hosts: [${name}]
          after: [database]
          startTimeout: 20s
`;
}
