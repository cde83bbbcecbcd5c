import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDir, makeOnce } from '../../scripts/cache.ts';
import { openPlace, type Place } from '../support/client.ts';

/**
 * Client scripts installed, updated, killed, and removed in root directories of distributions, each in namespaces of its own: no file and no
 * process of this machine, and no network but its own loopback. BusyBox alone (as Alpine has it), Debian of this machine, and Debian's next suite;
 * what cannot be had is said and counts as a failure. Needs root, mmdebstrap and a mirror of Debian.
 *   [KILLS]   how often the installer is killed in each (default 60)
 * Exit codes: 0 everything as it should be · 1 otherwise
 */

const kills = Number(process.argv[2] ?? 60);

interface Root {
  readonly name: string;
  /** Directory with a whole system, read-only; each test gets a copy. */
  readonly base: string;
  readonly shell: string;
}

const run = (argv: readonly string[], input = ''): string => {
  const [program = '', ...args] = argv;
  return execFileSync(program, args, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] });
};

/** A suite of Debian (its mirror may be a snapshot of some weeks ago) with what an installation needs: tar and gzip are there, curl and openssl are not in the smallest one. */
async function debian(suite: string): Promise<string> {
  const sources = '/etc/apt/sources.list.d/debian.sources';
  const mirror = /^URIs:\s*(\S+)/m.exec(await readFile(sources, 'utf8').catch(() => ''))?.[1];
  const classic = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/m.exec(
    await readFile('/etc/apt/sources.list', 'utf8').catch(() => ''),
  )?.[1];
  const from = mirror ?? classic;
  if (from === undefined) throw new Error(`Debian ${suite}: apt of this machine names no mirror`);
  return makeOnce({
    target: cacheDir('client-roots', suite),
    script:
      'mmdebstrap --quiet --aptopt=Acquire::Check-Valid-Until=false --variant=minbase --include=curl,openssl --customize-hook=\'rm -rf "$1"/var/cache/apt "$1"/var/lib/apt/lists\' "$2" "$1" "$3"',
    args: [suite, from],
    onStart: () => process.stderr.write(`making a root of ${suite}, about a minute, once …\n`),
  });
}

/** BusyBox and nothing else but openssl with its libraries: no bash, no GNU, no package manager. */
async function busybox(from: string): Promise<string> {
  return makeOnce({
    target: cacheDir('client-roots', 'busybox'),
    script: `mkdir -p "$1/bin" "$1/tmp" "$1/etc"
cp "$(command -v busybox)" "$1/bin/busybox"
chroot "$1" /bin/busybox --install -s /bin
for file in usr/bin/openssl $(chroot "$2" ldd /usr/bin/openssl | sed -n 's,.* => /\\([^ ]*\\).*,\\1,p; s,^[[:space:]]*/\\([^ ]*ld-linux[^ ]*\\).*,\\1,p'); do
  mkdir -p "$1/$(dirname "$file")"
  cp -L "$2/$file" "$1/$file"
done`,
    args: [from],
  });
}

/** Runs a script as process 1 of namespaces whose root is `dir`: it has a loopback and nothing else. */
function inside(dir: string, shell: string, script: string): readonly string[] {
  const prepare =
    'ip link set lo up 2>/dev/null || ifconfig lo up; mount -t proc proc "$1/proc" 2>/dev/null; exec chroot "$1" "$2" -c "$3"';
  return [
    'unshare',
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    'sh',
    '-c',
    prepare,
    'sh',
    dir,
    shell,
    script,
  ];
}

async function copyOf(root: Root, place: Place): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-client-root-'));
  run(['cp', '-a', `${root.base}/.`, dir]);
  await mkdir(join(dir, 'proc'), { recursive: true });
  await mkdir(join(dir, 'dev'), { recursive: true });
  await rm(join(dir, 'dev/null'), { force: true });
  run(['mknod', '-m', '666', join(dir, 'dev/null'), 'c', '1', '3']);
  await cp(place.www, join(dir, 'srv-client'), { recursive: true });
  return dir;
}

/** Paths of everything below the root, without what the test itself has put there. */
function listing(dir: string): string {
  return run([
    'sh',
    '-c',
    'cd "$1" && find . -path ./proc -prune -o -path ./dev -prune -o -path ./srv-client -prune -o -print | LC_ALL=C sort',
    'sh',
    dir,
  ]);
}

const failures: string[] = [];
function expectThat(what: string, holds: boolean, said = ''): void {
  if (!holds) failures.push(`${what}${said === '' ? '' : `: ${said.trim().slice(-400)}`}`);
}

async function sweep(root: Root): Promise<void> {
  await using place = await openPlace();
  await place.publish('1.0.0');
  const dir = await copyOf(root, place);
  const began = performance.now();
  try {
    const before = listing(dir);
    const install = (args: string): string => {
      const script = `${root.shell} /srv-client/install.sh --from /srv-client ${args} 2>&1; echo "exit $?"`;
      return run(inside(dir, root.shell, script));
    };
    const hello = (): string => run(inside(dir, root.shell, '/usr/local/bin/hello 2>&1 || true'));
    const installed = install('');
    expectThat(`${root.name}: installs`, installed.includes('exit 0'), installed);
    expectThat(`${root.name}: runs`, hello() === 'hello from 1.0.0\n', hello());
    await place.publish('1.1.0');
    await rm(join(dir, 'srv-client'), { recursive: true });
    await cp(place.www, join(dir, 'srv-client'), { recursive: true });
    const local = join(dir, 'usr/local');
    const first = `${dir}-first`;
    run(['cp', '-a', local, first]);
    const start = performance.now();
    const updated = install('');
    const takes = performance.now() - start;
    expectThat(`${root.name}: updates`, updated.includes('exit 0'), updated);
    const expected = listing(dir);
    const seen = new Map<string, number>();
    for (let kill = 0; kill < kills; kill++) {
      run(['rm', '-rf', local]);
      run(['cp', '-a', first, local]);
      const [program = '', ...args] = inside(
        dir,
        root.shell,
        `exec ${root.shell} /srv-client/install.sh --from /srv-client`,
      );
      const child = spawn(program, args, { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await sleep(randomInt(1, Math.ceil(takes * 1.1)));
      child.kill('SIGKILL');
      await ended;
      const said = hello();
      seen.set(said, (seen.get(said) ?? 0) + 1);
      expectThat(`${root.name}: works after kill ${kill}`, /^hello from 1\.[01]\.0\n$/.test(said), said);
      const again = install('');
      expectThat(`${root.name}: goes on after kill ${kill}`, again.includes('exit 0'), again);
      expectThat(`${root.name}: same files after kill ${kill}`, listing(dir) === expected);
    }
    await writeFile(join(dir, 'srv-client/1.1.0/SHA256SUMS'), '\n', { flag: 'a' });
    run(['rm', '-rf', join(dir, 'usr/local/lib/hello/1.1.0')]);
    const refused = install('');
    expectThat(`${root.name}: refuses what was changed`, refused.includes('exit 5'), refused);
    const removed = install('--uninstall --purge');
    expectThat(`${root.name}: uninstalls`, removed.includes('exit 0'), removed);
    const after = listing(dir);
    expectThat(`${root.name}: leaves nothing`, after === before, difference(before, after));
    const counts = [...seen].map(([said, count]) => `${said.trim()}: ${count}`).join(', ');
    process.stdout.write(
      `${root.name}: ${kills} kills (${counts}), ${((performance.now() - began) / 1000).toFixed(0)} s\n`,
    );
  } finally {
    for (const one of [dir, `${dir}-first`]) await rm(one, { recursive: true, force: true });
  }
}

function difference(before: string, after: string): string {
  const [one, two] = [new Set(before.split('\n')), new Set(after.split('\n'))];
  return (
    [...two]
      .filter((line) => !one.has(line))
      .map((line) => `+${line}`)
      .join(' ') +
    [...one]
      .filter((line) => !two.has(line))
      .map((line) => ` -${line}`)
      .join('')
  );
}

const suite = /VERSION_CODENAME=(\S+)/.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? 'bookworm';
const roots: (() => Promise<Root>)[] = [
  async () => ({ name: 'BusyBox alone', base: await busybox(await debian(suite)), shell: '/bin/sh' }),
  async () => ({ name: `Debian ${suite}, dash`, base: await debian(suite), shell: '/bin/sh' }),
  async () => ({ name: 'Debian sid, bash', base: await debian('sid'), shell: '/bin/bash' }),
];
for (const open of roots) {
  try {
    await sweep(await open());
  } catch (error) {
    failures.push(error instanceof Error ? error.message.slice(0, 600) : String(error));
  }
}
for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
