import {
  type Account,
  type Protection,
  type Repository,
  ROLES,
  type Ruleset,
  roleOf,
  type Token,
  type World,
} from './world.ts';

/** May this change of a branch or tag be made? Classic protection of branches and rulesets, as GitHub applies both. */

export type Change = 'create' | 'update' | 'delete';

export interface Wanted {
  readonly ref: string;
  readonly change: Change;
  /** Not a fast-forward. */
  readonly force: boolean;
  /** By merging a pull request, not by a push. */
  readonly merge: boolean;
  /** Contexts that are green on the commit. */
  readonly green: ReadonlySet<string>;
  readonly approvals: number;
  readonly signed: boolean;
}

export function applying(repository: Repository, ref: string): readonly Ruleset[] {
  const target = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
  return repository.rulesets.filter(
    (one) => one.target === target && one.enforcement === 'active' && matches(repository, one, ref),
  );
}

function matches(repository: Repository, ruleset: Ruleset, ref: string): boolean {
  const one = (pattern: string): boolean =>
    pattern === '~ALL' ||
    (pattern === '~DEFAULT_BRANCH' ? ref === `refs/heads/${repository.defaultBranch}` : globOf(pattern).test(ref));
  return ruleset.include.some(one) && !ruleset.exclude.some(one);
}

/** As `File.fnmatch` with FNM_PATHNAME: a star stays within a part, `**` and a slash go over several. */
function globOf(pattern: string): RegExp {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**/', '\u0000')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
    .replaceAll('\u0000', '(?:.*/)?');
  return new RegExp(`^${text}$`);
}

function bypasses(world: World, repository: Repository, ruleset: Ruleset, token: Token, merge: boolean): boolean {
  return ruleset.bypass.some(
    (one) => (one.bypass_mode === 'always' || merge) && isActor(world, repository, one, token),
  );
}

function isActor(world: World, repository: Repository, actor: Ruleset['bypass'][number], token: Token): boolean {
  switch (actor.actor_type) {
    case 'Integration':
      return token.kind === 'installation' && token.installation.app.id === actor.actor_id;
    case 'User':
      return token.account.id === actor.actor_id;
    case 'Team':
      return world.teams.some(
        ({ id, members }) => id === actor.actor_id && members.get(token.account.id)?.state === 'active',
      );
    case 'OrganizationAdmin':
      return world.members.get(repository.owner.id)?.get(token.account.id) === 'admin';
    case 'RepositoryRole':
      return rankOf(world, repository, token.account) >= Math.min(ROLES.length, actor.actor_id ?? 5) - 1;
  }
}

function rankOf(world: World, repository: Repository, account: Account): number {
  const role = roleOf(world, repository, account);
  return role === null ? -1 : ROLES.indexOf(role);
}

/** Why the change is declined; undefined: it is not. */
export function declined(world: World, repository: Repository, token: Token, wanted: Wanted): string | undefined {
  for (const ruleset of applying(repository, wanted.ref)) {
    if (bypasses(world, repository, ruleset, token, wanted.merge)) continue;
    const why = ruleset.rules.map((rule) => byRule(rule, wanted)).find((one) => one !== undefined);
    if (why !== undefined) return `Repository rule violations found for ${wanted.ref}: ${why}`;
  }
  const branch = /^refs\/heads\/(.+)$/.exec(wanted.ref)?.[1];
  const protection = branch === undefined ? undefined : repository.protections.get(branch);
  return protection === undefined ? undefined : byProtection(world, repository, protection, token, wanted);
}

function byRule({ type, parameters }: Ruleset['rules'][number], wanted: Wanted): string | undefined {
  switch (type) {
    case 'creation':
      return wanted.change === 'create' ? 'Cannot create ref due to creations being restricted.' : undefined;
    case 'update':
      return wanted.change === 'update' ? 'Cannot update this protected ref.' : undefined;
    case 'deletion':
      return wanted.change === 'delete' ? 'Cannot delete this protected ref.' : undefined;
    case 'non_fast_forward':
      return wanted.force ? 'Cannot force-push to this protected ref.' : undefined;
    case 'required_signatures':
      return wanted.signed || wanted.change === 'delete' ? undefined : 'Commits must have verified signatures.';
    case 'pull_request': {
      if (wanted.change === 'delete') return undefined;
      if (!wanted.merge) return 'Changes must be made through a pull request.';
      const needed = Number(parameters?.['required_approving_review_count'] ?? 0);
      return wanted.approvals >= needed ? undefined : `At least ${needed} approving review is required.`;
    }
    case 'required_status_checks': {
      const missing = contextsOf(parameters).find((context) => !wanted.green.has(context));
      return missing === undefined || wanted.change === 'delete'
        ? undefined
        : `Required status check "${missing}" is expected.`;
    }
    default:
      return undefined;
  }
}

function contextsOf(parameters: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const list = parameters?.['required_status_checks'];
  if (!Array.isArray(list)) return [];
  return list.map((one: unknown) =>
    typeof one === 'object' && one !== null ? String(Reflect.get(one, 'context')) : '',
  );
}

function byProtection(
  world: World,
  repository: Repository,
  protection: Protection,
  token: Token,
  wanted: Wanted,
): string | undefined {
  const admin = token.kind === 'user' && rankOf(world, repository, token.account) === ROLES.length - 1;
  if (wanted.change === 'delete' && !protection.deletions) return 'Cannot delete a protected branch';
  if (wanted.force && !protection.forcePushes) return 'Cannot force-push to a protected branch';
  if (admin && !protection.enforceAdmins) return undefined;
  const { pushers, requiredChecks, reviews } = protection;
  if (pushers !== null && !mayPush(world, pushers, token)) return "You're not authorized to push to this branch.";
  if (reviews !== null && (!wanted.merge || wanted.approvals < reviews)) {
    return `Changes must be made through a pull request with ${reviews} approving reviews.`;
  }
  const missing = requiredChecks?.contexts.find((context) => !wanted.green.has(context));
  return missing === undefined ? undefined : `Required status check "${missing}" is expected.`;
}

function mayPush(world: World, pushers: NonNullable<Protection['pushers']>, token: Token): boolean {
  if (token.kind === 'installation') return pushers.apps.includes(token.installation.app.slug);
  return (
    pushers.users.includes(token.account.login) ||
    world.teams.some(
      ({ slug, members }) => pushers.teams.includes(slug) && members.get(token.account.id)?.state === 'active',
    )
  );
}
