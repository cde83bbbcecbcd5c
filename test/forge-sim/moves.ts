import type { Git } from './git/index.ts';
import { NOTHING } from './git/index.ts';
import { type Context, Refused } from './operation.ts';
import { commitPayload } from './render/commit.ts';
import { pullShown } from './render/pull.ts';
import { repositoryShown } from './render/repository.ts';
import { type Change, declined, type Wanted } from './rules.ts';
import { type Account, type Activity, newId, type Repository, stamp, type Token, type World } from './world.ts';

/** Every change of a branch or tag goes through here: the push record, pull requests that stand on it, and events. */

export interface Move {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

export function changeOf({ before, after }: Move): Change {
  return before === NOTHING ? 'create' : after === NOTHING ? 'delete' : 'update';
}

/** Contexts that are green on a commit: the newest status and the newest check run of each name. */
export function greenOn(repository: Repository, sha: string): ReadonlySet<string> {
  const last = new Map<string, boolean>();
  for (const { sha: of, context, state } of repository.statuses) if (of === sha) last.set(context, state === 'success');
  for (const run of repository.checkRuns) {
    if (run.sha === sha)
      last.set(
        run.name,
        run.status === 'completed' && ['success', 'neutral', 'skipped'].includes(run.conclusion ?? ''),
      );
  }
  return new Set([...last].filter(([, good]) => good).map(([context]) => context));
}

export async function wantedOf(
  world: World,
  repository: Repository,
  git: Git,
  move: Move,
  more: { readonly merge?: boolean; readonly approvals?: number } = {},
): Promise<Wanted> {
  const change = changeOf(move);
  return {
    ref: move.ref,
    change,
    force: change === 'update' && !(await git.isAncestor(move.before, move.after)),
    merge: more.merge ?? false,
    approvals: more.approvals ?? 0,
    green: greenOn(repository, move.after),
    signed: world.signed.has(move.after),
  };
}

/** Moves a ref by compare-and-swap, if the rules allow it, and writes it down. */
export async function moveRef(
  context: Context,
  repository: Repository,
  token: Token,
  move: Move,
  more: { readonly merge?: boolean; readonly approvals?: number } = {},
): Promise<boolean> {
  const { world } = context;
  const git = context.git(repository);
  const why = declined(world, repository, token, await wantedOf(world, repository, git, move, more));
  if (why !== undefined) throw new Refused(409, why);
  if (!(await git.move(move.ref, move.after, move.before))) return false;
  await moved(context, repository, move, token.account, more.merge === true ? 'pr_merge' : undefined);
  return true;
}

/** A ref has moved. */
export async function moved(
  context: Pick<Context, 'world' | 'tell' | 'git'>,
  repository: Repository,
  move: Move,
  actor: Account,
  kind?: Activity['kind'],
): Promise<void> {
  const { world, tell } = context;
  const git = context.git(repository);
  const { ref, before, after } = move;
  const change = changeOf(move);
  const force = change === 'update' && !(await git.isAncestor(before, after));
  const now = world.clock.now();
  if (ref.startsWith('refs/heads/')) {
    const what = {
      create: 'branch_creation',
      delete: 'branch_deletion',
      update: force ? 'force_push' : 'push',
    } as const;
    repository.activity.unshift({ id: newId(world), before, after, ref, at: now, kind: kind ?? what[change], actor });
  }
  repository.pushedAt = now;
  const commits =
    change === 'delete' ? [] : await git.log(change === 'create' ? after : `${before}..${after}`, { most: 20 });
  const payloads = await Promise.all(commits.toReversed().map((sha) => commitPayload(world, repository, git, sha)));
  tell(
    repository,
    'push',
    null,
    {
      ref,
      before,
      after,
      created: change === 'create',
      deleted: change === 'delete',
      forced: force,
      base_ref: null,
      compare: `${world.origin}/${repository.owner.login}/${repository.name}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
      commits: payloads,
      head_commit: payloads.at(-1) ?? null,
      pusher: { name: actor.login, email: `${actor.login}@users.noreply.github.com`, date: stamp(now) },
      // The payload of a push has its own form of a repository: times of pushes and of its beginning are numbers.
      repository: {
        ...repositoryShown(world, repository),
        pushed_at: Math.floor(now / 1000),
        created_at: Math.floor(repository.createdAt / 1000),
        master_branch: repository.defaultBranch,
        stargazers: 0,
      },
    },
    actor,
  );
  if (ref.startsWith('refs/heads/') && change !== 'delete')
    await followPulls(context, repository, ref.slice(11), move, actor);
}

async function followPulls(
  context: Pick<Context, 'world' | 'tell' | 'git'>,
  repository: Repository,
  branch: string,
  move: Move,
  actor: Account,
): Promise<void> {
  for (const base of context.world.repositories) {
    for (const issue of base.issues.values()) {
      const { pull } = issue;
      if (pull === null || issue.state === 'closed') continue;
      if (pull.baseBranch === branch && base === repository) pull.baseSha = move.after;
      if (pull.headBranch !== branch || pull.headRepository !== repository) continue;
      pull.headSha = move.after;
      issue.updatedAt = context.world.clock.now();
      // A pull request from a fork is read in the repository that it asks: GitHub keeps its commits there as refs/pull/N/head.
      const head = `refs/pull/${issue.number}/head`;
      await context
        .git(base)
        .run(
          base === repository
            ? ['update-ref', head, move.after]
            : ['fetch', '--quiet', repository.directory, `+${move.after}:${head}`],
        );
      const shown = await pullShown(context.world, base, issue, context.git(base), 'full');
      context.tell(
        base,
        'pull_request',
        'synchronize',
        { number: issue.number, before: move.before, after: move.after, pull_request: shown },
        actor,
      );
    }
  }
}
