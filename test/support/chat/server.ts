import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account, ChatForge, Comment, Thread } from '../../../src/chatops/index.ts';
import { bad, ok, type Problem, type Result } from '../../../src/model/problem.ts';
import { NOON } from './fake-forge.ts';

/**
 * A server with real bare repositories and a record of pushes with its own clock, in whole seconds as servers have it; comments and pull
 * requests beside it. Commits are made in the repository itself, with whatever dates somebody wants.
 */

const ZERO = '0'.repeat(40);

export interface Push {
  readonly branch: string;
  readonly before: string;
  readonly after: string;
  readonly at: number;
}

export interface Content {
  /** What the file of the service holds: unlike in every other commit. */
  readonly text: string;
  readonly parent?: string | undefined;
  /** Author and committer date, seconds. */
  readonly date?: number;
  readonly module?: string;
}

export interface Server extends Disposable {
  readonly dir: string;
  readonly repository: string;
  readonly modules: string;
  readonly pushes: Push[];
  readonly comments: Map<number, Comment>;
  readonly threads: Map<number, Thread>;
  readonly claims: Map<number, string>;
  readonly told: Map<string, string>;
  starter: Account;
  job: string;
  /** Milliseconds since 1970. */
  now: number;
  commit(content: Content, where?: string): string;
  push(branch: string, commit: string | null): void;
  tip(branch: string): string | null;
  clone(): string;
  git(...args: readonly string[]): string;
  readonly forge: ChatForge;
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

export function openServer(starter: Account): Server {
  const dir = mkdtempSync(join(tmpdir(), 'shiplock-chat-'));
  const [repository, modules] = [join(dir, 'service.git'), join(dir, 'module.git')];
  for (const one of [repository, modules]) {
    git(dir, ['init', '-q', '--bare', '-b', 'main', one]);
    git(one, ['config', 'uploadpack.allowAnySHA1InWant', 'true']);
  }
  let clones = 0;
  const server: Server = {
    dir,
    repository,
    modules,
    pushes: [],
    comments: new Map(),
    threads: new Map(),
    claims: new Map(),
    told: new Map(),
    starter,
    job: 'job-1',
    now: NOON - 3_600_000,
    commit({ text, parent, date = Math.floor(server.now / 1000), module }, where = repository) {
      const blob = git(where, ['hash-object', '-w', '--stdin'], {}, text);
      const gitmodules = `[submodule "module"]\n\tpath = module\n\turl = ${modules}\n`;
      const links =
        module === undefined
          ? ''
          : `160000 commit ${module}\tmodule\n100644 blob ${git(where, ['hash-object', '-w', '--stdin'], {}, gitmodules)}\t.gitmodules\n`;
      const tree = git(where, ['mktree', '--missing'], {}, `100644 blob ${blob}\tcontent.txt\n${links}`);
      const stamp = `${date} +0000`;
      const who = {
        GIT_AUTHOR_NAME: 'x',
        GIT_AUTHOR_EMAIL: 'x@y',
        GIT_COMMITTER_NAME: 'x',
        GIT_COMMITTER_EMAIL: 'x@y',
        GIT_AUTHOR_DATE: stamp,
        GIT_COMMITTER_DATE: stamp,
      };
      return git(where, ['commit-tree', tree, ...(parent === undefined ? [] : ['-p', parent]), '-m', text], who);
    },
    push(branch, commit) {
      const before = server.tip(branch) ?? ZERO;
      git(
        repository,
        commit === null ? ['update-ref', '-d', `refs/heads/${branch}`] : ['update-ref', `refs/heads/${branch}`, commit],
      );
      server.pushes.push({ branch, before, after: commit ?? ZERO, at: Math.floor(server.now / 1000) * 1000 });
    },
    tip(branch) {
      const found = git(repository, ['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`]);
      return found === '' ? null : found;
    },
    clone() {
      const to = join(dir, `runner-${++clones}`);
      git(dir, ['clone', '-q', '--no-local', repository, to]);
      return to;
    },
    git: (...args) => git(repository, args),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
    forge: {
      comment: async (id) => server.comments.get(id) ?? null,
      thread: async (number) => server.threads.get(number) ?? { number, open: true, pull: null },
      reviews: async () => [],
      checks: async () => [],
      defaultBranch: async () => 'main',
      commitNamed: async (digits) => named(server, digits),
      commitAt: async (branch, at) => commitAt(server.pushes, branch, at),
      async holds(branch, commit) {
        const tip = server.tip(branch);
        if (tip === null) return false;
        try {
          git(repository, ['merge-base', '--is-ancestor', commit, tip]);
          return true;
        } catch {
          return false;
        }
      },
      isMember: async () => false,
      starter: async () => server.starter,
      async claim(comment) {
        const owner = server.claims.get(comment) ?? server.job;
        server.claims.set(comment, owner);
        return owner === server.job ? 'ours' : 'taken';
      },
      react: async () => undefined,
      async tell(thread, mark, text) {
        server.told.set(`${thread} ${mark}`, text);
      },
    },
  };
  return server;
}

function named({ repository }: Server, digits: string): Result<string> {
  const found = git(repository, ['rev-parse', `--disambiguate=${digits}`])
    .split('\n')
    .filter((one) => one !== '' && git(repository, ['cat-file', '-t', one]) === 'commit');
  const [only] = found;
  return found.length === 1 && only !== undefined ? ok(only) : bad(no(digits, `${found.length} commits`));
}

/** The last push of the branch before the second of the moment; a push in that second, or none before, says nothing for sure. */
function commitAt(pushes: readonly Push[], branch: string, at: number): Result<string> {
  const second = Math.floor(at / 1000) * 1000;
  const own = pushes.filter((push) => push.branch === branch);
  if (own.some((push) => push.at === second)) return bad(no(branch, 'a push in the second of the comment'));
  const last = own.findLast((push) => push.at < second);
  return last === undefined || last.after === ZERO ? bad(no(branch, 'no record of a push before')) : ok(last.after);
}

function no(where: string, found: string): Problem {
  return { code: 'forge.unclear', where, found, expected: 'one commit', remedy: 'name the commit' };
}
