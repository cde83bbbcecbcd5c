import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { command } from '../../scripts/testing/command.ts';
import { until } from '../lab/cluster/namespaces.ts';
import { skipWords } from '../support/hosts.ts';
import { whySkipCluster } from '../support/kubernetes.ts';

/** What a cluster of the lab lives in: it ends with its holder, however that ends. */

const why = await whySkipCluster();
const said = z.object({ dir: z.string(), group: z.string(), gateway: z.string() });
const HOLDER = `
import { writeFile } from 'node:fs/promises';
import { makeNamespaces } from '${join(import.meta.dirname, '../lab/cluster/namespaces.ts')}';
const lab = await makeNamespaces();
await lab.run(['mkdir', '-p', lab.dir + '/log', '/var/lib/made-inside', '/sys/fs/cgroup/pids/' + lab.group + '/pod']);
// Its parent ends at once: nobody but the namespaces holds it.
await lab.run(['sh', '-c', 'echo 0 > /sys/fs/cgroup/pids/' + lab.group + '/pod/cgroup.procs; setsid sleep 4242 > /dev/null 2>&1 &']);
await writeFile(process.argv[1] + '.part', JSON.stringify({ dir: lab.dir, group: lab.group, gateway: lab.gateway }));
await (await import('node:fs/promises')).rename(process.argv[1] + '.part', process.argv[1]);
await new Promise((done) => setTimeout(done, 600_000));
`;

test.skipIf(why !== null)(`kill -9 of the holder leaves nothing of a lab${skipWords(why)}`, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-holder-'));
  const told = join(dir, 'told');
  const holder = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, told], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise((done) => holder.once('exit', done));
  try {
    await until('the lab', async () => existsSync(told));
    const lab = said.parse(JSON.parse(readFileSync(told, 'utf8')));
    const links = async (): Promise<string> => (await command(['ip', '-o', 'addr'], { cwd: '/', live: false })).output;
    const inGroup = `/sys/fs/cgroup/pids/${lab.group}/pod/cgroup.procs`;
    expect(existsSync(lab.dir)).toBe(true);
    expect(readFileSync(inGroup, 'utf8').trim()).toMatch(/^\d+$/);
    expect(await links()).toContain(lab.gateway);
    // What was made inside below a fixed path was never made here.
    expect(existsSync('/var/lib/made-inside')).toBe(false);
    const pid = Number(readFileSync(inGroup, 'utf8').trim());
    holder.kill('SIGKILL');
    await ended;
    await until('the end of it', async () => !existsSync(lab.dir) && !existsSync(`/sys/fs/cgroup/pids/${lab.group}`));
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    for (const kind of ['cpuset', 'memory', 'systemd'])
      expect(existsSync(`/sys/fs/cgroup/${kind}/${lab.group}`)).toBe(false);
    expect(await links()).not.toContain(`${lab.gateway}/`);
  } finally {
    holder.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  }
});
