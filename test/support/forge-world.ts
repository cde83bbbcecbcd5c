import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Clock } from '../../src/model/ports.ts';
import { issueInstallationToken, issueToken } from '../forge-sim/access.ts';
import { NOTHING } from '../forge-sim/git/index.ts';
import { type ForgeOptions, type ForgeSim, startForge } from '../forge-sim/index.ts';
import { moved } from '../forge-sim/moves.ts';
import { addAccount, addApp, addMember, addTeam, install } from '../forge-sim/people.ts';
import { addRepository } from '../forge-sim/repositories.ts';
import {
  type Account,
  type App,
  type Installation,
  type Permissions,
  type Repository,
  stamp,
  type Team,
} from '../forge-sim/world.ts';

const run = promisify(execFile);
const WHO = { name: 'Ann', email: 'ann@users.noreply.github.com' };

/** A small organisation at the simulator: a repository with a commit, people, a team, and our App. */
export interface ForgeWorld extends AsyncDisposable {
  readonly sim: ForgeSim;
  readonly root: string;
  readonly org: Account;
  readonly repository: Repository;
  /** Owner of the organisation. */
  readonly olga: Account;
  /** May write, and is in the team of deployers. */
  readonly ann: Account;
  /** May read only. */
  readonly ben: Account;
  /** Belongs to nobody. */
  readonly eve: Account;
  readonly team: Team;
  readonly app: App;
  readonly privateKey: string;
  readonly installation: Installation;
  tokenOf(account: Account): string;
  /** A token of our App, with fewer permissions if wanted. */
  appToken(permissions?: Permissions): string;
  /** Commits a file on a branch and pushes it by git over HTTP; gives the commit. */
  push(
    by: Account,
    branch: string,
    files: Readonly<Record<string, string>>,
    more?: { readonly force?: boolean; readonly from?: string },
  ): Promise<string>;
  /** The same without git's protocol, which is quicker. */
  change(
    by: Account,
    branch: string,
    files: Readonly<Record<string, string>>,
    more?: { readonly from?: string },
  ): Promise<string>;
  call(token: string | null, method: string, path: string, body?: unknown): Promise<Called>;
}

export interface Called {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export const PERMISSIONS: Permissions = {
  actions: 'write',
  administration: 'read',
  attestations: 'write',
  checks: 'write',
  contents: 'write',
  deployments: 'write',
  issues: 'write',
  members: 'read',
  pull_requests: 'write',
  statuses: 'write',
};

export async function forgeWorld(options: Omit<ForgeOptions, 'root'> = {}): Promise<ForgeWorld> {
  const root = mkdtempSync(join(tmpdir(), 'shiplock-forge-'));
  const sim = await startForge({
    limits: { core: 1_000_000, created: 1_000_000 },
    ...options,
    root: join(root, 'repositories'),
  });
  const { world } = sim;
  const org = addAccount(world, 'acme', 'Organization');
  const [olga, ann, ben, eve] = ['olga', 'ann', 'ben', 'eve'].map((login) => addAccount(world, login));
  if (olga === undefined || ann === undefined || ben === undefined || eve === undefined) throw new Error('no people');
  addMember(world, org, olga, 'admin');
  addMember(world, org, ann);
  addMember(world, org, ben);
  const team = addTeam(world, org, 'deployers', [ann]);
  const repository = await addRepository(world, { owner: org, name: 'certkeeper' });
  repository.collaborators.set(ann.id, 'write');
  repository.collaborators.set(ben.id, 'read');
  const { app, privateKey } = addApp(world, 'shiplock', org, PERMISSIONS);
  const installation = install(world, app, org);
  const tokens = new Map<number, string>();
  const tokenOf = (account: Account): string => {
    const token = tokens.get(account.id) ?? issueToken(world, account).value;
    tokens.set(account.id, token);
    return token;
  };
  const clone = join(root, 'clone');
  // Never a synchronous process: the server that git talks to lives in this one.
  const git = async (...args: string[]): Promise<string> => (await run('git', args, { env: gitEnv() })).stdout;
  await git('init', '--quiet', '--initial-branch=main', clone);
  const made: ForgeWorld = {
    sim,
    root,
    org,
    repository,
    olga,
    ann,
    ben,
    eve,
    team,
    app,
    privateKey,
    installation,
    tokenOf,
    appToken: (permissions) =>
      issueInstallationToken(world, installation, permissions === undefined ? {} : { permissions }).value,
    async push(by, branch, files, { force = false, from } = {}) {
      const at = `${sim.origin.replace('://', `://${by.login}:${tokenOf(by)}@`)}/acme/certkeeper.git`;
      await pushFiles({ clone, git, at, branch, files, force, from });
      return (await git('-C', clone, 'rev-parse', 'HEAD')).trim();
    },
    async change(by, branch, files, { from } = {}) {
      const own = sim.git(repository);
      const ref = `refs/heads/${branch}`;
      const before = (await own.resolve(ref)) ?? NOTHING;
      const base = from ?? (before === NOTHING ? null : before);
      const changes = [];
      for (const [path, content] of Object.entries(files)) {
        changes.push({ path, mode: '100644', sha: await own.writeBlob(Buffer.from(content)) });
      }
      const person = { ...WHO, date: stamp(world.clock.now()) };
      const after = await own.writeCommit({
        tree: await own.treeWith(base, changes),
        parents: base === null ? [] : [base],
        author: person,
        committer: person,
        message: `Change ${Object.keys(files).join(', ')}`,
        signature: null,
      });
      if (!(await own.move(ref, after, before))) throw new Error(`${ref} has moved`);
      await moved({ world, tell: sim.events.tell, git: sim.git }, repository, { ref, before, after }, by);
      return after;
    },
    async call(token, method, path, body) {
      const response = await fetch(`${sim.apiUrl}${path}`, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          'content-type': 'application/json',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
    },
    async [Symbol.asyncDispose]() {
      await sim[Symbol.asyncDispose]();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return made;
}

async function pushFiles(of: {
  readonly clone: string;
  readonly git: (...args: string[]) => Promise<string>;
  readonly at: string;
  readonly branch: string;
  readonly files: Readonly<Record<string, string>>;
  readonly force: boolean;
  readonly from: string | undefined;
}): Promise<void> {
  const { clone, git, at, branch } = of;
  const there = (await git('ls-remote', at, `refs/heads/${branch}`)).trim() !== '';
  const start = of.from ?? (there ? `refs/heads/${branch}` : undefined);
  if (start !== undefined) {
    await git('-C', clone, 'fetch', '--quiet', at, start);
    await git('-C', clone, 'checkout', '--quiet', '--force', '--detach', 'FETCH_HEAD');
  }
  for (const [name, content] of Object.entries(of.files)) writeFileSync(join(clone, name), content);
  await git('-C', clone, 'add', '--all');
  await git('-C', clone, 'commit', '--quiet', '--allow-empty', '-m', `Change ${Object.keys(of.files).join(', ')}`);
  await git('-C', clone, 'push', '--quiet', ...(of.force ? ['--force'] : []), at, `HEAD:refs/heads/${branch}`);
}

function gitEnv(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: WHO.name,
    GIT_AUTHOR_EMAIL: WHO.email,
    GIT_COMMITTER_NAME: WHO.name,
    GIT_COMMITTER_EMAIL: WHO.email,
  };
}

/** A clock whose wall can be set: times of comments and pushes are whole seconds. Sleeping takes a thousandth. */
export function forgeClock(
  start = Date.UTC(2026, 10, 21, 6, 0, 0),
): Clock & { set(at: number): void; pass(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    monotonic: () => now - start,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      now += ms;
      await new Promise((resolve) => setTimeout(resolve, Math.min(5, ms / 1000)));
    },
    set: (at) => {
      now = at;
    },
    pass: (ms) => {
      now += ms;
    },
  };
}

const idSchema = z.object({ id: z.number() });

export function idOf(called: Called): number {
  return idSchema.parse(called.body).id;
}
