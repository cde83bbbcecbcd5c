import { generateKeyPairSync } from 'node:crypto';
import { type Account, type App, type Installation, newId, type Permissions, type Team, type World } from './world.ts';

/** Accounts that a test puts into the world. */

export function addAccount(world: World, login: string, kind: Account['kind'] = 'User', id = newId(world)): Account {
  const account: Account = { id, login, kind, name: null, createdAt: world.clock.now() };
  world.accounts.set(account.id, account);
  if (kind === 'Organization') world.members.set(account.id, new Map());
  return account;
}

export function addMember(world: World, org: Account, account: Account, role: 'admin' | 'member' = 'member'): void {
  world.members.get(org.id)?.set(account.id, role);
}

export function addTeam(world: World, org: Account, slug: string, members: readonly Account[] = []): Team {
  const team: Team = {
    id: newId(world),
    org,
    slug,
    name: slug,
    createdAt: world.clock.now(),
    members: new Map(members.map(({ id }) => [id, { role: 'member', state: 'active' } as const])),
  };
  world.teams.push(team);
  return team;
}

export interface NewApp {
  readonly app: App;
  /** What the App signs with. */
  readonly privateKey: string;
}

export function addApp(world: World, slug: string, owner: Account, permissions: Permissions): NewApp {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const app: App = {
    id: newId(world),
    slug,
    owner,
    bot: addAccount(world, `${slug}[bot]`, 'Bot'),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    permissions,
    createdAt: world.clock.now(),
  };
  world.apps.push(app);
  return { app, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

export function install(
  world: World,
  app: App,
  account: Account,
  repositories: Installation['repositories'] = 'all',
): Installation {
  const installation: Installation = {
    id: newId(world),
    app,
    account,
    permissions: app.permissions,
    repositories,
    suspendedAt: null,
    createdAt: world.clock.now(),
  };
  world.installations.push(installation);
  return installation;
}
