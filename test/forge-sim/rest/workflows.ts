import { createHash } from 'node:crypto';
import { NOTHING } from '../git/index.ts';
import { moveRef } from '../moves.ts';
import {
  answer,
  flag,
  inRepository,
  invalid,
  notFound,
  numberIn,
  object,
  paged,
  Refused,
  type RepositoryContext,
  text,
} from '../operation.ts';
import { api } from '../render/account.ts';
import { environmentShown, releaseShown, runShown, workflowShown } from '../render/delivery.ts';
import { repositoryPage, repositoryUrl } from '../render/repository.ts';
import { startRun } from '../repositories.ts';
import { newId, type Release, type Workflow, type WorkflowRun } from '../world.ts';
import { commitNamed, tokenOf } from './commits.ts';

/** Workflows and their runs, environments, releases, attestations. */

function runIn(context: RepositoryContext): WorkflowRun {
  const run = context.repository.runs.find(({ id }) => id === numberIn(context, 'run_id'));
  if (run === undefined) throw notFound();
  return run;
}

function workflowIn({ repository, path }: RepositoryContext): Workflow {
  const name = path['workflow_id'] ?? '';
  const found = repository.workflows.find((one) => String(one.id) === name || one.path.endsWith(`/${name}`));
  if (found === undefined) throw notFound();
  return found;
}

function releaseBy(context: RepositoryContext, is: (release: Release) => boolean) {
  const found = context.repository.releases.findLast(is);
  if (found === undefined) throw notFound();
  return answer(200, releaseShown(context.world, context.repository, found));
}

export const WORKFLOWS = [
  inRepository('GET /repos/{owner}/{repo}/actions/workflows', 'actions:read', (context) => {
    const { world, repository } = context;
    return paged(context, repository.workflows, (items) => ({
      total_count: repository.workflows.length,
      workflows: items.map((one) => workflowShown(world, repository, one)),
    }));
  }),
  inRepository(
    'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
    'actions:write',
    async (context) => {
      const { world, repository, body, actor, tell } = context;
      const workflow = workflowIn(context);
      const ref = text(body, 'ref') ?? '';
      const sha = await commitNamed(context.git(repository), ref);
      if (sha === undefined) throw invalid(`No ref found for: ${ref}`);
      const branch = ref.replace(/^refs\/heads\//, '');
      const run = startRun(world, repository, workflow, { event: 'workflow_dispatch', branch, sha, actor });
      const inputs = object(body, 'inputs') ?? {};
      tell(
        repository,
        'workflow_dispatch',
        null,
        { inputs, ref: `refs/heads/${branch}`, workflow: workflow.path },
        actor,
      );
      if (!flag(body, 'return_run_details', false)) return answer(204);
      return answer(200, {
        workflow_run_id: run.id,
        run_url: repositoryUrl(world, repository, `/actions/runs/${run.id}`),
        html_url: repositoryPage(world, repository, `/actions/runs/${run.id}`),
      });
    },
  ),
  inRepository('GET /repos/{owner}/{repo}/actions/runs', 'actions:read', (context) => {
    const { world, repository, query } = context;
    const is = (name: string, value: string): boolean => (query.get(name) ?? value) === value;
    const found = repository.runs
      .filter(
        (one) =>
          is('actor', one.actor.login) &&
          is('branch', one.headBranch) &&
          is('event', one.event) &&
          is('head_sha', one.headSha) &&
          (query.get('status') === null ||
            query.get('status') === one.status ||
            query.get('status') === one.conclusion),
      )
      .toReversed();
    return paged(context, found, (items) => ({
      total_count: found.length,
      workflow_runs: items.map((one) => runShown(world, repository, one)),
    }));
  }),
  inRepository('GET /repos/{owner}/{repo}/actions/runs/{run_id}', 'actions:read', (context) =>
    answer(200, runShown(context.world, context.repository, runIn(context))),
  ),
  inRepository('POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun', 'actions:write', (context) => {
    const { world, actor } = context;
    const run = runIn(context);
    if (run.status !== 'completed') throw new Refused(403, 'This workflow is already running');
    run.attempt++;
    run.triggeringActor = actor;
    run.status = 'queued';
    run.conclusion = null;
    run.startedAt = world.clock.now();
    return answer(201, {});
  }),
  inRepository('POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel', 'actions:write', (context) => {
    const run = runIn(context);
    if (run.status === 'completed') throw new Refused(409, 'Cannot cancel a workflow run that is completed.');
    run.status = 'completed';
    run.conclusion = 'cancelled';
    return answer(202, {});
  }),
  inRepository('GET /repos/{owner}/{repo}/environments', 'actions:read', (context) => {
    const { world, repository } = context;
    const all = [...repository.environments.values()];
    return paged(context, all, (items) => ({
      total_count: all.length,
      environments: items.map((one) => environmentShown(world, repository, one)),
    }));
  }),
  inRepository('GET /repos/{owner}/{repo}/environments/{environment_name}', 'actions:read', (context) => {
    const found = context.repository.environments.get(context.path['environment_name'] ?? '');
    if (found === undefined) throw notFound();
    return answer(200, environmentShown(context.world, context.repository, found));
  }),
  inRepository('GET /repos/{owner}/{repo}/releases', 'contents:read', (context) => {
    const { world, repository } = context;
    return paged(context, repository.releases.toReversed(), (items) =>
      items.map((one) => releaseShown(world, repository, one)),
    );
  }),
  inRepository('POST /repos/{owner}/{repo}/releases', 'contents:write', async (context) => {
    const { world, repository, body, actor } = context;
    const git = context.git(repository);
    const tag = text(body, 'tag_name') ?? '';
    if (repository.releases.some((one) => one.tag === tag && !one.draft)) {
      throw invalid('Validation Failed', { resource: 'Release', field: 'tag_name', code: 'already_exists' });
    }
    const target = text(body, 'target_commitish') ?? repository.defaultBranch;
    const draft = flag(body, 'draft', false);
    const sha = await commitNamed(git, target);
    if (!draft && (await git.resolve(`refs/tags/${tag}`)) === undefined) {
      if (sha === undefined)
        throw invalid('Validation Failed', { resource: 'Release', field: 'target_commitish', code: 'invalid' });
      await moveRef(context, repository, tokenOf(context), { ref: `refs/tags/${tag}`, before: NOTHING, after: sha });
    }
    const now = world.clock.now();
    const release: Release = {
      id: newId(world),
      tag,
      target,
      name: text(body, 'name') ?? null,
      body: text(body, 'body') ?? '',
      draft,
      prerelease: flag(body, 'prerelease', false),
      author: actor,
      createdAt: now,
      publishedAt: draft ? null : now,
    };
    repository.releases.push(release);
    return answer(201, releaseShown(world, repository, release));
  }),
  inRepository('GET /repos/{owner}/{repo}/releases/latest', 'contents:read', (context) =>
    releaseBy(context, (one) => !one.draft && !one.prerelease),
  ),
  inRepository('GET /repos/{owner}/{repo}/releases/tags/{tag}', 'contents:read', (context) =>
    releaseBy(context, (one) => one.tag === context.path['tag'] && !one.draft),
  ),
  inRepository('GET /repos/{owner}/{repo}/releases/{release_id}', 'contents:read', (context) =>
    releaseBy(context, (one) => one.id === numberIn(context, 'release_id')),
  ),
  inRepository('POST /repos/{owner}/{repo}/attestations', 'attestations:write', (context) => {
    const { world, repository, body } = context;
    const bundle = object(body, 'bundle') ?? {};
    const payload = text(object(bundle, 'dsseEnvelope') ?? {}, 'payload') ?? '';
    const id = newId(world);
    for (const digest of subjectsOf(payload)) repository.attestations.push({ id, digest, bundle });
    return answer(201, { id });
  }),
  inRepository(
    'GET /repos/{owner}/{repo}/attestations/{subject_digest}',
    'attestations:read',
    ({ world, repository, path }) => {
      const found = repository.attestations.filter(({ digest }) => digest === path['subject_digest']);
      return answer(200, {
        attestations: found.map(({ id, bundle }) => ({
          bundle,
          repository_id: repository.id,
          bundle_url: api(world, `/attestation-bundles/${createHash('sha256').update(String(id)).digest('hex')}`),
        })),
      });
    },
  ),
];

/** Digests of an in-toto statement, `sha256:…`. */
function subjectsOf(payload: string): readonly string[] {
  const statement: unknown = JSON.parse(Buffer.from(payload, 'base64').toString() || '{}');
  const subjects = typeof statement === 'object' && statement !== null ? Reflect.get(statement, 'subject') : undefined;
  if (!Array.isArray(subjects)) return [];
  return subjects.flatMap((one: unknown) => {
    const digest = object(object({ one }, 'one') ?? {}, 'digest') ?? {};
    return Object.entries(digest).map(([kind, value]) => `${kind}:${String(value)}`);
  });
}
