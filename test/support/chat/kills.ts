import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { childProgram } from '../../../scripts/testing/children.ts';
import { markOf } from '../../../src/chatops/index.ts';
import { type Faults, NO_FAULTS, seededFaults } from '../../forge-sim/faults.ts';
import type { Forges } from './place.ts';
import type { runnerSchema } from './runner-main.ts';

/** A runner that is killed at a call to the forge, before or after the call took effect, and is started again while other calls fail. */

const RUNNER = childProgram('chat-runner');
/** Reading the sources again is most of what a start costs; a sweep makes hundreds. */
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/shiplock-starts', import.meta.url));
/** What a caller can repeat in reasonable time; silence costs half a minute each. */
const FAULTS = ['error', 'error-after', 'cut', 'lost', 'torn', 'secondary-limit', 'too-many'] as const;

export interface Kill {
  /** Number of the call, from 1. */
  readonly at: number;
  readonly when: 'before' | 'after';
  readonly seed: number;
  /** Part of the calls that fails. */
  readonly rate: number;
}

export interface Killed {
  /** The call was reached; else the runner had ended before. */
  readonly reached: boolean;
  readonly calls: number;
  readonly faults: number;
  readonly starts: number;
  readonly wrong: readonly string[];
}

export async function killAt({ at, when, seed, rate }: Kill, forges: Forges): Promise<Killed> {
  const place = await forges.place();
  const { world, clock, repository } = place;
  const { sim } = world;
  const main = place.commit({ text: 'main' });
  await place.push('main', main);
  const truth = place.commit({ text: 'feature', parent: main });
  await place.push('feature', truth);
  const thread = await place.pull('feature');
  clock.set(Math.ceil(clock.now() / 1000) * 1000 + 10_000);
  const { comment } = await place.comment(thread, '/deploy staging');
  const event = JSON.stringify(sim.events.told.findLast((told) => told.event === 'issue_comment')?.payload);
  clock.pass(2_000);
  const clone = place.clone();
  const state = `${clone}-state`;
  mkdirSync(state);

  const from = sim.seen.length;
  const random = seededFaults({ seed, rate, kinds: FAULTS });
  let child: ChildProcess | undefined;
  let left = at;
  const faults: Faults = (call) => {
    if (call.route === 'git') return undefined;
    if (left > 0 && --left === 0) {
      child?.kill('SIGKILL');
      return when === 'before' ? 'cut' : 'lost';
    }
    return random(call);
  };
  let starts = 0;
  let code: number | null = null;
  sim.setFaults(faults);
  // A forge that fails for good fails the job, and people run it again.
  while (starts < 6 && code !== 0) {
    const given: z.infer<typeof runnerSchema> = {
      api: sim.apiUrl,
      repo: repository.name,
      token: world.appToken(),
      event,
      clone,
      state,
      account: world.ann.id,
      login: 'ann',
      now: clock.now(),
      seed: seed + starts++,
    };
    const running = spawn(process.execPath, [RUNNER, JSON.stringify(given)], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: CACHE },
    });
    child = running;
    code = await new Promise((resolve) => running.on('exit', resolve));
  }
  sim.setFaults(NO_FAULTS);
  const seen = sim.seen.slice(from).filter(({ route }) => route !== 'git');
  const wrong: string[] = code === 0 ? [] : [`not done after ${starts} starts`];
  const laid = readFileSync(join(state, 'laid-out'), { encoding: 'utf8', flag: 'a+' }).split('\n').filter(Boolean);
  if (laid.length !== 1 || !laid[0]?.endsWith(` ${truth}`)) wrong.push(`laid out: ${laid.join(', ') || 'nothing'}`);
  const { deployments, comments } = repository;
  if (deployments.length !== 1) wrong.push(`${deployments.length} deployments are shown`);
  if (deployments.some(({ sha, statuses }) => sha !== truth || statuses.at(-1)?.state !== 'success'))
    wrong.push('a deployment is shown that is not so');
  const said = repository.statuses.filter(({ sha }) => sha === truth).at(-1)?.state;
  if (said !== 'success') wrong.push(`the status of the commit says ${said ?? 'nothing'}`);
  const told = [...comments.values()].filter(({ body }) => body.includes(markOf(comment)));
  if (told.length !== 1) wrong.push(`${told.length} comments tell of it`);
  if (told.some(({ body }) => !body.startsWith('✅') || !body.includes(truth))) wrong.push('the comment is not true');
  return {
    reached: left <= 0,
    calls: seen.length,
    faults: seen.filter(({ fault }) => fault !== undefined).length,
    starts,
    wrong,
  };
}
