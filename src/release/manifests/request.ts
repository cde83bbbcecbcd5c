import { z } from 'zod';
import type { ResolvedEnvironment, ResolvedGitops } from '../../config/index.ts';
import { gitopsChange, gitopsPlace, observeGitops } from '../../gitops/index.ts';
import type { Forge } from '../../model/forge.ts';
import { problemsOf } from '../../model/problem.ts';
import { gate, type Node, type OpaqueStep, opaque, type ReadContext } from '../../procedure/index.ts';
import type { RequestNodes } from '../environment/target.ts';
import type { ReleaseRecord } from '../record.ts';
import { commitOptions, gitValue } from './git-commit.ts';
import type { ForgePatience } from './gitops-forge.ts';
import { notYet, stillMissing } from './merge-look.ts';

/**
 * A release that reaches git by a pull request: it is opened once for a run, its difference is shown in a comment, and a gate waits until git
 * names the version. Whoever may merge, and after which checks, is decided by the rules of the forge.
 */

type WithForge = Pick<ResolvedEnvironment, 'service' | 'environment' | 'baseDir'> & { readonly gitops: ResolvedGitops };

const openedSchema = z.strictObject({
  /** Null: git named the version already. */
  pull: z.number().int().positive().nullable(),
  url: z.string(),
});
export type Opened = Readonly<z.infer<typeof openedSchema>>;

const withdrawnSchema = z.strictObject({ pulls: z.array(z.number()).readonly() });

const MARKER = '<!-- shiplock:preview -->';
const OPEN_MS = 120_000;
/** The way back waits no longer than this for the forge. */
const WITHDRAW_MS = 15_000;

export function requestNodes(
  environment: WithForge,
  store: string,
  record: ReleaseRecord,
  said: { readonly actor: string },
  forge: (patience: ForgePatience) => Promise<Forge>,
): RequestNodes {
  const repository = environment.gitops.forge?.repository ?? environment.gitops.repository;
  const { version } = record.release;
  const options = commitOptions(environment, store, record, 'git', said);
  const value = gitValue(environment.gitops.names, record);
  const request = opaque<Opened>({
    id: 'git-request',
    title: `Ask by a pull request that git names ${version} for ${environment.environment}`,
    inputs: { repository, base: environment.gitops.branch, value },
    outputs: openedSchema,
    promise: `one pull request on ${repository}, with one commit that changes one value, and its difference as a comment`,
    // What is there of an earlier try is found by the branch, which has the name of the run.
    probe: 'repeatable',
    timeoutMs: OPEN_MS,
    run: async (ctx) => openRequest(await forge({ signal: ctx.signal }), environment, options, ctx),
  });
  const merged = gate({
    id: 'git-merged',
    title: `The pull request for ${version} is merged`,
    description:
      'Nobody needs to answer: it passes when git names the version. Look again with `shiplock resume`; `shiplock rollout abort` closes it.',
    role: 'nobody',
    asks: 'condition',
    evidence: [],
    guard: { kind: 'nothing-shifted' },
    condition: {
      look: async (ctx) => {
        const { value: named } = await observeGitops(gitopsPlace(environment, store), ctx.exec, ctx.signal);
        const about = { repository, base: environment.gitops.branch, value };
        if (named === value) return { about, unmet: [], found: `${environment.gitops.branch} names ${version}` };
        const asked = {
          branch: branchOf(environment, ctx.run),
          base: environment.gitops.branch,
          where: repository,
          named,
          value,
        };
        // A plan opens nothing, so there is nothing to ask for.
        const problem =
          ctx.mode === 'plan' ? notYet(asked) : await stillMissing(await forge({ signal: ctx.signal }), asked);
        return { about, unmet: [problem], found: `${problem.where}: ${problem.found}` };
      },
    },
  });
  return { nodes: [request, merged], withdraw: withdrawNode(environment, forge) };
}

/** Closes what is open for an environment, so that nobody merges what was taken back. The way back goes on when the forge does not answer. */
export function withdrawNode(
  environment: Pick<WithForge, 'service' | 'environment'>,
  forge: (patience: ForgePatience) => Promise<Forge>,
): Node {
  const withdraw: OpaqueStep<z.infer<typeof withdrawnSchema>> = opaque({
    id: 'git-withdraw',
    title: `Close pull requests that would bring another version to ${environment.environment}`,
    outputs: withdrawnSchema,
    promise: 'pull requests of this environment that are still open are closed, and their branches removed',
    probe: 'repeatable',
    timeoutMs: WITHDRAW_MS * 2,
    run: async (ctx) => {
      const limit = AbortSignal.any([ctx.signal, AbortSignal.timeout(WITHDRAW_MS)]);
      try {
        const open = await forge({ signal: limit, patienceMs: WITHDRAW_MS / 3 });
        return { pulls: await withdrawAll(open, prefixOf(environment)) };
      } catch (error) {
        ctx.signal.throwIfAborted();
        const [first] = problemsOf(error, 'the forge');
        ctx.note(`a pull request may still be open, close it by hand: ${first?.found ?? 'no answer'}`);
        return { pulls: [] };
      }
    },
  });
  return withdraw;
}

/** Pull requests of an environment, closed. */
export async function withdrawAll(
  forge: Pick<Forge, 'pulls' | 'writer'>,
  prefix: string,
  but?: string,
): Promise<readonly number[]> {
  const open = (await forge.pulls.open(prefix)).filter(({ head }) => head.branch !== but);
  for (const { number, head } of open) await forge.writer.withdraw({ number, branch: head.branch });
  return open.map(({ number }) => number);
}

/** Branches of an environment begin so. Pure. */
export function prefixOf({ service, environment }: Pick<WithForge, 'service' | 'environment'>): string {
  return `shiplock/${service}/${environment}/`;
}

export function branchOf(environment: Pick<WithForge, 'service' | 'environment'>, run: string): string {
  return `${prefixOf(environment)}${run}`;
}

/** Opens the pull request of a run, or takes the one that an earlier try has opened. */
export async function openRequest(
  forge: Pick<Forge, 'pulls' | 'writer' | 'comments'>,
  environment: WithForge,
  options: Parameters<typeof gitopsChange>[0],
  ctx: ReadContext,
): Promise<Opened> {
  const branch = branchOf(environment, ctx.run);
  // Only one run holds the environment: what others have left open is of no use to anybody.
  await withdrawAll(forge, prefixOf(environment), branch);
  const pull = (await forge.pulls.ofBranch(branch)) ?? (await propose(forge, environment, options, ctx));
  if (pull === undefined) return { pull: null, url: '' };
  const { diffPreview } = await import('../../forge/index.ts');
  const body = `What merging this changes:\n\n${diffPreview(await forge.pulls.files(pull.number))}`;
  await forge.comments.upsert({ issue: pull.number, marker: MARKER, body });
  return { pull: pull.number, url: pull.url };
}

async function propose(
  forge: Pick<Forge, 'writer'>,
  environment: WithForge,
  options: Parameters<typeof gitopsChange>[0],
  ctx: ReadContext,
) {
  const change = await gitopsChange(options, ctx);
  if (change === null) return undefined;
  const { service, environment: name, gitops } = environment;
  const branch = branchOf(environment, ctx.run);
  const { base: expected, headline, body, trailers, files } = change;
  const proposal = {
    id: `${ctx.run}/git-request`,
    ...{ branch, base: gitops.branch, expected, headline, body, trailers },
    additions: files,
    deletions: [],
    title: headline,
    text: [
      `Run \`${ctx.run}\` asks to bring \`${options.value}\` of \`${service}\` to \`${name}\`.`,
      'It goes on after the merge, with `shiplock resume`. Closing this without merging leaves it waiting; `shiplock rollout abort` ends it.',
    ].join('\n\n'),
  };
  const { ForgeError } = await import('../../forge/index.ts');
  try {
    return await forge.writer.propose(proposal);
  } catch (error) {
    if (!(error instanceof ForgeError) || error.status !== 409) throw error;
    // An earlier try began on a commit that is not the newest any more, and had not asked anybody yet.
    await forge.writer.removeBranch(branch);
    return forge.writer.propose(proposal);
  }
}
