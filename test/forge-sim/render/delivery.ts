import {
  type CheckRun,
  type Deployment,
  type DeploymentStatus,
  type Environment,
  nodeId,
  type Release,
  type Repository,
  type Status,
  stamp,
  type Workflow,
  type WorkflowRun,
  type World,
} from '../world.ts';
import { accountShown, appShown } from './account.ts';
import { pullsOf } from './pull.ts';
import { minimalRepository, repositoryPage, repositoryUrl } from './repository.ts';

/** Statuses, checks, deployments, releases, runs: what is said about a commit. */

export function statusShown(world: World, repository: Repository, status: Status) {
  return {
    ...simpleStatus(world, repository, status),
    creator: accountShown(world, status.creator),
  };
}

export function simpleStatus(world: World, repository: Repository, status: Status) {
  return {
    url: repositoryUrl(world, repository, `/statuses/${status.sha}`),
    avatar_url: `${world.origin}/avatars/u/${status.creator.id}`,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: stamp(status.at),
    updated_at: stamp(status.at),
  };
}

export function checkRunShown(world: World, repository: Repository, run: CheckRun) {
  const url = repositoryUrl(world, repository, `/check-runs/${run.id}`);
  return {
    id: run.id,
    node_id: nodeId('CR', run.id),
    name: run.name,
    head_sha: run.sha,
    external_id: run.externalId,
    url,
    html_url: repositoryPage(world, repository, `/runs/${run.id}`),
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt === null ? null : stamp(run.startedAt),
    completed_at: run.completedAt === null ? null : stamp(run.completedAt),
    output: { ...run.output, annotations_count: 0, annotations_url: `${url}/annotations` },
    check_suite: { id: run.suite },
    app: run.app === null ? null : appShown(world, run.app),
    pull_requests: pullsOf(world, repository, run.sha),
  };
}

export function deploymentShown(world: World, repository: Repository, one: Deployment) {
  const url = repositoryUrl(world, repository, `/deployments/${one.id}`);
  return {
    url,
    id: one.id,
    node_id: nodeId('DE', one.id),
    sha: one.sha,
    ref: one.ref,
    task: one.task,
    payload: one.payload,
    original_environment: one.environment,
    environment: one.environment,
    description: one.description,
    creator: accountShown(world, one.creator),
    created_at: stamp(one.at),
    updated_at: stamp(one.statuses.at(-1)?.at ?? one.at),
    statuses_url: `${url}/statuses`,
    repository_url: repositoryUrl(world, repository),
    transient_environment: one.transient,
    production_environment: one.production,
    performed_via_github_app: one.app === null ? null : appShown(world, one.app),
  };
}

export function deploymentStatusShown(world: World, repository: Repository, of: Deployment, one: DeploymentStatus) {
  const url = repositoryUrl(world, repository, `/deployments/${of.id}`);
  return {
    url: `${url}/statuses/${one.id}`,
    id: one.id,
    node_id: nodeId('DES', one.id),
    state: one.state,
    creator: accountShown(world, one.creator),
    description: one.description,
    environment: of.environment,
    target_url: one.logUrl,
    log_url: one.logUrl,
    environment_url: one.environmentUrl,
    created_at: stamp(one.at),
    updated_at: stamp(one.at),
    deployment_url: url,
    repository_url: repositoryUrl(world, repository),
    performed_via_github_app: of.app === null ? null : appShown(world, of.app),
  };
}

export function releaseShown(world: World, repository: Repository, one: Release) {
  const url = repositoryUrl(world, repository, `/releases/${one.id}`);
  const tag = encodeURIComponent(one.tag);
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    html_url: repositoryPage(world, repository, `/releases/tag/${tag}`),
    id: one.id,
    node_id: nodeId('RE', one.id),
    tag_name: one.tag,
    target_commitish: one.target,
    name: one.name,
    body: one.body,
    draft: one.draft,
    prerelease: one.prerelease,
    immutable: false,
    author: accountShown(world, one.author),
    created_at: stamp(one.createdAt),
    updated_at: stamp(one.createdAt),
    published_at: one.publishedAt === null ? null : stamp(one.publishedAt),
    tarball_url: repositoryUrl(world, repository, `/tarball/${tag}`),
    zipball_url: repositoryUrl(world, repository, `/zipball/${tag}`),
    assets: [],
  };
}

export function workflowShown(world: World, repository: Repository, one: Workflow) {
  return {
    id: one.id,
    node_id: nodeId('W', one.id),
    name: one.name,
    path: one.path,
    state: 'active',
    created_at: stamp(one.createdAt),
    updated_at: stamp(one.createdAt),
    url: repositoryUrl(world, repository, `/actions/workflows/${one.id}`),
    html_url: repositoryPage(world, repository, `/blob/${repository.defaultBranch}/${one.path}`),
    badge_url: repositoryPage(world, repository, `/workflows/${encodeURIComponent(one.name)}/badge.svg`),
  };
}

export function runShown(world: World, repository: Repository, one: WorkflowRun) {
  const url = repositoryUrl(world, repository, `/actions/runs/${one.id}`);
  return {
    id: one.id,
    node_id: nodeId('WFR', one.id),
    name: one.workflow.name,
    head_branch: one.headBranch,
    head_sha: one.headSha,
    path: one.workflow.path,
    run_number: one.number,
    run_attempt: one.attempt,
    display_title: one.workflow.name,
    event: one.event,
    status: one.status,
    conclusion: one.conclusion,
    workflow_id: one.workflow.id,
    url,
    html_url: repositoryPage(world, repository, `/actions/runs/${one.id}`),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: repositoryUrl(world, repository, `/check-suites/${one.id}`),
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: one.attempt > 1 ? `${url}/attempts/${one.attempt - 1}` : null,
    workflow_url: repositoryUrl(world, repository, `/actions/workflows/${one.workflow.id}`),
    pull_requests: pullsOf(world, repository, one.headSha),
    actor: accountShown(world, one.actor),
    triggering_actor: accountShown(world, one.triggeringActor),
    created_at: stamp(one.createdAt),
    updated_at: stamp(one.startedAt),
    run_started_at: stamp(one.startedAt),
    head_commit: null,
    repository: minimalRepository(world, repository),
    head_repository: minimalRepository(world, repository),
  };
}

export function environmentShown(world: World, repository: Repository, one: Environment) {
  const path = encodeURIComponent(one.name);
  return {
    id: one.id,
    node_id: nodeId('EN', one.id),
    name: one.name,
    url: repositoryUrl(world, repository, `/environments/${path}`),
    html_url: repositoryPage(world, repository, `/deployments/activity_log?environments_filter=${path}`),
    created_at: stamp(one.createdAt),
    updated_at: stamp(one.createdAt),
    protection_rules:
      one.reviewers.length === 0
        ? []
        : [
            {
              id: one.id,
              node_id: nodeId('GA', one.id),
              type: 'required_reviewers',
              prevent_self_review: false,
              reviewers: one.reviewers.map((reviewer) => ({ type: 'User', reviewer: accountShown(world, reviewer) })),
            },
          ],
    deployment_branch_policy: null,
  };
}
