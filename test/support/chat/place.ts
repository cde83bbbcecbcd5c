import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommentEvent, readEvent } from '../../../src/chatops/index.ts';
import { openForge } from '../../../src/forge/index.ts';
import type { Forge } from '../../../src/model/forge.ts';
import { unwrap } from '../../../src/model/problem.ts';
import { seeded } from '../../e2e/support/random.ts';
import { NOTHING } from '../../forge-sim/git/index.ts';
import { gitMemory } from '../../forge-sim/git/memory.ts';
import { moved } from '../../forge-sim/moves.ts';
import { addRepository } from '../../forge-sim/repositories.ts';
import type { Account, Repository } from '../../forge-sim/world.ts';
import { type ForgeWorld, forgeClock, forgeWorld, idOf } from '../forge-world.ts';

/** A repository of its own at the simulated forge for one schedule, with a pull request, and hands to move everything in it. */

export interface Content {
  /** What the file of the service holds: unlike in every other commit. */
  readonly text: string;
  readonly parent?: string | undefined;
  /** Author and committer date, seconds: whatever somebody wants. Left out: long before every comment. */
  readonly date?: number;
  readonly module?: string;
}

export interface Forges extends AsyncDisposable {
  readonly world: ForgeWorld;
  readonly clock: ReturnType<typeof forgeClock>;
  /** A new repository, an hour later than the one before. */
  place(): Promise<Place>;
}

export interface Place {
  readonly world: ForgeWorld;
  readonly clock: Forges['clock'];
  readonly repository: Repository;
  /** Bare repository of a submodule. */
  readonly modules: string;
  readonly path: string;
  /** Makes a commit that the server has, whether a branch holds it or not; the same content is made once for all places. */
  commit(content: Content): string;
  /** The same in the submodule. */
  moduleCommit(text: string): string;
  /** Moves a branch, and the server writes it down; null: deletes it. */
  push(branch: string, commit: string | null): Promise<void>;
  tip(branch: string): string | null;
  git(...args: readonly string[]): string;
  /** A pull request of a branch here, or of a fork. */
  pull(branch: string, fork?: boolean): Promise<number>;
  /** Writes a comment, and gives the event that the server sends for it. */
  comment(thread: number, body: string): Promise<CommentEvent>;
  /** The working copy of a runner. */
  clone(): string;
  /** As our App sees it. */
  forge(): Forge;
}

export function git(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): string {
  const fixed = {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'file',
    LC_ALL: 'C',
  };
  return execFileSync('git', args, {
    cwd,
    env: { ...fixed, ...env },
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  }).trim();
}

const WHO = { GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x@y', GIT_COMMITTER_NAME: 'x', GIT_COMMITTER_EMAIL: 'x@y' };
const HOUR_MS = 3_600_000;
/** 20 November 2026, seconds: before the clock of any place. */
export const BEFORE = 1_795_132_800;

export async function openForges(): Promise<Forges> {
  const clock = forgeClock();
  const memory = gitMemory();
  const world = await forgeWorld({ clock, memory });
  const modules = join(world.root, 'module.git');
  git(world.root, ['init', '-q', '--bare', '-b', 'main', modules]);
  git(modules, ['config', 'uploadpack.allowAnySHA1InWant', 'true']);
  // Every repository reads these objects too, as it does those of forks at GitHub.
  const pool = join(world.root, 'pool.git');
  git(world.root, ['init', '-q', '--bare', '-b', 'main', pool]);
  const made = new Map<string, string>();
  const makeIn = (where: string, content: Content): string => {
    const key = `${where} ${JSON.stringify(content)}`;
    const id = made.get(key) ?? makeCommit(where, content, modules);
    made.set(key, id);
    if (where === pool) memory.everywhere.add(id);
    return id;
  };
  let number = 0;
  return {
    world,
    clock,
    async place() {
      clock.pass(HOUR_MS);
      const name = `service-${++number}`;
      const repository = await addRepository(world.sim.world, { owner: world.org, name });
      repository.collaborators.set(world.ann.id, 'write');
      const info = join(repository.directory, 'objects', 'info');
      mkdirSync(info);
      writeFileSync(join(info, 'alternates'), `${join(pool, 'objects')}\n`);
      return placeIn(
        { world, clock, repository, modules },
        (content) => makeIn(pool, content),
        (text) => makeIn(modules, { text }),
      );
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

function makeCommit(where: string, { text, parent, date = BEFORE, module }: Content, modules: string): string {
  const blob = (content: string): string => git(where, ['hash-object', '-w', '--stdin'], {}, content);
  const links =
    module === undefined
      ? ''
      : `160000 commit ${module}\tmodule\n100644 blob ${blob(`[submodule "module"]\n\tpath = module\n\turl = ${modules}\n`)}\t.gitmodules\n`;
  const tree = git(where, ['mktree', '--missing'], {}, `100644 blob ${blob(text)}\tcontent.txt\n${links}`);
  const dates = { GIT_AUTHOR_DATE: `${date} +0000`, GIT_COMMITTER_DATE: `${date} +0000` };
  const parents = parent === undefined ? [] : ['-p', parent];
  return git(where, ['commit-tree', tree, ...parents, '-m', text], { ...WHO, ...dates });
}

function placeIn(
  { world, clock, repository, modules }: Pick<Place, 'world' | 'clock' | 'repository' | 'modules'>,
  commit: Place['commit'],
  moduleCommit: Place['moduleCommit'],
): Place {
  const { directory, name } = repository;
  const { sim } = world;
  const path = `/repos/acme/${name}`;
  let clones = 0;
  const tip = (branch: string): string | null =>
    git(directory, ['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`]) || null;
  return {
    world,
    clock,
    repository,
    modules,
    path,
    tip,
    git: (...args) => git(directory, args),
    commit,
    moduleCommit,
    async push(branch, commit) {
      const ref = `refs/heads/${branch}`;
      const before = tip(branch) ?? NOTHING;
      git(directory, commit === null ? ['update-ref', '-d', ref] : ['update-ref', ref, commit]);
      const context = { world: sim.world, tell: sim.events.tell, git: sim.git };
      await moved(context, repository, { ref, before, after: commit ?? NOTHING }, world.ann);
    },
    async pull(branch, fork = false) {
      const by: Account = fork ? world.eve : world.ann;
      if (fork) await addRepository(sim.world, { owner: world.eve, name, parent: repository });
      const head = fork ? `eve:${branch}` : branch;
      const made = await world.call(world.tokenOf(by), 'POST', `${path}/pulls`, { title: 'x', head, base: 'main' });
      if (made.status !== 201) throw new Error(`no pull request: ${JSON.stringify(made.body)}`);
      return repository.nextNumber - 1;
    },
    async comment(thread, body) {
      const token = world.tokenOf(world.ann);
      const id = idOf(await world.call(token, 'POST', `${path}/issues/${thread}/comments`, { body }));
      const told = sim.events.told.findLast(({ event }) => event === 'issue_comment');
      const event = unwrap(readEvent(JSON.stringify(told?.payload), 'the event'));
      if (event.comment !== id) throw new Error('the event is of another comment');
      return event;
    },
    clone() {
      const to = join(world.root, `${name}-runner-${++clones}`);
      git(world.root, ['clone', '-q', '--no-local', directory, to]);
      return to;
    },
    forge: () =>
      openForge({
        api: sim.apiUrl,
        owner: 'acme',
        repo: name,
        credentials: { kind: 'token', token: world.appToken() },
        ports: { clock, random: seeded(1), signal: new AbortController().signal },
      }),
  };
}
