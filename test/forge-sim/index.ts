import { mkdirSync } from 'node:fs';
import type { Clock } from '../../src/model/ports.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { type Events, openEvents } from './events.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import { type Git, openGit } from './git/index.ts';
import { type GitMemory, remembering } from './git/memory.ts';
import { openServer, type Seen, type Serving } from './server.ts';
import { type Limits, newWorld, type Repository, type World } from './world.ts';

/** A forge that speaks GitHub's languages, for tests: real repositories, one port on loopback, nothing outside. */
export interface ForgeSim extends AsyncDisposable {
  /** `http://127.0.0.1:8080`; repositories are at `/<owner>/<name>.git`. */
  readonly origin: string;
  /** As GITHUB_API_URL has it on GitHub Enterprise Server. */
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly world: World;
  readonly events: Events;
  git(repository: Repository): Git;
  /** Every request and what came of it. */
  readonly seen: readonly Seen[];
  /** Ways in which a request, an answer or an event was not as GitHub describes it. Empty, or a test must fail. */
  wrong(): readonly string[];
  /** Routes that were answered with success. */
  readonly checked: ReadonlySet<string>;
  setFaults(faults: Faults): void;
}

export interface ForgeOptions {
  /** A directory of its own for the repositories. */
  readonly root: string;
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
  readonly slowMs?: number;
  /** 0, the default: any that is free. */
  readonly port?: number;
  /** What was asked of git before, for many repositories out of the same objects. */
  readonly memory?: GitMemory;
}

export async function startForge(options: ForgeOptions): Promise<ForgeSim> {
  mkdirSync(options.root, { recursive: true });
  const world = newWorld({
    clock: options.clock ?? systemClock,
    root: options.root,
    limits: { core: 5_000, created: 80, ...options.limits },
  });
  const events = openEvents(world);
  const repositories = new Map<number, Git>();
  const { memory } = options;
  const opened = (directory: string): Git =>
    memory === undefined ? openGit(directory) : remembering(openGit(directory), memory);
  const git = (repository: Repository): Git => {
    const open = repositories.get(repository.id) ?? opened(repository.directory);
    repositories.set(repository.id, open);
    return open;
  };
  const serving: Serving = {
    world,
    events,
    git,
    faults: NO_FAULTS,
    slowMs: options.slowMs ?? 50,
    seen: [],
    wrong: [],
    checked: new Set(),
  };
  const server = openServer(serving);
  await new Promise<void>((resolve) => {
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  world.origin = `http://127.0.0.1:${address.port}`;
  return {
    origin: world.origin,
    apiUrl: `${world.origin}/api/v3`,
    graphqlUrl: `${world.origin}/api/graphql`,
    world,
    events,
    git,
    seen: serving.seen,
    wrong: () => [...serving.wrong, ...events.wrong],
    checked: serving.checked,
    setFaults: (faults) => {
      serving.faults = faults;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await events.settled();
    },
  };
}
