import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostLab, type LabHost, startHosts } from '../../../scripts/components/hosts.ts';
import { freePortRange } from '../../../scripts/components/ports.ts';
import { type Lab, openLab, type Ran } from '../../../scripts/lab/lab.ts';
import { openEnvironment } from '../../../src/release/index.ts';
import { emptyDisk } from '../hosts.ts';

/** A service on two real hosts behind a real proxy. The second one has packages, accounts, files and units of its own, which are backed up. */

export interface LostHostWorld extends AsyncDisposable {
  readonly lab: Lab;
  readonly hosts: HostLab;
  readonly lost: LabHost;
  cli(...argv: readonly string[]): Promise<Ran>;
  /** Its disk is gone: an empty machine answers at its address, whose archive has other versions than before. */
  lose(): Promise<void>;
  /** Hosts whose instances the proxy finds well and sends requests to. */
  served(): Promise<readonly string[]>;
  /** What the host is, by other means than ours. */
  state(): Promise<string>;
  /** Output of a script on the host, which must end well. */
  said(script: string): Promise<string>;
}

const FIXTURE = join(import.meta.dirname, '../../platform/fixtures/host-service');
/** Nothing but the standard library: what is shown is not what it does. */
const SERVICE = {
  ...{ kind: 'go', source: 'small', binary: 'service', command: ['./service', '{host}:{port}'] },
  ...{ ready: '/readyz', live: '/readyz', verifyModules: false },
};
const ALIVE = [{ path: '/readyz', status: 200 }];

interface Deb {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
}

/** Before and after the loss: `shop-old` is there in another version only, `shop-gone` not at all. */
const BEFORE: readonly Deb[] = [
  { name: 'shop-agent', version: '1.0', depends: 'shop-lib' },
  { name: 'shop-lib', version: '1.0' },
  { name: 'shop-old', version: '1.0' },
  { name: 'shop-gone', version: '1.0' },
];
const AFTER: readonly Deb[] = [
  { name: 'shop-agent', version: '1.0', depends: 'shop-lib' },
  { name: 'shop-agent', version: '1.1', depends: 'shop-lib' },
  { name: 'shop-lib', version: '1.0' },
  { name: 'shop-lib', version: '1.1' },
  { name: 'shop-old', version: '2.0' },
];

/** An archive in a directory of the host, the only one that its apt knows. `shop-agent` is a unit that reads a file of /etc/shop. */
function archive(debs: readonly Deb[]): string {
  const builds = debs.map(({ name, version, depends = '' }) => `build ${name} ${version} '${depends}'`).join('\n');
  return `set -e
mkdir -p /srv/source /etc/apt
cd /srv/source
rm -rf /etc/apt/sources.list.d/* ./*
echo 'deb [trusted=yes] file:/srv/source ./' >/etc/apt/sources.list
build() {
  tree=/srv/build/$1-$2
  rm -rf "$tree"
  mkdir -p $tree/DEBIAN $tree/usr/share/$1
  echo "$2" >$tree/usr/share/$1/version
  if [ "$1" = shop-agent ]; then
    mkdir -p $tree/lib/systemd/system
    printf '[Service]\\nType=exec\\nExecStartPre=/usr/bin/test -s /etc/shop/agent.conf\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >$tree/lib/systemd/system/shop-agent.service
  fi
  printf 'Package: %s\\nVersion: %s\\nArchitecture: all\\nMaintainer: Test <test@example.com>\\n' "$1" "$2" >$tree/DEBIAN/control
  [ -z "$3" ] || printf 'Depends: %s\\n' "$3" >>$tree/DEBIAN/control
  printf 'Description: of a test\\n' >>$tree/DEBIAN/control
  dpkg-deb --build --root-owner-group -Znone $tree $1_$2.deb >/dev/null
}
${builds}
for file in *.deb; do
  dpkg-deb --field $file
  printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' $file $(stat -c %s $file) $(sha256sum <$file | cut -c1-64)
done >Packages
apt-get update -q >/dev/null 2>&1`;
}

const MADE = `set -e
groupadd -g 4100 shop && useradd -M -u 4100 -g 4100 -s /usr/sbin/nologin shop
mkdir -p /etc/shop/conf.d /etc/ssl/shop
printf 'listen 8080;\\n' >/etc/shop/shop.conf
printf 'agent\\n' >/etc/shop/agent.conf
ln -s ../shop.conf /etc/shop/conf.d/link.conf
head -c 1000000 /dev/urandom >/etc/shop/big.bin
printf 'a key' >/etc/ssl/shop/shop.key && chmod 600 /etc/ssl/shop/shop.key && chown -R 4100:4100 /etc/ssl/shop
printf '[Service]\\nType=oneshot\\nExecStart=/bin/true\\n' >/etc/systemd/system/shop-job.service
printf '[Timer]\\nOnCalendar=daily\\n[Install]\\nWantedBy=timers.target\\n' >/etc/systemd/system/shop-job.timer
apt-get install -y -q shop-agent shop-old shop-gone >/dev/null 2>&1
systemctl daemon-reload
systemctl enable -q --now shop-agent shop-job.timer`;

const STATE = `cd / && find etc/shop etc/ssl/shop etc/systemd/system/shop-job.service etc/systemd/system/shop-job.timer -printf '%p %y %m %U:%G %l\\n' | sort
find etc/shop etc/ssl/shop -type f -exec sha256sum {} + | sort
dpkg-query -W -f '\${Package} \${Version} \${db:Status-Abbrev}\\n' 'shop-*' | grep ' ii' | sort
echo manual: $(apt-mark showmanual 'shop-*')
id shop
systemctl is-enabled shop-agent shop-job.timer 2>&1
systemctl is-active shop-agent shop-job.timer 2>&1 || :
systemctl list-units --no-legend --plain 'certkeeper-api@*' | awk '{ print $1, $3 }'
ls /usr/local/lib/shiplock /srv/certkeeper 2>/dev/null | wc -l | sed 's/^0$/nothing of ours/; s/^[0-9]*$/ours/'
systemctl --failed --no-legend --plain | awk '{ print "failed", $1 }'`;

export async function lostHostWorld(): Promise<LostHostWorld> {
  const hosts = await startHosts(2);
  const place = await mkdtemp(join(tmpdir(), 'sl-lost-'));
  let lab: Lab | undefined;
  const close = async (): Promise<void> => {
    await lab?.stop();
    await hosts[Symbol.asyncDispose]();
    await rm(place, { recursive: true, force: true });
  };
  try {
    const [, lost] = hosts.hosts;
    if (lost === undefined) throw new Error('a lab of two hosts');
    const said = async (script: string): Promise<string> => {
      const { code, output } = await lost.run(script);
      if (code !== 0) throw new Error(`${script}: ${output}`);
      return output.trim();
    };
    const password = join(place, 'password');
    await writeFile(password, 'a long password of the tests\n', { mode: 0o600 });
    lab = await openLab({
      ...{ database: false, frontend: false, ports: await freePortRange(25) },
      platform: {
        ...{ kind: 'ssh', root: '/srv/certkeeper', knownHosts: hosts.knownHosts, identityFile: hosts.identity },
        hosts: hosts.hosts.map(({ name, address }) => ({ name, address })),
      },
      traffic: { kind: 'haproxy', longestTimeout: '500ms', deadMan: '3s' },
      metrics: { every: '200ms' },
      rollout: {
        ...{ steps: [{ share: '50%', bake: '1s' }], finalBake: '1s', healthDeadline: '60s' },
        ...{ analysis: { past: '0s' }, analysisDeadline: '2s', lowTraffic: 'smoke', smoke: ALIVE },
      },
      backup: {
        repository: join(place, 'repository'),
        password: { secret: `file:${password}` },
        files: [{ on: [lost.name], paths: ['/etc/shop', '/etc/ssl/shop', '/etc/systemd/system'] }],
      },
      components: { api: SERVICE },
      verify: ALIVE,
      top: { objectives: { rto: '4h', rpo: '24h' } },
    });
    const { shiplock, service, state } = lab;
    const cli = (...argv: readonly string[]): Promise<Ran> => shiplock(argv);
    await said(archive(BEFORE));
    await said(MADE);
    await cp(FIXTURE, join(lab.service, 'small'), { recursive: true });
    await writeFile(join(lab.service, 'small', 'go.mod'), 'module small\n\ngo 1.26.0\n');
    await lab.commit('1.0.0');
    for (const words of [
      ['release', 'production'],
      ['backup', 'run', 'production'],
    ]) {
      const ran = await cli(...words, '--quiet');
      if (ran.code !== 0) throw new Error(`${words.join(' ')}: ${ran.stdout}${ran.stderr}`);
    }
    return {
      ...{ lab, hosts, lost, cli, said },
      async lose() {
        await lost.pullPlug();
        await emptyDisk(lost);
        await lost.powerOn();
        await said(archive(AFTER));
      },
      async served() {
        const opened = await openEnvironment(
          { configFile: join(service, 'shiplock.yaml'), store: state, env: process.env, who: 'tester', self: [] },
          'production',
        );
        const routes = await opened.target.ports.router.observe();
        const all = routes.kind === 'observed' ? routes.routes.flatMap(({ endpoints }) => endpoints) : [];
        return all
          .filter(({ draining, health }) => draining !== true && health === 'up')
          .map(({ instance }) => instance.split('@').at(-1) ?? '')
          .toSorted();
      },
      state: () => said(STATE),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
