import {
  type Account,
  type App,
  associationOf,
  type Installation,
  nodeId,
  type Repository,
  ROLES,
  type Role,
  stamp,
  type Team,
  type World,
} from '../world.ts';

/** Accounts, teams and Apps as GitHub shows them. */

export function api(world: World, path: string): string {
  return `${world.origin}/api/v3${path}`;
}

export function accountShown(world: World, account: Account) {
  const url = api(world, `/users/${encodeURIComponent(account.login)}`);
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('U', account.id),
    avatar_url: `${world.origin}/avatars/u/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `${world.origin}/${account.login.replace('[bot]', '')}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.kind,
    site_admin: false,
  };
}

export function publicAccount(world: World, account: Account) {
  return {
    ...accountShown(world, account),
    name: account.name,
    company: null,
    blog: null,
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: world.repositories.filter((one) => one.owner === account && !one.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: stamp(account.createdAt),
    updated_at: stamp(account.createdAt),
  };
}

export function organisationShown(world: World, org: Account) {
  const url = api(world, `/orgs/${org.login}`);
  return {
    login: org.login,
    id: org.id,
    node_id: nodeId('O', org.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.origin}/avatars/u/${org.id}`,
    description: null,
  };
}

export function teamShown(world: World, team: Team) {
  const url = api(world, `/organizations/${team.org.id}/team/${team.id}`);
  return {
    id: team.id,
    node_id: nodeId('T', team.id),
    name: team.name,
    slug: team.slug,
    description: null,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    url,
    html_url: `${world.origin}/orgs/${team.org.login}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    permission: 'pull',
    type: 'organization',
    parent: null,
  };
}

export function fullTeam(world: World, team: Team) {
  return {
    ...teamShown(world, team),
    created_at: stamp(team.createdAt),
    updated_at: stamp(team.createdAt),
    members_count: [...team.members.values()].filter(({ state }) => state === 'active').length,
    repos_count: world.repositories.filter((one) => one.teams.has(team.id)).length,
    organization: {
      ...organisationShown(world, team.org),
      html_url: `${world.origin}/${team.org.login}`,
      has_organization_projects: false,
      has_repository_projects: false,
      public_repos: world.repositories.filter((one) => one.owner === team.org && !one.private).length,
      public_gists: 0,
      followers: 0,
      following: 0,
      type: 'Organization',
      created_at: stamp(team.org.createdAt),
      updated_at: stamp(team.org.createdAt),
      archived_at: null,
    },
  };
}

/** Old names of roles, as `permissions` and `permission` have them. */
export function permissionsOf(role: Role | null) {
  const rank = role === null ? -1 : ROLES.indexOf(role);
  return { admin: rank >= 4, maintain: rank >= 3, push: rank >= 2, triage: rank >= 1, pull: rank >= 0 };
}

export function appShown(world: World, app: App) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: accountShown(world, app.owner),
    name: app.slug,
    description: '',
    external_url: world.origin,
    html_url: `${world.origin}/apps/${app.slug}`,
    created_at: stamp(app.createdAt),
    updated_at: stamp(app.createdAt),
    permissions: app.permissions,
    events: [],
  };
}

export function installationShown(world: World, one: Installation) {
  return {
    id: one.id,
    account: accountShown(world, one.account),
    repository_selection: one.repositories === 'all' ? 'all' : 'selected',
    access_tokens_url: api(world, `/app/installations/${one.id}/access_tokens`),
    repositories_url: api(world, '/installation/repositories'),
    html_url: `${world.origin}/organizations/${one.account.login}/settings/installations/${one.id}`,
    app_id: one.app.id,
    app_slug: one.app.slug,
    target_id: one.account.id,
    target_type: one.account.kind,
    permissions: one.permissions,
    events: [],
    created_at: stamp(one.createdAt),
    updated_at: stamp(one.createdAt),
    single_file_name: null,
    suspended_by: null,
    suspended_at: one.suspendedAt === null ? null : stamp(one.suspendedAt),
  };
}

export function association(world: World, repository: Repository, account: Account): string {
  return associationOf(world, repository, account);
}
