import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { command } from '../../scripts/testing/command.ts';

/**
 * The demo on a real cluster, from its beginning to its end: it must do what it says, and leave nothing behind: no process of the cluster, no network, no group, no
 * directory. Its own output is shown. No other cluster of the lab may come meanwhile.
 */

const ROOT = join(import.meta.dirname, '..', '..');

/** What a cluster of the lab has on the machine. */
async function traces(): Promise<readonly string[]> {
  const files = (await readdir(tmpdir())).filter((name) => /^(slk|slc)-/.test(name));
  const groups = (await readdir('/sys/fs/cgroup/pids')).filter((name) => name.startsWith('shiplock-lab-'));
  const links = (await command(['ip', '-o', 'link'], { cwd: '/', live: false })).output.match(/slk\d+/g) ?? [];
  return [...files, ...groups, ...links].toSorted();
}

async function main(): Promise<number> {
  const before = new Set(await traces());
  const more = async (): Promise<readonly string[]> => (await traces()).filter((one) => !before.has(one));
  const from = performance.now();
  const { code } = await command([process.execPath, 'scripts/demo.ts', '--kubernetes'], { cwd: ROOT, live: true });
  const seconds = (performance.now() - from) / 1000;
  if (code === 2) return 2;
  let left = await more();
  // Groups of the kernel go a moment after the last process.
  for (let look = 0; look < 50 && left.length > 0; look++) {
    await sleep(200);
    left = await more();
  }
  const clean = left.length === 0;
  console.log(
    `the demo ended with ${code} after ${seconds.toFixed(0)} s; ${clean ? 'nothing is left' : `left: ${left.join(', ')}`}`,
  );
  return code === 0 && clean ? 0 : 1;
}

process.exitCode = await main();
