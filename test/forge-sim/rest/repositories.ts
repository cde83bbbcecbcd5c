import {
  answer,
  inRepository,
  invalid,
  notFound,
  object,
  paged,
  Refused,
  type RepositoryContext,
  text,
} from '../operation.ts';
import { accountShown } from '../render/account.ts';
import { commitShown } from '../render/commit.ts';
import { fullRepository, minimalRepository, repositoryPage, repositoryUrl } from '../render/repository.ts';
import { addRepository } from '../repositories.ts';
import { applying } from '../rules.ts';
import { type Activity, fullName, nodeId, type Protection, type Ruleset, roleOf, stamp } from '../world.ts';

/** Repositories, branches, what protects them, and the push record. */

function protectionShown({ world, repository }: RepositoryContext, branch: string, one: Protection) {
  const url = repositoryUrl(world, repository, `/branches/${encodeURIComponent(branch)}/protection`);
  const on = (enabled: boolean) => ({ enabled });
  return {
    url,
    enforce_admins: { url: `${url}/enforce_admins`, enabled: one.enforceAdmins },
    required_linear_history: on(false),
    allow_force_pushes: on(one.forcePushes),
    allow_deletions: on(one.deletions),
    ...(one.requiredChecks === null
      ? {}
      : {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            contexts_url: `${url}/required_status_checks/contexts`,
            strict: one.requiredChecks.strict,
            contexts: one.requiredChecks.contexts,
            checks: one.requiredChecks.contexts.map((context) => ({ context, app_id: null })),
          },
        }),
    ...(one.reviews === null
      ? {}
      : {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: false,
            require_code_owner_reviews: false,
            required_approving_review_count: one.reviews,
          },
        }),
  };
}

function rulesetShown({ world, repository }: RepositoryContext, one: Ruleset, form: 'list' | 'whole') {
  const short = {
    id: one.id,
    name: one.name,
    target: one.target,
    source_type: 'Repository',
    source: fullName(repository),
    enforcement: one.enforcement,
    node_id: nodeId('RRS', one.id),
    _links: {
      self: { href: repositoryUrl(world, repository, `/rulesets/${one.id}`) },
      html: { href: repositoryPage(world, repository, `/rules/${one.id}`) },
    },
    created_at: stamp(one.createdAt),
    updated_at: stamp(one.createdAt),
  };
  if (form === 'list') return short;
  return {
    ...short,
    bypass_actors: one.bypass,
    current_user_can_bypass: 'never',
    conditions: { ref_name: { include: one.include, exclude: one.exclude } },
    rules: one.rules,
  };
}

function activityShown({ world }: RepositoryContext, one: Activity) {
  return {
    id: one.id,
    node_id: nodeId('PSH', one.id),
    before: one.before,
    after: one.after,
    ref: one.ref,
    timestamp: stamp(one.at),
    activity_type: one.kind,
    actor: accountShown(world, one.actor),
  };
}

async function branchSha(context: RepositoryContext): Promise<string> {
  const found = await context.git(context.repository).resolve(`refs/heads/${context.path['branch']}`);
  if (found === undefined) throw notFound('Branch not found');
  return found;
}

export const REPOSITORIES = [
  inRepository('GET /repos/{owner}/{repo}', 'metadata:read', ({ world, repository }) =>
    answer(200, fullRepository(world, repository)),
  ),
  inRepository('GET /repos/{owner}/{repo}/branches', 'contents:read', async (context) => {
    const { world, repository } = context;
    const refs = await context.git(repository).refs('refs/heads/');
    return paged(context, refs, (items) =>
      items.map(({ ref, sha }) => {
        const name = ref.slice('refs/heads/'.length);
        return {
          name,
          commit: { sha, url: repositoryUrl(world, repository, `/commits/${sha}`) },
          protected: repository.protections.has(name) || applying(repository, ref).length > 0,
        };
      }),
    );
  }),
  inRepository('GET /repos/{owner}/{repo}/branches/{branch}', 'contents:read', async (context) => {
    const { world, repository } = context;
    const name = context.path['branch'] ?? '';
    const commit = await context.git(repository).commit(await branchSha(context));
    const self = repositoryUrl(world, repository, `/branches/${encodeURIComponent(name)}`);
    const protection = repository.protections.get(name);
    const contexts = protection?.requiredChecks?.contexts ?? [];
    return answer(200, {
      name,
      commit: commitShown(world, repository, commit),
      _links: { self, html: repositoryPage(world, repository, `/tree/${name}`) },
      protected: protection !== undefined || applying(repository, `refs/heads/${name}`).length > 0,
      protection: {
        enabled: protection !== undefined,
        required_status_checks: {
          enforcement_level: contexts.length === 0 ? 'off' : 'everyone',
          contexts,
          checks: contexts.map((one) => ({ context: one, app_id: null })),
        },
      },
      protection_url: `${self}/protection`,
    });
  }),
  inRepository('GET /repos/{owner}/{repo}/branches/{branch}/protection', 'administration:read', async (context) => {
    await branchSha(context);
    const name = context.path['branch'] ?? '';
    const protection = context.repository.protections.get(name);
    if (protection === undefined) throw notFound('Branch not protected');
    return answer(200, protectionShown(context, name, protection));
  }),
  inRepository('GET /repos/{owner}/{repo}/rulesets', 'metadata:read', (context) =>
    paged(context, context.repository.rulesets, (items) => items.map((one) => rulesetShown(context, one, 'list'))),
  ),
  inRepository('GET /repos/{owner}/{repo}/rulesets/{ruleset_id}', 'metadata:read', (context) => {
    const found = context.repository.rulesets.find(({ id }) => id === Number(context.path['ruleset_id']));
    if (found === undefined) throw notFound();
    const shown = rulesetShown(context, found, 'whole');
    if (mayAdminister(context)) return answer(200, shown);
    // Who may pass a rule by is shown to administrators alone.
    const { bypass_actors: _, ...rest } = { bypass_actors: [], ...shown };
    return answer(200, rest);
  }),
  inRepository('GET /repos/{owner}/{repo}/rules/branches/{branch}', 'metadata:read', (context) => {
    const { repository } = context;
    const all = applying(repository, `refs/heads/${context.path['branch']}`).flatMap((one) =>
      one.rules.map((rule) => ({
        ...rule,
        ruleset_source_type: 'Repository',
        ruleset_source: fullName(repository),
        ruleset_id: one.id,
      })),
    );
    return paged(context, all, (items) => items);
  }),
  inRepository('GET /repos/{owner}/{repo}/activity', 'contents:read', (context) => {
    const { repository, query } = context;
    const wanted = query.get('ref');
    const ref = wanted === null ? null : wanted.startsWith('refs/') ? wanted : `refs/heads/${wanted}`;
    const kind = query.get('activity_type');
    const found = repository.activity.filter(
      (one) => (ref === null || one.ref === ref) && (kind === null || one.kind === kind),
    );
    const sorted = query.get('direction') === 'asc' ? found.toReversed() : found;
    // Pages are marked by where they end, not by numbers.
    const after = query.get('after');
    const from = after === null ? 0 : sorted.findIndex(({ id }) => String(id) === after) + 1;
    const size = Math.min(100, Number(query.get('per_page') ?? 30));
    const items = sorted.slice(from, from + size);
    const next = new URLSearchParams(query);
    next.set('after', String(items.at(-1)?.id ?? ''));
    const more = from + size < sorted.length;
    return answer(
      200,
      items.map((one) => activityShown(context, one)),
      more ? { link: `<${context.url}?${next}>; rel="next"` } : {},
    );
  }),
  inRepository('GET /repos/{owner}/{repo}/forks', 'metadata:read', (context) => {
    const { world, repository } = context;
    const forks = world.repositories.filter(({ parent }) => parent === repository);
    return paged(context, forks, (items) => items.map((one) => minimalRepository(world, one)));
  }),
  inRepository('POST /repos/{owner}/{repo}/forks', 'metadata:read', async (context) => {
    const { world, repository, actor } = context;
    const there = world.repositories.find((one) => one.parent === repository && one.owner === actor);
    const fork =
      there ??
      (await addRepository(world, {
        owner: actor,
        name: text(context.body, 'name') ?? repository.name,
        parent: repository,
      }));
    return answer(202, fullRepository(world, fork));
  }),
  inRepository('POST /repos/{owner}/{repo}/dispatches', 'contents:write', ({ repository, body, tell, actor }) => {
    const action = text(body, 'event_type') ?? '';
    if (action === '') throw invalid('Invalid request.\n\n"event_type" wasn\'t supplied.');
    const payload = object(body, 'client_payload') ?? {};
    if (Object.keys(payload).length > 10) throw new Refused(422, 'No more than 10 properties are allowed');
    tell(
      repository,
      'repository_dispatch',
      action,
      { branch: repository.defaultBranch, client_payload: payload },
      actor,
    );
    return answer(204);
  }),
];

function mayAdminister({ world, caller, repository, actor }: RepositoryContext): boolean {
  if (caller.kind === 'token' && caller.token.kind === 'installation') {
    return caller.token.permissions['administration'] === 'write';
  }
  return roleOf(world, repository, actor) === 'admin';
}
