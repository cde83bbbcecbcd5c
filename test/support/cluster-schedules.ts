import { setTimeout as sleep } from 'node:timers/promises';
import { runProcess } from '../e2e/support/process.ts';
import { choose, seeded } from '../e2e/support/random.ts';
import { until } from '../lab/cluster/namespaces.ts';
import { flaps, type ModelEvent, schedule } from '../rollout/cluster/model.ts';
import { type Eyes, watchService } from './cluster-eyes.ts';
import { startRequests } from './cluster-release.ts';
import { agreed, BAD, digestOf, lastWriter, letReturn, must, type Stage, unfinished } from './cluster-stage.ts';

/**
 * The way back on a real cluster while others write: a bad version is released, and as soon as it is aborted a schedule of the model happens. `ours` and `controller`,
 * which are steps on the model, go on by themselves here: they are a wait.
 */

export interface Played {
  readonly seed: number;
  readonly faults: readonly string[];
  /** Whether it ended before the others did, agreed, or gave up after its rounds. */
  readonly end: 'agreed' | 'written over' | 'gave up' | 'wrong';
  readonly seconds: number;
  readonly events: number;
}

const STABLE = '1.1.0';
const OLDER = '1.0.0';
const NEWER = '1.2.0';
const RELEASE_MS = 600_000;
/** What the way back says after its last round. */
const GAVE_UP = /not enough after \d+ rounds/;

/** Brings the service up with what serves in every schedule. */
export async function firstRelease(stage: Stage): Promise<void> {
  await must(stage, 'release', 'production', '--release', STABLE);
  await agreed(stage, digestOf(stage, STABLE));
}

export async function playSchedule(stage: Stage, seed: number, length: number): Promise<Played> {
  const from = performance.now();
  const { cluster, lab } = stage;
  const random = seeded(seed);
  const events = schedule(random, length);
  const stable = digestOf(stage, STABLE);
  const bad = digestOf(stage, BAD);
  await letReturn(stage, BAD);
  const eyes = watchService(cluster.kubeconfig, lab.namespace);
  const load = startRequests(lab.entry, 60);
  try {
    await eyes.open;
    let ended = false;
    const argv = [...lab.spawn.argv, 'release', 'production', '--release', BAD, '--state', lab.state];
    const env = { ...process.env, SHIPLOCK_WHO: 'lab' };
    const run = runProcess(argv, { cwd: lab.spawn.cwd, env, limitMs: RELEASE_MS }).finally(() => {
      ended = true;
    });
    // Told where it is waited for.
    run.catch(() => undefined);
    await until('the abort', async () => ended || eyes.abortedAt() !== undefined, RELEASE_MS);
    const abortedAt = eyes.abortedAt() ?? Date.now();
    let looked: Played['end'] | undefined;
    for (const event of events) {
      if (ended) looked ??= await lookAtEnd(stage, await run, stable);
      await happen(stage, eyes, event, random);
    }
    const { code, output } = await run;
    const end = looked ?? (await lookAtEnd(stage, { code, output }, stable));
    const changes = eyes
      .stable()
      .filter(({ at }) => at > abortedAt)
      .map(({ digest }) => digest);
    const faults = [
      ...flaps({ changes, returned: eyes.returned.length > 0 }, bad),
      ...(end === 'wrong' ? [`git and the cluster differ at the end of the release (exit ${code})\n${output}`] : []),
    ];
    // The last word is a person's: all of it must be as it was, and a way back that gave up is gone on with.
    await write(stage, stable, 'a person');
    for (const { run: left } of await unfinished(stage)) {
      const resumed = await lab.shiplock(['resume', left]);
      if (resumed.code !== 4) faults.push(`resume ended with ${resumed.code}: ${resumed.stdout}${resumed.stderr}`);
    }
    await agreed(stage, stable).catch((error: unknown) => faults.push(String(error)));
    return { seed, faults, end, seconds: (performance.now() - from) / 1000, events: events.length };
  } finally {
    await load.stop();
    await eyes.close();
  }
}

/** At the moment at which the release says that it is over. */
async function lookAtEnd(
  stage: Stage,
  { code, output }: { readonly code: number | null; readonly output: string },
  stable: string,
): Promise<Played['end']> {
  if (code !== 4) return code === 1 && GAVE_UP.test(output) ? 'gave up' : 'wrong';
  const head = await stage.lab.head();
  // Only others write something else, and they may do so after its last look.
  if (head !== stable) return (await lastWriter(stage)) === 'Lab' ? 'written over' : 'wrong';
  const there = await until('it to serve', async () => (await stage.lab.serving()) === stable, 30_000).then(
    () => true,
    () => false,
  );
  return there ? 'agreed' : 'wrong';
}

/** Somebody else's commit; a push that another one was quicker than is not tried again. */
async function write({ lab }: Stage, digest: string, who: string): Promise<void> {
  await lab.bump(digest, who).catch(() => undefined);
}

async function happen(stage: Stage, eyes: Eyes, event: ModelEvent, random: () => number): Promise<void> {
  const { cluster, lab } = stage;
  const { namespace } = lab;
  const patch = (what: readonly string[], change: unknown) =>
    cluster.kubectl(['patch', ...what, '--type=merge', '-p', JSON.stringify(change)]);
  const rollout = ['rollout', 'certkeeper', '-n', namespace];
  const head = await lab.head();
  const digest = (version: string): string => digestOf(stage, version);
  switch (event) {
    case 'ours':
    case 'controller':
      await sleep(100 + random() * 500);
      return;
    case 'bot':
      return write(stage, digest(head === digest(BAD) ? NEWER : BAD), 'a bot');
    case 'revert':
      return write(stage, digest(head === digest(STABLE) ? OLDER : STABLE), 'a person');
    case 're-sync':
      await patch(['application', namespace, '-n', 'argocd'], { operation: { sync: {} } });
      return;
    case 'self-heal':
      // By hand on the cluster, so that Argo CD has something to heal.
      await patch(rollout, { spec: { revisionHistoryLimit: 4 + Math.floor(random() * 5) } });
      return;
    case 'restart':
      for (const name of choose(['rollouts-controller', 'argocd-application-controller'], 1, random)) {
        await cluster.kill(name);
        await sleep(random() * 1_000);
        await cluster.restart(name);
      }
      return;
    case 'abort':
      if (eyes.moves()) await patch([...rollout, '--subresource=status'], { status: { abort: true } });
      return;
  }
}
