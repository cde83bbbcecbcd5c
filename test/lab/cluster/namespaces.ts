import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Component, startComponent } from '../../../scripts/components/supervise.ts';
import { command, type Ended } from '../../../scripts/testing/command.ts';

/** The network, mounts and process numbers that a cluster has for itself, and the one link that leads to them. */
export interface Namespaces {
  readonly dir: string;
  /** Name of its folders in /sys/fs/cgroup. */
  readonly group: string;
  /** Address inside, of the node; and our own on the link, which processes and pods inside can reach. */
  readonly address: string;
  readonly gateway: string;
  /** A command inside, to its end. */
  run(argv: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** A long-lived process inside; it ends with us, and with the namespaces. */
  start(process: Inside): Promise<Component>;
  /** Ends every process inside at once, and waits until nothing of it is left. */
  end(): Promise<void>;
}

export interface Inside {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly ready: () => Promise<boolean>;
}

const SCRIPTS = join(import.meta.dirname, '..', 'scripts');
/** Generous: everything else on the machine may have the right of way. */
export const PATIENCE_MS = 180_000;

export async function makeNamespaces(): Promise<Namespaces> {
  const dir = await mkdtemp(join(tmpdir(), 'slk-'));
  const group = `shiplock-lab-${dir.slice(-6)}`;
  // A group of its own: Ctrl-C in a terminal must not reach the one who clears up.
  const outer = spawn('sh', [join(SCRIPTS, 'outer.sh'), dir, group], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  outer.stdin?.on('error', () => undefined);
  const gone = new Promise<void>((done) => outer.once('close', () => done()));
  const end = async (): Promise<void> => {
    outer.stdin?.end();
    await gone;
  };
  try {
    await until('the namespaces of the lab', async () => existsSync(join(dir, 'there')));
    const pid = firstChild(firstChild(outer.pid ?? 0));
    const { address, gateway } = await link(pid, dir);
    await until('the network of the lab', async () => existsSync(join(dir, 'up')));
    const enter = ['nsenter', '-t', String(pid), '-n', '-m', '-p', '--'];
    const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
      ...process.env,
      PATH: `${join(dir, 'bin')}:/usr/sbin:/usr/bin:/sbin:/bin:${process.env['PATH'] ?? ''}`,
      HOME: join(dir, 'home'),
      KUBECONFIG: join(dir, 'pki', 'admin.kubeconfig'),
      ...more,
    });
    return {
      dir,
      group,
      address,
      gateway,
      end,
      run: (argv, more) => command([...enter, ...argv], { cwd: '/', live: false, env: env(more) }),
      start: (inside) =>
        startComponent({
          name: inside.name,
          // A signal to nsenter does not reach what it started; the second setpriv lets that die with it.
          argv: [...enter, 'setpriv', '--pdeathsig', 'KILL', '--', ...inside.argv],
          home: { dir: join(dir, 'log'), ours: false },
          env: env(inside.env),
          cwd: '/',
          ready: inside.ready,
          deadlineMs: PATIENCE_MS,
          graceMs: 2_000,
        }),
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function firstChild(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

/** Some network that nobody else has: tried until a link can be made for it. It goes when the namespaces go. */
async function link(pid: number, dir: string): Promise<{ readonly address: string; readonly gateway: string }> {
  for (let tries = 0; tries < 250; tries++) {
    const number = 1 + ((randomBytes(1)[0] ?? 0) % 250);
    const subnet = `10.78.${number}`;
    const routes = await command(['ip', 'route', 'show', `${subnet}.0/24`], { cwd: '/', live: false });
    if (routes.output.trim() !== '') continue;
    const name = `slk${number}`;
    const made = await command(
      ['ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'inside', 'netns', String(pid)],
      { cwd: '/', live: false },
    );
    if (made.code !== 0) {
      if (/exists/.test(made.output)) continue;
      throw new Error(made.output);
    }
    await must(['ip', 'addr', 'add', `${subnet}.1/24`, 'dev', name]);
    await must(['ip', 'link', 'set', name, 'up']);
    await writeFile(join(dir, 'address.part'), `${subnet}.2`);
    // The script inside reads it as soon as it is there: it appears whole.
    await must(['mv', join(dir, 'address.part'), join(dir, 'address')]);
    return { address: `${subnet}.2`, gateway: `${subnet}.1` };
  }
  throw new Error('no network 10.78.N.0/24 is free for the lab');
}

/** @throws Error with what the command said */
export async function must(argv: readonly string[]): Promise<string> {
  const end = await command(argv, { cwd: '/', live: false });
  if (end.code !== 0) throw new Error(`${argv.join(' ')}: ${end.output}`);
  return end.output;
}

/** Asks until the answer is yes; an exception means "not yet". */
export async function until(what: string, check: () => Promise<boolean>, withinMs = PATIENCE_MS): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await check().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await sleep(50);
  }
}
