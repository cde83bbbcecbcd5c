import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../../src/cli/main.ts';
import { terminal } from '../support/terminal.ts';

/** Files of this machine in a real repository, where there is no database: read back, counted, and not believed when they are not as they were. */

let dir: string;
const shiplock = async (...words: readonly string[]) => {
  const io = terminal({ cwd: dir, env: { ...variables(), BACKUP_PASSWORD: 'a long password of the tests' } });
  const exit = await runCli([...words, '--config', join(dir, 'shiplock.yaml'), '--state', join(dir, 'state')], io);
  return { exit, said: io.written.out + io.written.err };
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sl-backup-files-'));
  await mkdir(join(dir, 'etc', 'empty'), { recursive: true });
  await writeFile(join(dir, 'etc', 'shop.conf'), 'listen 8080;\n');
  await writeFile(join(dir, 'etc', 'nothing'), '');
  await writeFile(join(dir, 'etc', 'big.bin'), Buffer.alloc(300_000, 'abcdefg'));
  await symlink('shop.conf', join(dir, 'etc', 'link.conf'));
  await writeFile(join(dir, 'shiplock.yaml'), CONFIG);
  const ran = await shiplock('backup', 'run', 'production', '--quiet');
  expect(ran, ran.said).toMatchObject({ exit: 0 });
}, 200_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

it('all of it comes back and is counted; until then status tells that nobody has looked', async () => {
  expect((await shiplock('backup', 'status', 'production')).said).toContain('local: none');
  const verified = await shiplock('backup', 'verify', 'production', '--quiet');
  expect(verified, verified.said).toMatchObject({ exit: 0 });
  expect(verified.said).toMatch(/local: \S+ came back and agrees: \d+ files/);
  expect((await shiplock('backup', 'list', 'production')).said).toMatch(/verified/);
  expect((await shiplock('backup', 'status', 'production')).said).not.toContain('local: none');
}, 200_000);

it('fewer than were stored are not the backup', async () => {
  const catalogue = join(dir, 'state', 'backups', 'production', 'catalogue');
  const name = (await readdir(catalogue)).find((one) => one.startsWith('files-')) ?? '';
  const text = await readFile(join(catalogue, name), 'utf8');
  expect(text).toContain('"files": 3');
  await writeFile(join(catalogue, name), text.replace('"files": 3', '"files": 4'));
  const verified = await shiplock('backup', 'verify', 'production', '--quiet');
  expect(verified.exit, verified.said).toBe(1);
  expect(verified.said).toMatch(/local: \S+ is suspect: 3 files of 300013 bytes came back, 4 of 300013 were stored/);
  await writeFile(join(catalogue, name), text);
}, 200_000);

it('a byte that has flipped in the repository makes it suspect', async () => {
  const data = join(dir, 'repository', 'data');
  for (const shard of await readdir(data)) {
    for (const pack of await readdir(join(data, shard))) {
      const bytes = await readFile(join(data, shard, pack));
      bytes.writeUInt8(bytes.readUInt8(50) ^ 1, 50);
      await rm(join(data, shard, pack));
      await writeFile(join(data, shard, pack), bytes);
    }
  }
  const verified = await shiplock('backup', 'verify', 'production', '--quiet');
  expect(verified.exit, verified.said).toBe(1);
  expect(verified.said).toContain('is suspect');
}, 200_000);

it('the first backup of a host that does not answer says so, and nothing else', async () => {
  const own = join(dir, 'unreachable');
  await mkdir(own);
  await writeFile(join(own, 'known_hosts'), '');
  const platform = `{ kind: ssh, root: /srv/shop, localRoot: here, knownHosts: known_hosts, hosts: [{ name: web1, address: 127.0.0.1, port: 1 }] }`;
  const config = CONFIG.replace('{ kind: local, root: here }', platform).replace(
    '[etc]',
    '[{ on: all, paths: [/etc] }]',
  );
  await writeFile(join(own, 'shiplock.yaml'), config);
  const io = terminal({ cwd: own, env: { ...variables(), BACKUP_PASSWORD: 'a long password of the tests' } });
  const words = ['--config', join(own, 'shiplock.yaml'), '--state', join(own, 'state'), '--quiet'];
  const exit = await runCli(['backup', 'run', 'production', ...words], io);
  const said = io.written.out + io.written.err;
  expect(exit, said).not.toBe(0);
  expect(said).toContain('ssh.unreachable');
  expect(said).not.toContain('exit code -2');
}, 200_000);

const CONFIG = `apiVersion: shiplock/v1
service: shop
components:
  api: { kind: go, source: api, binary: shop, command: [./shop], ready: /readyz }
environments:
  production:
    platform: { kind: local, root: here }
    traffic: { kind: haproxy, directory: here/haproxy, bind: 127.0.0.1:8080 }
    rollout: { steps: [{ share: 10%, bake: 5m }] }
    backup:
      repository: repository
      password: { secret: env:BACKUP_PASSWORD }
      files: [etc]
`;

function variables(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
