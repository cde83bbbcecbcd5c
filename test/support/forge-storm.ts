import { openForge } from '../../src/forge/index.ts';
import type { Forge } from '../../src/model/forge.ts';
import { type Fault, seeded, seededFaults } from '../forge-sim/faults.ts';
import { type ForgeWorld, forgeClock, forgeWorld } from './forge-world.ts';

/** Every kind of change, while a part of all calls fails in every way, and what is there afterwards. */

export interface StormOptions {
  readonly seed: number;
  /** Changes of each kind. */
  readonly rounds: number;
  readonly rate: number;
  readonly kinds?: readonly Fault[];
}

export interface StormResult {
  readonly calls: number;
  readonly faults: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** What was not as GitHub describes it. */
  readonly wrong: readonly string[];
}

export async function forgeStorm({ seed, rounds, rate, kinds }: StormOptions): Promise<StormResult> {
  const clock = forgeClock();
  await using world = await forgeWorld({ clock, slowMs: 3 });
  const first = await world.change(world.olga, 'main', { 'values.yaml': 'version: 0\n' });
  await world.call(world.tokenOf(world.olga), 'POST', '/repos/acme/certkeeper/issues', { title: 'Storm' });
  const random = seeded(seed);
  const open = (): Forge =>
    openForge({
      api: world.sim.apiUrl,
      owner: 'acme',
      repo: 'certkeeper',
      credentials: { kind: 'app', app: String(world.app.id), privateKey: world.privateKey },
      ports: { clock, random, signal: new AbortController().signal },
      patienceMs: 3_600_000,
      answerMs: 1_000,
    });
  world.sim.setFaults(seededFaults({ seed, rate, ...(kinds === undefined ? {} : { kinds }) }));
  const wanted: Wanted = {
    comments: new Map(),
    deployments: new Map(),
    checks: new Map(),
    commits: [],
    claims: new Map(),
    pulls: [],
  };
  let head = first;
  for (let round = 0; round < rounds; round++) {
    // Another process each time: nothing is remembered but what the forge knows.
    head = await oneRound(open(), wanted, round, head, first);
  }
  // What comes late is put away by the next look at the same thing.
  world.sim.setFaults(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 30));
  await lookAgain(open(), wanted, first);
  return await judged(world, wanted, first);
}

interface Wanted {
  readonly comments: Map<string, string>;
  readonly deployments: Map<string, number>;
  readonly checks: Map<string, number>;
  readonly commits: string[];
  readonly claims: Map<number, string>;
  readonly pulls: string[];
}

async function oneRound(forge: Forge, wanted: Wanted, round: number, head: string, first: string): Promise<string> {
  const marker = `<!-- shiplock:${round} -->`;
  await forge.comments.upsert({ issue: 1, marker, body: 'begun' });
  await forge.comments.upsert({ issue: 1, marker, body: `done ${round}` });
  wanted.comments.set(marker, `done ${round}`);
  const deployment = deploymentOf(round, first);
  const { id } = await forge.projections.deployment(deployment);
  await forge.projections.deploymentState(id, { state: 'success', description: `round ${round}` });
  wanted.deployments.set(deployment.key, id);
  const check = await forge.projections.check(checkOf(round, first));
  wanted.checks.set(`check-${round}`, check.id);
  const done = await forge.writer.commit({
    branch: 'main',
    expected: head,
    headline: `Release ${round}`,
    body: '',
    id: `commit-${round}`,
    additions: [{ path: 'values.yaml', content: `version: ${round}\n` }],
    deletions: [],
  });
  if (done.kind === 'conflict') throw new Error(`round ${round}: conflict with nobody`);
  wanted.commits.push(done.commit);
  const claimants = ['one', 'two'].map((name) => `${name}-${round}`);
  const claims = await Promise.all(claimants.map((claimant) => forge.claims.claim(round, claimant)));
  const winners = claimants.filter((_, index) => claims[index]?.kind === 'won');
  wanted.claims.set(round, winners.join(' and '));
  const branch = `shiplock/storm-${round}`;
  await forge.writer.propose({
    base: 'main',
    branch,
    expected: done.commit,
    headline: 'Propose',
    body: '',
    id: `pull-${round}`,
    title: `Propose ${round}`,
    text: '',
    additions: [{ path: `proposed-${round}.yaml`, content: 'a: 1\n' }],
    deletions: [],
  });
  wanted.pulls.push(branch);
  return done.commit;
}

function deploymentOf(round: number, commit: string) {
  return { key: `deployment-${round}`, commit, environment: 'production', production: true, description: '' };
}

function checkOf(round: number, commit: string) {
  return {
    key: `check-${round}`,
    commit,
    name: `check ${round}`,
    conclusion: 'success' as const,
    title: 'Done',
    summary: 'well',
  };
}

async function lookAgain(forge: Forge, wanted: Wanted, first: string): Promise<void> {
  for (const [marker, body] of wanted.comments) await forge.comments.upsert({ issue: 1, marker, body });
  for (let round = 0; round < wanted.deployments.size; round++)
    await forge.projections.deployment(deploymentOf(round, first));
}

async function judged({ sim, repository }: ForgeWorld, wanted: Wanted, first: string): Promise<StormResult> {
  const lost: string[] = [];
  const doubled: string[] = [];
  const count = (what: string, number: number): void => {
    if (number === 0) lost.push(what);
    if (number > 1) doubled.push(what);
  };
  const comments = [...repository.comments.values()];
  for (const [marker, body] of wanted.comments) {
    const found = comments.filter((one) => one.body.includes(marker));
    count(`comment ${marker}`, found.length);
    if (found[0]?.body !== `${body}\n${marker}`) lost.push(`last words of ${marker}`);
  }
  for (const [key, id] of wanted.deployments) {
    const found = repository.deployments.filter(
      ({ payload }) => JSON.stringify(payload) === JSON.stringify({ shiplock: key }),
    );
    count(`deployment ${key}`, found.length);
    if (found[0]?.id !== id) lost.push(`the deployment that ${key} was told of`);
    if (!repository.deployments.some((one) => one.id === id && one.statuses.some(({ state }) => state === 'success')))
      lost.push(`state of ${key}`);
  }
  for (const key of wanted.checks.keys()) {
    // Of the runs of one name the newest is shown: each must say the end.
    const found = repository.checkRuns.filter(({ externalId }) => externalId === key);
    if (found.length === 0 || found.some(({ conclusion }) => conclusion !== 'success')) lost.push(`check ${key}`);
  }
  const git = sim.git(repository);
  const log = await git.log(`${first}..refs/heads/main`);
  const messages = await Promise.all(log.map(async (sha) => (await git.commit(sha)).message));
  for (let round = 0; round < wanted.commits.length; round++) {
    count(`commit ${round}`, messages.filter((one) => one.split('\n').includes(`Shiplock-Id: commit-${round}`)).length);
    if (!log.includes(wanted.commits[round] ?? '')) lost.push(`the commit that round ${round} was told of`);
  }
  for (const [round, winner] of wanted.claims) {
    if (winner === '') lost.push(`claim ${round}`);
    if (winner.includes(' and ')) doubled.push(`claim ${round}: ${winner}`);
  }
  for (const branch of wanted.pulls) {
    count(
      `pull request ${branch}`,
      [...repository.issues.values()].filter(({ pull }) => pull?.headBranch === branch).length,
    );
  }
  return {
    calls: sim.seen.length,
    faults: sim.seen.filter(({ fault }) => fault !== undefined).length,
    lost,
    doubled,
    wrong: sim.wrong(),
  };
}
