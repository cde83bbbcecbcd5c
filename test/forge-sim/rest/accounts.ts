import { issueInstallationToken, reaches } from '../access.ts';
import {
  actorOf,
  answer,
  appOf,
  type Context,
  inRepository,
  notFound,
  object,
  operation,
  paged,
  Refused,
  texts,
} from '../operation.ts';
import {
  accountShown,
  api,
  appShown,
  fullTeam,
  installationShown,
  permissionsOf,
  publicAccount,
  teamShown,
} from '../render/account.ts';
import { repositoryShown } from '../render/repository.ts';
import { type Account, accountNamed, type Permissions, roleOf, stamp, type Team } from '../world.ts';

/** Users, Apps, teams and what they may do. */

function orgIn(context: Context): Account {
  const org = accountNamed(context.world, context.path['org'] ?? '');
  if (org === undefined || org.kind !== 'Organization') throw notFound();
  return org;
}

/** Teams can be seen by members, and by Apps that were given `members`. */
function teamIn(context: Context): Team {
  const org = orgIn(context);
  const team = context.world.teams.find((one) => one.org === org && one.slug === context.path['team_slug']);
  if (team === undefined || !seesOrg(context, org)) throw notFound();
  return team;
}

function seesOrg({ world, caller }: Context, org: Account): boolean {
  if (caller.kind !== 'token') return false;
  if (caller.token.kind === 'installation') {
    return caller.token.installation.account === org && caller.token.permissions['members'] !== undefined;
  }
  return world.members.get(org.id)?.has(caller.token.account.id) === true;
}

function fail(): never {
  throw notFound();
}

function repositoryIds(context: Context, installation: { readonly account: Account }): ReadonlySet<number> | undefined {
  const names = texts(context.body['repositories']);
  const ids = Array.isArray(context.body['repository_ids']) ? context.body['repository_ids'].map(Number) : [];
  if (names.length === 0 && ids.length === 0) return undefined;
  const own = context.world.repositories.filter((one) => one.owner === installation.account);
  return new Set([...ids, ...own.filter(({ name }) => names.includes(name)).map(({ id }) => id)]);
}

export const ACCOUNTS = [
  operation('GET /app', 'app', (context) => {
    const { world, caller } = context;
    return caller.kind === 'app' ? answer(200, appShown(world, caller.app)) : fail();
  }),
  operation('GET /app/installations/{installation_id}', 'app', ({ world, caller, path }) => {
    const found = world.installations.find(
      ({ id, app }) => id === Number(path['installation_id']) && caller.kind === 'app' && app === caller.app,
    );
    return found === undefined ? fail() : answer(200, installationShown(world, found));
  }),
  operation('GET /repos/{owner}/{repo}/installation', 'app', ({ world, caller, path }) => {
    const repository = world.repositories.find((one) => one.owner.login === path['owner'] && one.name === path['repo']);
    const found = world.installations.find(
      (one) =>
        caller.kind === 'app' &&
        one.app === caller.app &&
        one.account === repository?.owner &&
        (one.repositories === 'all' || one.repositories.has(repository.id)),
    );
    return found === undefined ? fail() : answer(200, installationShown(world, found));
  }),
  operation('POST /app/installations/{installation_id}/access_tokens', 'app', (context) => {
    const { world, caller, path, body } = context;
    const found = world.installations.find(
      ({ id, app }) => id === Number(path['installation_id']) && caller.kind === 'app' && app === caller.app,
    );
    if (found === undefined) throw notFound();
    const wanted = object(body, 'permissions');
    const permissions: Permissions | undefined =
      wanted === undefined
        ? undefined
        : Object.fromEntries(
            Object.entries(wanted).map(([name, level]) => [name, level === 'write' ? 'write' : 'read']),
          );
    const repositories = repositoryIds(context, found);
    const token = issueInstallationToken(world, found, {
      ...(permissions === undefined ? {} : { permissions }),
      ...(repositories === undefined ? {} : { repositories }),
    });
    return answer(201, {
      token: token.value,
      expires_at: stamp(token.expiresAt ?? 0),
      permissions: token.permissions,
      repository_selection: token.repositories === 'all' ? 'all' : 'selected',
      ...(repositories === undefined
        ? {}
        : {
            repositories: world.repositories
              .filter(({ id }) => repositories.has(id))
              .map((one) => repositoryShown(world, one)),
          }),
    });
  }),
  operation('GET /installation/repositories', 'account', (context) => {
    const { world, caller } = context;
    if (caller.kind !== 'token' || caller.token.kind !== 'installation') throw notFound();
    const { token } = caller;
    const all = world.repositories.filter((one) => reaches(token, one));
    return paged(context, all, (items) => ({
      total_count: all.length,
      repository_selection: token.repositories === 'all' ? 'all' : 'selected',
      repositories: items.map((one) => repositoryShown(world, one)),
    }));
  }),
  operation('GET /user', 'account', (context) => {
    if (appOf(context) !== null) throw new Refused(403, 'Resource not accessible by integration');
    return answer(200, publicAccount(context.world, actorOf(context)));
  }),
  operation('GET /users/{username}', 'anybody', ({ world, path }) => {
    const account = accountNamed(world, path['username'] ?? '');
    return account === undefined ? fail() : answer(200, publicAccount(world, account));
  }),
  operation('GET /user/{account_id}', 'anybody', ({ world, path }) => {
    const account = world.accounts.get(Number(path['account_id']));
    return account === undefined ? fail() : answer(200, publicAccount(world, account));
  }),
  operation('GET /rate_limit', 'anybody', ({ world, caller }) => {
    const used = caller.kind === 'token' ? caller.token.used : 0;
    const reset = Math.floor(
      ((caller.kind === 'token' ? caller.token.windowStart : world.clock.now()) + 3_600_000) / 1000,
    );
    const core = { limit: world.limits.core, used, remaining: Math.max(0, world.limits.core - used), reset };
    return answer(200, { resources: { core, search: { limit: 30, used: 0, remaining: 30, reset } }, rate: core });
  }),
  operation('GET /orgs/{org}/teams', 'account', (context) => {
    const org = orgIn(context);
    if (!seesOrg(context, org)) throw notFound();
    const teams = context.world.teams.filter((one) => one.org === org);
    return paged(context, teams, (items) => items.map((one) => teamShown(context.world, one)));
  }),
  operation('GET /orgs/{org}/teams/{team_slug}', 'account', (context) =>
    answer(200, fullTeam(context.world, teamIn(context))),
  ),
  operation('GET /orgs/{org}/teams/{team_slug}/members', 'account', (context) => {
    const { world } = context;
    const all = [...teamIn(context).members].filter(([, { state }]) => state === 'active');
    return paged(context, all, (items) =>
      items.flatMap(([id]) => {
        const account = world.accounts.get(id);
        return account === undefined ? [] : [accountShown(world, account)];
      }),
    );
  }),
  operation('GET /orgs/{org}/teams/{team_slug}/memberships/{username}', 'account', (context) => {
    const { world, path } = context;
    const team = teamIn(context);
    const account = accountNamed(world, path['username'] ?? '');
    const member = account === undefined ? undefined : team.members.get(account.id);
    if (account === undefined || member === undefined) throw notFound();
    return answer(200, {
      state: member.state,
      role: member.role,
      url: api(world, `/organizations/${team.org.id}/team/${team.id}/memberships/${account.login}`),
    });
  }),
  operation('GET /orgs/{org}/members/{username}', 'account', (context) => {
    const org = orgIn(context);
    const account = accountNamed(context.world, context.path['username'] ?? '');
    const member = account !== undefined && context.world.members.get(org.id)?.has(account.id) === true;
    if (!member || !seesOrg(context, org)) throw notFound();
    return answer(204);
  }),
  inRepository('GET /repos/{owner}/{repo}/collaborators/{username}', 'metadata:read', ({ world, repository, path }) => {
    const account = accountNamed(world, path['username'] ?? '');
    if (account === undefined || roleOf(world, { ...repository, private: true }, account) === null) throw notFound();
    return answer(204);
  }),
  inRepository(
    'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
    'metadata:read',
    ({ world, repository, path }) => {
      const account = accountNamed(world, path['username'] ?? '');
      if (account === undefined) throw notFound(`${path['username']} is not a user`);
      const role = roleOf(world, repository, account);
      // The old field knows fewer words.
      const old = { admin: 'admin', maintain: 'write', write: 'write', triage: 'read', read: 'read' } as const;
      return answer(200, {
        permission: role === null ? 'none' : old[role],
        role_name: role ?? 'none',
        user: { ...accountShown(world, account), permissions: permissionsOf(role), role_name: role ?? 'none' },
      });
    },
  ),
];
