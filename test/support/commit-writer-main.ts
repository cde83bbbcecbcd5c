import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { commitValues } from '../../src/gitops/commit/values-main.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { createExec } from '../../src/procedure/machine/exec.ts';
import { httpClient } from '../../src/procedure/machine/http-client.ts';

/** One writer of test/support/commit-writers.ts: `node commit-writer-main.ts JSON`. Waits for a line on its input, commits, prints what it did. */
const orderSchema = z.strictObject({
  how: z.enum(['ours', 'loop']),
  url: z.string(),
  workDir: z.string(),
  name: z.string(),
  file: z.string(),
  path: z.string(),
  commits: z.number(),
});
type Order = z.infer<typeof orderSchema>;

const parsed: unknown = JSON.parse(process.argv[2] ?? '');
const order = orderSchema.parse(parsed);
await (order.how === 'ours' ? ours(order) : loop(order));

async function ours({ url, workDir, name, file, path, commits }: Order): Promise<void> {
  const exec = createExec();
  await begin();
  let tries = 0;
  for (let n = 1; n <= commits; n++) {
    const answer = await commitValues(
      {
        ...{ repository: url, branch: 'main', workDir, baseDir: workDir, readAt: null },
        changes: [{ file, path, value: `v${n}`, read: `v${n - 1}` }],
        missingFile: 'refuse',
        othersValue: 'conflict',
        origin: { service: name, environment: name, version: `v${n}`, run: name, node: String(n), fence: 1 },
        author: { name: 'Writer', email: 'writer@example.org' },
        time: Math.floor(systemClock.now() / 1000),
        deadlineMs: 600_000,
      },
      { exec, clock: systemClock, http: httpClient, random: Math.random, signal: new AbortController().signal },
    );
    if (answer.kind !== 'committed') throw new Error(JSON.stringify(answer));
    tries += answer.tries;
  }
  process.stdout.write(`${JSON.stringify({ tries })}\n`);
}

/** What most pipelines do: pull, rebase, push, and wait a random time that doubles (full jitter) when the push was rejected. */
async function loop({ url, workDir, file, path, commits }: Order): Promise<void> {
  const identity = ['-c', 'user.name=Writer', '-c', 'user.email=writer@example.org', '-c', 'commit.gpgsign=false'];
  const git = (...args: readonly string[]): number =>
    spawnSync('git', ['-C', workDir, ...identity, '-c', 'gc.auto=0', ...args], { stdio: 'ignore' }).status ?? 1;
  spawnSync('git', ['clone', '--quiet', url, workDir], { stdio: 'ignore' });
  await begin();
  let tries = 0;
  for (let n = 1; n <= commits; n++) {
    git('pull', '--quiet', '--rebase');
    const key = path.split('.').at(-1) ?? '';
    const place = join(workDir, file);
    writeFileSync(place, readFileSync(place, 'utf8').replace(`${key}: v${n - 1}\n`, `${key}: v${n}\n`));
    git('commit', '--quiet', '--all', '--message', `${path} v${n}`);
    for (let attempt = 0; ; attempt++) {
      tries++;
      process.stdout.write('try\n');
      if (git('push', '--quiet') === 0) break;
      await systemClock.sleep(Math.random() * Math.min(5_000, 100 * 2 ** attempt));
      if (git('pull', '--quiet', '--rebase') !== 0) throw new Error('the rebase failed');
    }
  }
  process.stdout.write(`${JSON.stringify({ tries })}\n`);
}

function begin(): Promise<void> {
  process.stdout.write('ready\n');
  return new Promise((resolve) => {
    process.stdin.once('data', () => {
      process.stdin.destroy();
      resolve();
    });
  });
}
