import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostLab, type LabHost, startHosts } from '../../scripts/components/hosts.ts';
import { runCli } from '../../src/cli/main.ts';
import { emptyDisk, skipWords, whySkipHosts } from '../support/hosts.ts';
import { terminal } from '../support/terminal.ts';

/** Files of a real host: into a real repository, read back, and back on the host after somebody broke them or its disk was lost. */

const why = await whySkipHosts();

/** What a look with other means than ours says of the files: type, mode, owners, links, digests, attributes, ACLs. */
const TREE = `cd / && find etc/shop srv/static etc/ssl/shop -printf '%p %y %m %U:%G %l\\n' | sort
find etc/shop srv/static etc/ssl/shop -type f -exec sha256sum {} + | sort
find etc/shop srv/static etc/ssl/shop -type f -printf '%p %T@\\n' | sort`;
const KEY = '-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5LCBidXQgc2VjcmV0\n-----END PRIVATE KEY-----\n';

describe.skipIf(why !== null)(`files of a host${skipWords(why)}`, () => {
  let lab: HostLab;
  let host: LabHost;
  let dir: string;
  let configFile: string;

  const shiplock = async (...words: readonly string[]) => {
    const io = terminal({ cwd: dir, env: { ...variables(), BACKUP_PASSWORD: 'a long password of the tests' } });
    const exit = await runCli([...words, '--config', configFile, '--state', join(dir, 'state')], io);
    return { exit, said: io.written.out + io.written.err };
  };
  const tree = async (): Promise<string> => {
    const { code, output } = await host.run(TREE);
    expect(code, output).toBe(0);
    return output;
  };

  beforeAll(async () => {
    lab = await startHosts(1);
    const [first] = lab.hosts;
    if (first === undefined) throw new Error('a host');
    host = first;
    dir = await mkdtemp(join(tmpdir(), 'shiplock-backup-hosts-'));
    configFile = join(dir, 'shiplock.yaml');
    await writeFile(configFile, configuration(lab, host.address));
    const made = await host.run(`set -e
groupadd -g 4100 shop && useradd -M -u 4100 -g 4100 -s /usr/sbin/nologin shop
mkdir -p /etc/shop/conf.d /srv/static/img /etc/ssl/shop /etc/shiplock
printf 'listen 8080;\\nworkers 2;\\n' >/etc/shop/shop.conf
printf 'a: 1\\n' >'/etc/shop/conf.d/with a space é.yaml'
ln -s ../shop.conf /etc/shop/conf.d/link.conf
ln -s /etc/passwd /etc/shop/outside
head -c 3000000 /dev/urandom >/srv/static/img/big.bin
: >/srv/static/empty
printf '%s' '${KEY}' >/etc/ssl/shop/shop.key
chmod 600 /etc/ssl/shop/shop.key && chown -R 4100:4100 /etc/ssl/shop /srv/static && chmod 2750 /srv/static
touch -d '2020-02-02 02:02:02.123456789' /etc/shop/shop.conf`);
    expect(made.code, made.output).toBe(0);
  }, 120_000);
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
    if (dir !== undefined) await rm(dir, { recursive: true, force: true });
  });

  it('is stored, read back and compared; no key of it stands in a journal, and none of the repository on the host', async () => {
    const plan = await shiplock('backup', 'run', 'production', '--dry-run');
    expect(plan.said).toContain('tar on web1 reads /etc/shop, /srv/static, /etc/ssl/shop');
    const ran = await shiplock('backup', 'run', 'production');
    expect(ran, ran.said).toMatchObject({ exit: 0 });
    expect(ran.said).toContain('files of web1 stored');
    const verified = await shiplock('backup', 'verify', 'production');
    expect(verified, verified.said).toMatchObject({ exit: 0 });
    expect(verified.said).toMatch(/web1: \S+-web1 came back and agrees: \d+ files/);
    expect((await shiplock('backup', 'list', 'production')).said).toMatch(/files of web1 \S+ {2}verified/);
    const secret = 'bm90IGEga2V5';
    for (const name of await readdir(join(dir, 'state'), { recursive: true }))
      expect(await readFile(join(dir, 'state', name), 'utf8').catch(() => ''), name).not.toContain(secret);
    const there = await host.run(
      "grep -rl 'a long password of the tests' /etc /srv /var/lib /root /tmp /run 2>/dev/null",
    );
    expect(there.output.trim()).toBe('');
  }, 120_000);

  it('one file comes back as it was; a look says what would change and shows no key; undone, it is as somebody left it', async () => {
    const before = await tree();
    await host.run(`printf 'listen 9090;\\nworkers 2;\\n' >/etc/shop/shop.conf; chmod 666 /etc/shop/shop.conf
printf 'other secret' >/etc/ssl/shop/shop.key; chown 0:0 /etc/ssl/shop/shop.key; rm /etc/shop/conf.d/link.conf; echo new >/etc/shop/new`);
    const broken = await tree();
    const look = await shiplock('restore', 'files', 'production', '--host', 'web1', '--dry-run');
    expect(look, look.said).toMatchObject({ exit: 0 });
    expect(look.said).toContain('changes: /etc/shop/shop.conf (mode 666 → 644');
    expect(look.said).toContain('-listen 9090;\n+listen 8080;');
    expect(look.said).toContain('comes back: /etc/shop/conf.d/link.conf (link');
    expect(look.said).toContain('changes: /etc/ssl/shop/shop.key (owner 0:0 → 4100:4100');
    expect(look.said).toContain('stays: /etc/shop/new');
    expect(look.said).not.toMatch(/other secret|bm90IGEga2V5|PRIVATE KEY/);
    expect(await tree(), 'a look changes nothing').toBe(broken);

    const one = await shiplock(
      'restore',
      'files',
      'production',
      '--host',
      'web1',
      '--only',
      '/etc/shop/shop.conf',
      '--quiet',
    );
    expect(one, one.said).toMatchObject({ exit: 0 });
    expect(one.said).toContain('1 files as of');
    const after = await host.run(
      "cat /etc/shop/shop.conf; stat -c '%a %.Y' /etc/shop/shop.conf; cat /etc/ssl/shop/shop.key",
    );
    expect(after.output).toBe('listen 8080;\nworkers 2;\n644 1580608922.123456789\nother secret');

    const set = /--undo ([0-9a-f]{32})/.exec(one.said)?.[1] ?? '';
    const undone = await shiplock('restore', 'files', 'production', '--host', 'web1', '--undo', set, '--quiet');
    expect(undone, undone.said).toMatchObject({ exit: 0 });
    expect(await tree()).toBe(broken);

    const all = await shiplock('restore', 'files', 'production', '--host', 'web1', '--quiet');
    expect(all, all.said).toMatchObject({ exit: 0 });
    await host.run('rm /etc/shop/new');
    expect(await tree()).toBe(before);
  }, 120_000);

  it('an emptied host is no backup; it gets all of it back, with owners by number', async () => {
    const before = await tree();
    await host.pullPlug();
    await emptyDisk(host);
    await host.powerOn();
    const ran = await shiplock('backup', 'run', 'production', '--quiet');
    expect(ran.exit, ran.said).not.toBe(0);
    expect(ran.said).toContain('backup.host-path-missing');
    const look = await shiplock('restore', 'files', 'production', '--host', 'web1', '--dry-run');
    expect(look.said).toContain('is made: shop 4100');
    const ours = await host.run('ls -d /usr/local/lib/shiplock /srv/shop 2>/dev/null');
    expect(ours.output, 'neither a backup nor a look lays anything down').toBe('');
    const all = await shiplock('restore', 'files', 'production', '--host', 'web1', '--quiet');
    expect(all, all.said).toMatchObject({ exit: 0 });
    expect(await tree()).toBe(before);
    expect((await host.run('id shop')).output.trim()).toBe('uid=4100(shop) gid=4100(shop) groups=4100(shop)');
  }, 120_000);

  it('what is in the way is not replaced, and nothing is changed', async () => {
    await host.run('rm -rf /etc/shop/conf.d && ln -s /srv/static /etc/shop/conf.d && echo x >/etc/shop/shop.conf');
    const broken = await tree();
    const refused = await shiplock('restore', 'files', 'production', '--host', 'web1', '--quiet');
    expect(refused.exit, refused.said).not.toBe(0);
    expect(refused.said).toContain('ssh.files-in-the-way');
    expect(await tree()).toBe(broken);
  }, 120_000);

  it('a repository in which a byte has flipped gives nothing to a host', async () => {
    const before = await tree();
    const data = join(dir, 'repository', 'data');
    for (const shard of await readdir(data)) {
      for (const pack of await readdir(join(data, shard))) {
        const bytes = await readFile(join(data, shard, pack));
        if (bytes.length < 100_000) continue;
        bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000);
        await rm(join(data, shard, pack));
        await writeFile(join(data, shard, pack), bytes);
      }
    }
    const verified = await shiplock('backup', 'verify', 'production', '--quiet');
    expect(verified.exit, verified.said).toBe(1);
    expect(verified.said).toContain('is suspect');
    const refused = await shiplock('restore', 'files', 'production', '--host', 'web1', '--quiet');
    expect(refused.exit, refused.said).not.toBe(0);
    expect(await tree()).toBe(before);
  }, 120_000);
});

function configuration({ knownHosts, identity }: HostLab, address: string): string {
  return `apiVersion: shiplock/v1
service: shop
components:
  api: { kind: go, source: api, binary: shop, command: [./shop], ready: /readyz }
environments:
  production:
    platform:
      kind: ssh
      root: /srv/shop
      localRoot: here
      knownHosts: ${knownHosts}
      identityFile: ${identity}
      hosts: [{ name: web1, address: ${address} }]
    traffic: { kind: haproxy, directory: .shiplock/haproxy, bind: 127.0.0.1:8080 }
    rollout: { steps: [{ share: 10%, bake: 5m }] }
    backup:
      repository: repository
      password: { secret: env:BACKUP_PASSWORD }
      files:
        - { on: all, paths: [/etc/shop, /srv/static, /etc/ssl/shop] }
`;
}

function variables(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
