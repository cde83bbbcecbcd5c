import { greenOn } from '../moves.ts';
import {
  answer,
  appOf,
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
  texts,
} from '../operation.ts';
import {
  checkRunShown,
  deploymentShown,
  deploymentStatusShown,
  simpleStatus,
  statusShown,
} from '../render/delivery.ts';
import { minimalRepository, repositoryUrl } from '../render/repository.ts';
import { type CheckRun, type Deployment, newId, type Status } from '../world.ts';
import { commitIn, commitNamed } from './commits.ts';

/** Statuses, checks and deployments. */

/** The newest status of each context. */
function current(statuses: readonly Status[]): readonly Status[] {
  return [...new Map(statuses.map((one) => [one.context, one])).values()];
}

function checkRunIn(context: RepositoryContext): CheckRun {
  const run = context.repository.checkRuns.find(({ id }) => id === numberIn(context, 'check_run_id'));
  if (run === undefined) throw notFound();
  return run;
}

function timeOf(value: string | undefined): number | undefined {
  return value === undefined ? undefined : Date.parse(value);
}

function fill({ world, body }: RepositoryContext, run: CheckRun): void {
  const output = object(body, 'output');
  run.name = text(body, 'name') ?? run.name;
  run.externalId = text(body, 'external_id') ?? run.externalId;
  run.detailsUrl = text(body, 'details_url') ?? run.detailsUrl;
  run.conclusion = text(body, 'conclusion') ?? run.conclusion;
  run.status = text(body, 'conclusion') !== undefined ? 'completed' : (text(body, 'status') ?? run.status);
  run.startedAt = timeOf(text(body, 'started_at')) ?? run.startedAt;
  if (run.status === 'completed')
    run.completedAt = timeOf(text(body, 'completed_at')) ?? run.completedAt ?? world.clock.now();
  if (output !== undefined) {
    run.output = {
      title: text(output, 'title') ?? null,
      summary: text(output, 'summary') ?? null,
      text: text(output, 'text') ?? null,
    };
  }
}

function tellCheck(context: RepositoryContext, run: CheckRun, action: 'created' | 'completed'): void {
  const { world, repository, tell, actor } = context;
  tell(repository, 'check_run', action, { check_run: checkRunShown(world, repository, run) }, actor);
}

function deploymentIn(context: RepositoryContext): Deployment {
  const found = context.repository.deployments.find(({ id }) => id === numberIn(context, 'deployment_id'));
  if (found === undefined) throw notFound();
  return found;
}

export const DELIVERY = [
  inRepository('POST /repos/{owner}/{repo}/statuses/{sha}', 'statuses:write', async (context) => {
    const { world, repository, body, actor } = context;
    const sha = await context.git(repository).resolve(`${context.path['sha']}^{commit}`);
    if (sha === undefined) throw invalid(`No commit found for SHA: ${context.path['sha']}`);
    const status: Status = {
      id: newId(world),
      sha,
      state: text(body, 'state') ?? 'pending',
      context: text(body, 'context') ?? 'default',
      description: text(body, 'description') ?? null,
      targetUrl: text(body, 'target_url') ?? null,
      creator: actor,
      at: world.clock.now(),
    };
    repository.statuses.push(status);
    return answer(201, statusShown(world, repository, status));
  }),
  inRepository('GET /repos/{owner}/{repo}/commits/{ref}/statuses', 'statuses:read', async (context) => {
    const { world, repository } = context;
    const sha = await commitIn(context, 'ref');
    const found = repository.statuses.filter((one) => one.sha === sha).toReversed();
    return paged(context, found, (items) => items.map((one) => statusShown(world, repository, one)));
  }),
  inRepository('GET /repos/{owner}/{repo}/commits/{ref}/status', 'statuses:read', async (context) => {
    const { world, repository } = context;
    const sha = await commitIn(context, 'ref');
    const found = current(repository.statuses.filter((one) => one.sha === sha));
    const states = found.map(({ state }) => state);
    const bad = states.some((state) => state === 'failure' || state === 'error');
    return paged(context, found, (items) => ({
      state: bad
        ? 'failure'
        : states.length > 0 && states.every((state) => state === 'success')
          ? 'success'
          : 'pending',
      statuses: items.map((one) => simpleStatus(world, repository, one)),
      sha,
      total_count: found.length,
      repository: minimalRepository(world, repository),
      commit_url: repositoryUrl(world, repository, `/commits/${sha}`),
      url: repositoryUrl(world, repository, `/commits/${sha}/status`),
    }));
  }),
  inRepository('POST /repos/{owner}/{repo}/check-runs', 'checks:write', async (context) => {
    const { world, repository, body } = context;
    const app = appOf(context);
    if (app === null) throw new Refused(403, 'You must authenticate via a GitHub App.');
    const sha = await context.git(repository).resolve(`${text(body, 'head_sha') ?? ''}^{commit}`);
    if (sha === undefined) throw invalid(`No commit found for SHA: ${text(body, 'head_sha')}`);
    const key = `${app.id}/${sha}`;
    const suite = repository.suites.get(key) ?? newId(world);
    repository.suites.set(key, suite);
    const run: CheckRun = {
      id: newId(world),
      suite,
      app,
      sha,
      name: '',
      externalId: '',
      // The App's own page, where nothing else is said.
      detailsUrl: world.origin,
      status: 'queued',
      conclusion: null,
      startedAt: world.clock.now(),
      completedAt: null,
      output: { title: null, summary: null, text: null },
    };
    fill(context, run);
    repository.checkRuns.push(run);
    tellCheck(context, run, 'created');
    return answer(201, checkRunShown(world, repository, run));
  }),
  inRepository('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', 'checks:write', (context) => {
    const run = checkRunIn(context);
    if (run.app !== appOf(context)) throw new Refused(403, 'Resource not accessible by integration');
    const was = run.status;
    fill(context, run);
    if (was !== 'completed' && run.status === 'completed') tellCheck(context, run, 'completed');
    return answer(200, checkRunShown(context.world, context.repository, run));
  }),
  inRepository('GET /repos/{owner}/{repo}/check-runs/{check_run_id}', 'checks:read', (context) =>
    answer(200, checkRunShown(context.world, context.repository, checkRunIn(context))),
  ),
  inRepository('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', 'checks:read', async (context) => {
    const { world, repository, query } = context;
    const sha = await commitIn(context, 'ref');
    const name = query.get('check_name');
    const app = query.get('app_id');
    const all = repository.checkRuns
      .filter(
        (one) =>
          one.sha === sha && (name === null || one.name === name) && (app === null || String(one.app?.id) === app),
      )
      .toReversed();
    // Of the runs of one name in one suite the newest, unless all are asked for.
    const seen = new Set<string>();
    const found = all.filter((one) => {
      const key = `${one.suite}/${one.name}`;
      const first = !seen.has(key);
      seen.add(key);
      return first || query.get('filter') === 'all';
    });
    return paged(context, found, (items) => ({
      total_count: found.length,
      check_runs: items.map((one) => checkRunShown(world, repository, one)),
    }));
  }),
  inRepository('GET /repos/{owner}/{repo}/deployments', 'deployments:read', (context) => {
    const { world, repository, query } = context;
    const is = (name: string, value: string): boolean => (query.get(name) ?? value) === value;
    const found = repository.deployments
      .filter(
        (one) => is('sha', one.sha) && is('ref', one.ref) && is('task', one.task) && is('environment', one.environment),
      )
      .toReversed();
    return paged(context, found, (items) => items.map((one) => deploymentShown(world, repository, one)));
  }),
  inRepository('POST /repos/{owner}/{repo}/deployments', 'deployments:write', async (context) => {
    const { world, repository, body, actor } = context;
    const git = context.git(repository);
    const ref = text(body, 'ref') ?? '';
    const sha = await commitNamed(git, ref);
    if (sha === undefined) throw invalid(`No ref found for: ${ref}`);
    const wanted = Array.isArray(body['required_contexts'])
      ? texts(body['required_contexts'])
      : repository.statuses.filter((one) => one.sha === sha).map((one) => one.context);
    const green = greenOn(repository, sha);
    const missing = wanted.find((one) => !green.has(one));
    if (missing !== undefined) throw new Refused(409, `Conflict: Commit status checks failed for ${ref}.`);
    if (
      flag(body, 'auto_merge', true) &&
      (await git.resolve(`refs/heads/${ref}`)) !== undefined &&
      ref !== repository.defaultBranch
    ) {
      const head = (await git.resolve(`refs/heads/${repository.defaultBranch}`)) ?? sha;
      if (!(await git.isAncestor(head, sha)))
        throw new Refused(409, `Conflict merging ${repository.defaultBranch} into ${ref}.`);
    }
    const environment = text(body, 'environment') ?? 'production';
    const payload = body['payload'];
    const one: Deployment = {
      id: newId(world),
      sha,
      ref,
      task: text(body, 'task') ?? 'deploy',
      environment,
      payload: payload ?? {},
      description: text(body, 'description') ?? null,
      transient: flag(body, 'transient_environment', false),
      production: flag(body, 'production_environment', environment === 'production'),
      creator: actor,
      app: appOf(context),
      at: world.clock.now(),
      statuses: [],
    };
    repository.deployments.push(one);
    return answer(201, deploymentShown(world, repository, one));
  }),
  inRepository('GET /repos/{owner}/{repo}/deployments/{deployment_id}', 'deployments:read', (context) =>
    answer(200, deploymentShown(context.world, context.repository, deploymentIn(context))),
  ),
  inRepository('DELETE /repos/{owner}/{repo}/deployments/{deployment_id}', 'deployments:write', (context) => {
    const { deployments } = context.repository;
    const one = deploymentIn(context);
    const state = one.statuses.at(-1)?.state;
    if (
      deployments.length > 1 &&
      state !== undefined &&
      state !== 'inactive' &&
      state !== 'failure' &&
      state !== 'error'
    ) {
      throw new Refused(
        422,
        'We cannot delete an active deployment unless it is the only deployment in a given environment.',
      );
    }
    deployments.splice(deployments.indexOf(one), 1);
    return answer(204);
  }),
  inRepository('GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', 'deployments:read', (context) => {
    const one = deploymentIn(context);
    return paged(context, one.statuses.toReversed(), (items) =>
      items.map((status) => deploymentStatusShown(context.world, context.repository, one, status)),
    );
  }),
  inRepository('POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', 'deployments:write', (context) => {
    const { world, repository, body, actor } = context;
    const one = deploymentIn(context);
    const state = text(body, 'state') ?? 'pending';
    const status = {
      id: newId(world),
      state,
      description: text(body, 'description') ?? '',
      environmentUrl: text(body, 'environment_url') ?? '',
      logUrl: text(body, 'log_url') ?? text(body, 'target_url') ?? '',
      creator: actor,
      at: world.clock.now(),
    };
    one.statuses.push(status);
    // A success makes those before it inactive, in environments that stay.
    if (state === 'success' && flag(body, 'auto_inactive', true) && !one.transient) {
      for (const other of repository.deployments) {
        if (other === one || other.environment !== one.environment || other.transient) continue;
        if (other.id < one.id && other.statuses.at(-1)?.state === 'success') {
          other.statuses.push({ ...status, id: newId(world), state: 'inactive', description: '' });
        }
      }
    }
    return answer(201, deploymentStatusShown(world, repository, one, status));
  }),
];
