import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { listens } from '../../../scripts/components/ports.ts';
import type { Component } from '../../../scripts/components/supervise.ts';
import { processesOf } from '../../e2e/support/end-state.ts';
import { lookAtShares } from '../../e2e/support/proxy-watch.ts';
import { choose } from '../../e2e/support/random.ts';

/** Something a release needs, that can be killed and comes back. */
export interface Breakable {
  readonly name: string;
  /** Kills it without warning, and ends when it works again, `ms` later at the earliest. */
  breakFor(ms: number): Promise<void>;
}

/** One to four outages, at moments of which most lie within so many seconds. */
export async function disturb(
  parts: readonly Breakable[],
  seconds: number,
  random: () => number,
  say: (text: string) => void,
): Promise<void> {
  const count = 1 + Math.floor(random() * 4);
  const moments = Array.from({ length: count }, () => random() * seconds * 1000).toSorted((a, b) => a - b);
  const plan = moments.map((at) => ({ at, part: choose(parts, 1, random)[0], forMs: Math.round(random() * 4_000) }));
  let now = 0;
  for (const { at, part, forMs } of plan) {
    await sleep(Math.max(0, at - now));
    now = Math.max(now, at);
    if (part === undefined) continue;
    say(`${part.name} at ${(now / 1000).toFixed(1)} s for ${(forMs / 1000).toFixed(1)} s`);
    await part.breakFor(forMs);
    now += forMs;
  }
}

/** A component that is begun again with the very command line that it had. `end` stops what was begun here. */
export function respawned(name: string, component: Component, port: number): Breakable & { end(): Promise<void> } {
  let child: ChildProcess | null = null;
  const kill = (pid: number): void => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  };
  return {
    name,
    breakFor: async (ms) => {
      const pid = child?.pid ?? component.pid;
      const argv = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').filter((word) => word !== '');
      const cwd = await readlink(`/proc/${pid}/cwd`);
      kill(pid);
      await sleep(ms);
      child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], { cwd, stdio: 'ignore', detached: true });
      await untilListening(port);
    },
    end: async () => {
      const last = child;
      if (last?.pid === undefined) return;
      const gone = new Promise((resolve) => last.once('exit', resolve));
      kill(last.pid);
      await gone;
    },
  };
}

/** HAProxy of a host, all its processes; its supervisor begins it again, in its own time. Where there is none yet, nothing is killed. */
export function proxyOf(host: string): Breakable {
  return {
    name: 'proxy',
    breakFor: async () => {
      let killed = 0;
      for (const { pid, command } of await processesOf(host)) {
        if (!/^(?:\S*\/)?haproxy /.test(command)) continue;
        process.kill(pid, 'SIGKILL');
        killed += 1;
      }
      if (killed > 0) await until('the proxy answers again', async () => (await lookAtShares(host)) !== null);
    },
  };
}

async function untilListening(port: number): Promise<void> {
  await until(`something listens on port ${port}`, () => listens(port));
}

async function until(what: string, come: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    if (await come()) return;
    await sleep(50);
  }
  throw new Error(`waited 30 s in vain until ${what}`);
}

const end = z.object({
  shares: z.record(z.string(), z.number()),
  current: z.string().nullable(),
  running: z.record(z.string(), z.number()),
  orphans: z.array(z.string()),
  git: z.object({ names: z.string() }),
  run: z.object({ outcome: z.string(), journal: z.string(), runsOfCandidate: z.number() }),
  leaseHeld: z.boolean(),
  serves: z.string(),
});

/** What is not as after a release that was taken back; nothing when all is. Pure. */
export function takenBackWhole(state: unknown): readonly string[] {
  const parsed = end.safeParse(state);
  if (!parsed.success) return ['the world could not be read'];
  const { shares, current, running, orphans, git, run, leaseHeld, serves } = parsed.data;
  const rules: readonly (readonly [what: string, kept: boolean])[] = [
    [`shares ${JSON.stringify(shares)}`, (shares['stable'] ?? 0) === 1],
    [`current ${current}`, current === 'stable'],
    [`running ${JSON.stringify(running)}`, !Object.keys(running).some((name) => name.startsWith('candidate'))],
    [`without a record: ${orphans.join('; ')}`, orphans.length === 0],
    [`git names ${git.names}`, git.names === 'stable'],
    [`run ended as ${run.outcome}`, run.outcome === 'rolled-back'],
    [`journal ${run.journal}`, run.journal === 'intact'],
    [`${run.runsOfCandidate} runs`, run.runsOfCandidate === 1],
    ['the lease is held', !leaseHeld],
    [`answers ${serves}`, serves === '200 stable'],
  ];
  return rules.flatMap(([what, kept]) => (kept ? [] : [what]));
}
