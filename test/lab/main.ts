import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { cacheDir, exists } from '../../scripts/cache.ts';
import { buildLabTools, whyNoCluster } from './cluster/needed.ts';
import { startCluster } from './cluster/start.ts';

/**
 * A cluster to try things in:
 *   node test/lab/main.ts build|up|down|status
 * `up` leaves it running behind the terminal, with Argo CD and Argo Rollouts, until `down`.
 * Exit codes: 0 done · 1 failed · 2 usage, or it cannot run here · 5 nothing to do
 */

const DIR = cacheDir('lab');
const STATE = join(DIR, 'running.json');
const LOG = join(DIR, 'up.log');

const stateSchema = z.object({
  pid: z.number().int(),
  /** When the process began, in the kernel's ticks: a process id alone may have become somebody else's. */
  began: z.string(),
  kubeconfig: z.string(),
  kubectl: z.string(),
  address: z.string(),
  programs: z.array(z.string()),
});
type State = z.infer<typeof stateSchema>;

async function began(pid: number | 'self'): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function running(): Promise<State | null> {
  const text = await readFile(STATE, 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = stateSchema.safeParse(JSON.parse(text));
  if (!parsed.success) return null;
  return (await began(parsed.data.pid)) === parsed.data.began ? parsed.data : null;
}

async function up(): Promise<number> {
  const already = await running();
  if (already !== null) return tell('it runs already', already, 5);
  const why = await whyNoCluster();
  if (why !== null) {
    process.stderr.write(`${why}\n`);
    return 2;
  }
  await buildLabTools({ argocd: true, rollouts: true });
  await mkdir(DIR, { recursive: true });
  await rm(STATE, { force: true });
  const log = await open(LOG, 'w');
  const child = spawn(process.execPath, [import.meta.filename, 'hold'], {
    stdio: ['ignore', log.fd, log.fd],
    detached: true,
  });
  await log.close();
  child.unref();
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  while (!(await exists(STATE))) {
    if (ended) {
      process.stderr.write(await readFile(LOG, 'utf8'));
      return 1;
    }
    await sleep(100);
  }
  const state = await running();
  return state === null ? 1 : tell('the lab is up', state, 0);
}

/** The process that has the cluster: it stays until it is told to stop, and the cluster ends with it, however it ends. */
async function hold(): Promise<number> {
  const stopped = new Promise((done) => process.once('SIGTERM', done).once('SIGINT', done));
  await using cluster = await startCluster({ argocd: true, rollouts: true });
  const state: State = {
    pid: process.pid,
    began: await began('self'),
    kubeconfig: cluster.kubeconfig,
    kubectl: join(cluster.dir, 'bin/kubectl'),
    address: cluster.address,
    programs: [...cluster.programs()],
  };
  // A file that is there is whole.
  await writeFile(`${STATE}.part`, JSON.stringify(state));
  await rename(`${STATE}.part`, STATE);
  await stopped;
  await rm(STATE, { force: true });
  return 0;
}

async function down(): Promise<number> {
  const state = await running();
  if (state === null) {
    process.stdout.write('nothing runs\n');
    return 5;
  }
  process.kill(state.pid, 'SIGTERM');
  while ((await began(state.pid)) === state.began) await sleep(50);
  process.stdout.write('the lab is down\n');
  return 0;
}

function tell(what: string, state: State, code: number): number {
  process.stdout.write(
    `${what}: ${state.programs.length} programs, node ${state.address}\nexport KUBECONFIG=${state.kubeconfig}\nkubectl of this cluster: ${state.kubectl}\n`,
  );
  return code;
}

async function status(): Promise<number> {
  const state = await running();
  if (state !== null) return tell('the lab is up', state, 0);
  process.stdout.write('nothing runs\n');
  return 5;
}

async function build(): Promise<number> {
  await buildLabTools({ argocd: true, rollouts: true });
  return 0;
}

const orders = new Map([
  ['build', build],
  ['up', up],
  ['hold', hold],
  ['down', down],
  ['status', status],
]);
const order = orders.get(process.argv[2] ?? '');
if (order === undefined) process.stderr.write('node test/lab/main.ts build|up|down|status\n');
process.exitCode = order === undefined ? 2 : await order();
