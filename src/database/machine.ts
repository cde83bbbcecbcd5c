import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { Machine } from './settings.ts';

/**
 * The size of this machine, or of the container that this is: what a limit of cgroups leaves of memory. Disks that turn are told by the kernel; where it
 * does not say so, they do not.
 */
export async function thisMachine(): Promise<Machine> {
  const limits = await Promise.all(
    ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'].map((path) =>
      readFile(path, 'utf8').then(Number, () => Number.NaN),
    ),
  );
  const memory = Math.min(totalmem(), ...limits.filter((limit) => limit > 0));
  return { memory, cores: availableParallelism(), disk: (await turns()) ? 'hdd' : 'ssd' };
}

async function turns(): Promise<boolean> {
  const disks = await readdir('/sys/block').catch(() => []);
  const real = disks.filter((name) => !/^(?:loop|ram|zram|dm-|sr|fd)/.test(name));
  const answers = await Promise.all(
    real.map((name) => readFile(`/sys/block/${name}/queue/rotational`, 'utf8').catch(() => '')),
  );
  return answers.length > 0 && answers.every((answer) => answer.trim() === '1');
}
