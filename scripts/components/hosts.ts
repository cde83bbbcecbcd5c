import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDir, makeOnce } from '../cache.ts';
import { provide } from '../setup.ts';
import { command, type Ended } from '../testing/command.ts';

/**
 * Real hosts on this machine: each with systemd as process 1, sshd, a disk and an address of its own, in namespaces; the machine's own are not
 * touched but for one link, which goes with them. They guard against mistakes and not against an attacker: only content of our own runs there.
 */

export interface LabHost {
  readonly name: string;
  readonly address: string;
  /** Its root directory, seen from here while it is off; look into `upper` while it is on. */
  readonly disk: string;
  /** Switches it on and waits until it answers ssh. */
  powerOn(): Promise<void>;
  /** Pulls the plug: every process is gone at once. */
  pullPlug(): Promise<void>;
  /** A command as root, over ssh of its own; any exit code is an answer. */
  run(script: string): Promise<Ended>;
  /** From here on no packet reaches it, and none leaves. */
  cutOff(cut: boolean): Promise<void>;
}

export interface HostLab extends AsyncDisposable {
  readonly hosts: readonly LabHost[];
  /** Keys of all hosts, and a private key that all of them let in as root. */
  readonly knownHosts: string;
  readonly identity: string;
  readonly dir: string;
}

const SCRIPTS = join(import.meta.dirname, 'hosts');
const HIERARCHIES = ['systemd', 'unified', 'memory', 'pids', 'devices'];
const MIB = 1024 * 1024;
/** Roots that hosts may have, and the scripts that make them. */
const ROOTS = {
  base: { parts: ['base.sh'], memory: 256 * MIB },
  mariadb: { parts: ['mariadb.sh', 'mariadb-source.sh'], memory: 256 * MIB },
  // Its server takes more than half a GiB for itself.
  mysql: { parts: ['mysql.sh', 'mysql-source.sh'], memory: 1280 * MIB },
} as const;

const hostsNeeded = {
  name: 'mmdebstrap and iproute2',
  why: 'make hosts with systemd',
  binaries: ['mmdebstrap', 'ip', 'unshare', 'nsenter', 'setpriv', 'ssh', 'ssh-keygen'],
  debianPackages: ['mmdebstrap', 'iproute2', 'util-linux', 'openssh-client'],
  forWhat: ['test'],
} as const;

/** Why no hosts can be had on this machine; null when they can. Installs what is missing where that is possible. */
export async function whyNoHosts(): Promise<string | null> {
  if (process.platform !== 'linux') return 'hosts need Linux';
  if (process.getuid?.() !== 0) return 'hosts need root';
  if (!/^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8')))
    return 'hosts are made of the packages of a Debian machine';
  if (!existsSync('/sys/fs/cgroup/systemd') || !existsSync('/sys/fs/cgroup/unified')) {
    return 'hosts need the hybrid layout of cgroups, and this machine has another';
  }
  const missing = await provide([hostsNeeded]);
  if (missing.length > 0) return missing.join('; ');
  try {
    execFileSync('unshare', ['--net', '--mount', '--pid', '--fork', 'true'], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return `namespaces are refused: ${error instanceof Error ? error.message.split('\n').at(-1) : String(error)}`;
  }
}

/** The files that hosts of this kind have in common, as a directory that nobody may change; made once, in about a minute. */
export async function hostRoot(root: keyof typeof ROOTS): Promise<string> {
  const script = join(SCRIPTS, `${root}.sh`);
  const release = /VERSION_CODENAME=(\S+)/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'debian';
  const parts = ROOTS[root].parts.map((name) => join(SCRIPTS, name));
  const hash = execFileSync('sha256sum', { input: parts.map((path) => readFileSync(path, 'utf8')).join('') })
    .toString('utf8')
    .slice(0, 12);
  return makeOnce({
    target: cacheDir('hosts', root === 'base' ? `${release}-${hash}` : `${release}-${root}-${hash}`),
    script: 'sh "$2" "$1"',
    args: [script],
    onStart: () => process.stderr.write('making the root of hosts, about a minute, once …\n'),
  });
}

/**
 * Builds the shared root, then starts a lab with this many hosts, `web1`, `web2` …
 * @param options root: `mariadb` has a server of databases, and packages of later ones (hosts/mariadb.sh); `mysql` has packages of one (hosts/mysql.sh)
 */
export async function startHosts(
  count: number,
  options: { readonly smallDisks?: readonly number[]; readonly root?: keyof typeof ROOTS } = {},
): Promise<HostLab> {
  const { root = 'base' } = options;
  const { memory } = ROOTS[root];
  const base = await hostRoot(root);
  const dir = await mkdtemp(join(tmpdir(), 'slh-'));
  const group = `shiplock-${dir.slice(-6)}`;
  const identity = join(dir, 'id');
  const knownHosts = join(dir, 'known_hosts');
  await must(['ssh-keygen', '-qt', 'ed25519', '-N', '', '-C', 'lab', '-f', identity]);
  await clearGroups(group);
  const lab = await startLab(dir);
  const hosts: Switched[] = [];
  try {
    for (let n = 1; n <= count; n++) {
      const small = options.smallDisks?.includes(n) === true;
      hosts.push(await makeHost({ n, dir, group, base, identity, knownHosts, lab, small, memory }));
    }
    await Promise.all(hosts.map((host) => host.powerOn()));
  } catch (error) {
    await takeDown();
    throw error;
  }
  async function takeDown(): Promise<void> {
    lab.child.stdin?.end();
    await ended(lab.child);
    await Promise.all(hosts.map((host) => host.gone()));
    await clearGroups(group);
    await rm(dir, { recursive: true, force: true });
  }
  return { hosts, knownHosts, identity, dir, [Symbol.asyncDispose]: takeDown };
}

interface Lab {
  readonly child: ChildProcess;
  /** Process 1 of its namespaces, as seen from here. */
  readonly pid: number;
  readonly subnet: string;
}

async function startLab(dir: string): Promise<Lab> {
  const up = join(dir, 'up');
  const there = join(dir, 'there');
  const child = spawn(
    'unshare',
    ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', join(SCRIPTS, 'lab.sh'), up, there],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  await until('the lab', async () => existsSync(there));
  const pid = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0]);
  // Some network that nobody else has: tried until a link can be made for it.
  for (;;) {
    const number = 1 + ((randomBytes(1)[0] ?? 0) % 250);
    const subnet = `10.77.${number}`;
    const routes = await command(['ip', 'route', 'show', `${subnet}.0/24`], { cwd: '/', live: false });
    if (routes.output.trim() !== '') continue;
    const link = `slh${number}`;
    const made = await command(
      ['ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'inside', 'netns', String(pid)],
      { cwd: '/', live: false },
    );
    if (made.code !== 0) {
      if (/exists/.test(made.output)) continue;
      throw new Error(made.output);
    }
    await must(['ip', 'addr', 'add', `${subnet}.1/24`, 'dev', link]);
    await must(['ip', 'link', 'set', link, 'up']);
    await until('the bridge', async () => existsSync(up));
    return { child, pid, subnet };
  }
}

interface Place {
  readonly n: number;
  readonly dir: string;
  readonly group: string;
  readonly base: string;
  readonly identity: string;
  readonly knownHosts: string;
  readonly lab: Lab;
  /** /srv holds 64 MB. */
  readonly small: boolean;
  /** Bytes. */
  readonly memory: number;
}
interface Switched extends LabHost {
  gone(): Promise<void>;
}

async function makeHost({ n, dir, group, base, identity, knownHosts, lab, small, memory }: Place): Promise<Switched> {
  const name = `web${n}`;
  const number = 10 + n;
  const address = `${lab.subnet}.${number}`;
  const disk = join(dir, name);
  const upper = join(disk, 'upper');
  await mkdir(join(disk, 'work'), { recursive: true });
  await mkdir(join(disk, 'root'));
  await mkdir(join(disk, 'extra'));
  await mkdir(join(upper, 'etc', 'ssh'), { recursive: true });
  await mkdir(join(upper, 'root', '.ssh'), { recursive: true, mode: 0o700 });
  if (small) await writeFile(join(disk, 'small-disk'), '96m');
  const key = join(upper, 'etc', 'ssh', 'ssh_host_ed25519_key');
  await must(['ssh-keygen', '-qt', 'ed25519', '-N', '', '-C', name, '-f', key]);
  const [kind, value] = (await readFile(`${key}.pub`, 'utf8')).split(' ');
  await appendFile(knownHosts, `${address} ${kind} ${value}\n`);
  await writeFile(join(upper, 'etc', 'hostname'), `${name}\n`);
  await writeFile(join(upper, 'etc', 'machine-id'), `${randomBytes(16).toString('hex')}\n`);
  await writeFile(join(upper, 'etc', 'hosts'), `127.0.0.1 localhost ${name}\n`);
  await writeFile(join(upper, 'root', '.ssh', 'authorized_keys'), await readFile(`${identity}.pub`), { mode: 0o600 });
  const own = `${group}/${name}`;
  for (const hierarchy of HIERARCHIES)
    await mkdir(join('/sys/fs/cgroup', hierarchy, own), { recursive: true }).catch(() => undefined);
  await writeFile(join('/sys/fs/cgroup/memory', own, 'memory.limit_in_bytes'), String(memory));
  const devices = join('/sys/fs/cgroup/devices', own);
  await writeFile(join(devices, 'devices.deny'), 'a');
  for (const node of ['c 1:3', 'c 1:5', 'c 1:7', 'c 1:8', 'c 1:9', 'c 5:0', 'c 5:2', 'c 136:*']) {
    await writeFile(join(devices, 'devices.allow'), `${node} rwm`);
  }
  const inLab = ['nsenter', '-t', String(lab.pid), '-n', '-m', '-p'];
  let runner: ChildProcess | undefined;
  const ssh = [
    ...['ssh', '-F', 'none', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes', '-o', 'LogLevel=ERROR'],
    ...['-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'ConnectTimeout=2'],
    // A host that lost its power says nothing any more, not even that.
    ...['-o', 'ServerAliveInterval=2', '-o', 'ServerAliveCountMax=3', '-i', identity, `root@${address}`],
  ];
  const run = (script: string): Promise<Ended> => command([...ssh, script], { cwd: '/', live: false });
  const gone = async (): Promise<void> => {
    if (runner !== undefined) await ended(runner);
  };
  return {
    name,
    address,
    disk,
    run,
    gone,
    async powerOn() {
      await gone();
      const [first = '', ...rest] = inLab;
      const words = [name, String(number), lab.subnet, disk, own, base];
      runner = spawn(first, [...rest, 'sh', join(SCRIPTS, 'switch.sh'), ...words], {
        stdio: ['ignore', 'ignore', openSync(join(disk, 'console.log'), 'a')],
      });
      await until(`${name} to answer ssh`, async () => (await run('true')).code === 0);
    },
    async pullPlug() {
      const pid = (await readFile(join(disk, 'pid'), 'utf8')).trim();
      await command([...inLab, 'kill', '-9', pid], { cwd: '/', live: false });
      await gone();
    },
    async cutOff(cut) {
      await must([...inLab, 'ip', 'link', 'set', `v${number}`, cut ? 'down' : 'up']);
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((done) => child.once('close', done));
}

/** Folders of cgroups can be removed once the last process is really gone. */
async function clearGroups(group: string): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    let left = 0;
    for (const hierarchy of HIERARCHIES)
      left += (await removeFolders(join('/sys/fs/cgroup', hierarchy, group))) ? 0 : 1;
    if (left === 0) return;
    await sleep(100);
  }
}

async function removeFolders(path: string): Promise<boolean> {
  if (!existsSync(path)) return true;
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeFolders(join(path, entry.name));
  }
  return rmdir(path).then(
    () => true,
    () => false,
  );
}

async function must(argv: readonly string[]): Promise<void> {
  const end = await command(argv, { cwd: '/', live: false });
  if (end.code !== 0) throw new Error(`${argv.join(' ')}: ${end.output}`);
}

async function until(what: string, check: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await check().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(30);
  }
}

/** `node scripts/components/hosts.ts 4`: a lab to try things in; it goes down at Ctrl-C. */
if (import.meta.main) {
  const why = await whyNoHosts();
  if (why !== null) throw new Error(why);
  await using lab = await startHosts(Number(process.argv[2] ?? 2));
  const ssh = `ssh -F none -o UserKnownHostsFile=${lab.knownHosts} -i ${lab.identity}`;
  for (const { name, address } of lab.hosts) process.stdout.write(`${name}: ${ssh} root@${address}\n`);
  await new Promise((done) => process.once('SIGINT', done).once('SIGTERM', done));
}
