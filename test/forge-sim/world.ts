import type { Clock } from '../../src/model/ports.ts';

/** What a forge remembers: plain data, changed by operations, pushes and tests. Commits, branches and tags are in the repositories. */

export type Level = 'read' | 'write' | 'admin';
/** `contents: write`; what a token or an installation may do. */
export type Permissions = Readonly<Record<string, Level>>;
export const ROLES = ['read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface Account {
  readonly id: number;
  login: string;
  readonly kind: 'User' | 'Bot' | 'Organization';
  name: string | null;
  readonly createdAt: number;
}

export interface Team {
  readonly id: number;
  readonly org: Account;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: number;
  readonly members: Map<number, { role: 'member' | 'maintainer'; state: 'active' | 'pending' }>;
}

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly owner: Account;
  readonly bot: Account;
  readonly publicKey: string;
  readonly permissions: Permissions;
  readonly createdAt: number;
}

export interface Installation {
  readonly id: number;
  readonly app: App;
  readonly account: Account;
  permissions: Permissions;
  repositories: 'all' | Set<number>;
  suspendedAt: number | null;
  readonly createdAt: number;
}

export type Token = {
  readonly value: string;
  readonly account: Account;
  readonly expiresAt: number | null;
  /** Requests of the current hour. */
  used: number;
  windowStart: number;
  /** Times of what it created lately, for the secondary limit. */
  created: number[];
} & (
  | { readonly kind: 'user' }
  | {
      readonly kind: 'installation';
      readonly installation: Installation;
      readonly permissions: Permissions;
      readonly repositories: 'all' | Set<number>;
    }
);

export interface Protection {
  enforceAdmins: boolean;
  requiredChecks: { strict: boolean; contexts: string[] } | null;
  reviews: number | null;
  /** Logins of users and slugs of Apps that may push; null: whoever may write. */
  pushers: { users: string[]; teams: string[]; apps: string[] } | null;
  forcePushes: boolean;
  deletions: boolean;
}

export interface Ruleset {
  readonly id: number;
  readonly name: string;
  readonly target: 'branch' | 'tag';
  enforcement: 'active' | 'evaluate' | 'disabled';
  include: string[];
  exclude: string[];
  bypass: {
    actor_id: number | null;
    actor_type: 'Integration' | 'OrganizationAdmin' | 'RepositoryRole' | 'Team' | 'User';
    bypass_mode: 'always' | 'pull_request';
  }[];
  rules: { type: string; parameters?: Readonly<Record<string, unknown>> }[];
  readonly createdAt: number;
}

export interface Activity {
  readonly id: number;
  readonly before: string;
  readonly after: string;
  readonly ref: string;
  readonly at: number;
  readonly kind: 'push' | 'force_push' | 'branch_deletion' | 'branch_creation' | 'pr_merge';
  readonly actor: Account;
}

export interface Reaction {
  readonly id: number;
  readonly user: Account;
  readonly content: string;
  readonly at: number;
}

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly user: Account;
  readonly app: App | null;
  body: string;
  readonly createdAt: number;
  updatedAt: number;
  /** Folded away: why; empty: it is not. */
  minimized: string;
  readonly reactions: Reaction[];
}

export interface Review {
  readonly id: number;
  readonly user: Account;
  body: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly commit: string;
  readonly at: number;
}

export interface Pull {
  headRepository: Repository;
  headBranch: string;
  headSha: string;
  baseBranch: string;
  baseSha: string;
  draft: boolean;
  merged: { readonly commit: string; readonly by: Account; readonly at: number } | null;
  readonly reviews: Review[];
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  locked: boolean;
  readonly user: Account;
  labels: string[];
  readonly createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  readonly reactions: Reaction[];
  readonly pull: Pull | null;
}

export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  readonly at: number;
}

export interface CheckRun {
  readonly id: number;
  readonly suite: number;
  readonly app: App | null;
  readonly sha: string;
  name: string;
  externalId: string;
  detailsUrl: string | null;
  status: string;
  conclusion: string | null;
  startedAt: number | null;
  completedAt: number | null;
  output: { title: string | null; summary: string | null; text: string | null };
}

export interface DeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly creator: Account;
  readonly at: number;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly payload: unknown;
  readonly description: string | null;
  readonly transient: boolean;
  readonly production: boolean;
  readonly creator: Account;
  readonly app: App | null;
  readonly at: number;
  readonly statuses: DeploymentStatus[];
}

export interface Release {
  readonly id: number;
  tag: string;
  target: string;
  name: string | null;
  body: string;
  draft: boolean;
  prerelease: boolean;
  readonly author: Account;
  readonly createdAt: number;
  publishedAt: number | null;
}

export interface WorkflowRun {
  readonly id: number;
  readonly number: number;
  readonly workflow: Workflow;
  readonly event: string;
  readonly headBranch: string;
  readonly headSha: string;
  /** Who caused the event; stays the same when somebody runs it again. */
  readonly actor: Account;
  triggeringActor: Account;
  attempt: number;
  status: string;
  conclusion: string | null;
  readonly createdAt: number;
  startedAt: number;
}

export interface Workflow {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  readonly createdAt: number;
}

export interface Environment {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
  reviewers: Account[];
  readonly settings: Settings;
}

/** Secrets and variables by name; nobody needs a value. */
export interface Settings {
  readonly secrets: Set<string>;
  readonly variables: Set<string>;
}

export function noSettings(): Settings {
  return { secrets: new Set(), variables: new Set() };
}

export interface Repository {
  readonly id: number;
  readonly owner: Account;
  name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly parent: Repository | null;
  readonly directory: string;
  readonly createdAt: number;
  pushedAt: number;
  readonly collaborators: Map<number, Role>;
  readonly teams: Map<number, Role>;
  nextNumber: number;
  readonly issues: Map<number, Issue>;
  readonly comments: Map<number, Comment>;
  readonly activity: Activity[];
  readonly protections: Map<string, Protection>;
  readonly rulesets: Ruleset[];
  readonly statuses: Status[];
  readonly checkRuns: CheckRun[];
  readonly suites: Map<string, number>;
  readonly deployments: Deployment[];
  readonly releases: Release[];
  readonly workflows: Workflow[];
  readonly runs: WorkflowRun[];
  readonly environments: Map<string, Environment>;
  readonly settings: Settings;
  /** Those of its organisation that it may use. */
  readonly shared: Settings;
  readonly attestations: { readonly id: number; readonly digest: string; readonly bundle: unknown }[];
}

export interface Hook {
  readonly url: string;
  readonly secret: string;
  readonly events: readonly string[];
}

export interface World {
  readonly clock: Clock;
  /** Directory of the bare repositories. */
  readonly root: string;
  /** `http://127.0.0.1:8080`; known once the server listens. */
  origin: string;
  nextId: number;
  readonly accounts: Map<number, Account>;
  readonly members: Map<number, Map<number, 'admin' | 'member'>>;
  readonly teams: Team[];
  readonly apps: App[];
  readonly installations: Installation[];
  readonly tokens: Map<string, Token>;
  readonly repositories: Repository[];
  readonly hooks: Hook[];
  /** Commits that the forge made and signed itself. */
  readonly signed: Set<string>;
  readonly limits: Limits;
}

export interface Limits {
  /** Requests per hour and token. */
  core: number;
  /** Requests that create something, per minute and token. */
  created: number;
}

export function newWorld(options: { readonly clock: Clock; readonly root: string; readonly limits: Limits }): World {
  return {
    ...options,
    origin: 'http://127.0.0.1',
    nextId: 1_000,
    accounts: new Map(),
    members: new Map(),
    teams: [],
    apps: [],
    installations: [],
    tokens: new Map(),
    repositories: [],
    hooks: [],
    signed: new Set(),
  };
}

export function newId(world: World): number {
  return world.nextId++;
}

export function accountNamed(world: World, login: string): Account | undefined {
  return [...world.accounts.values()].find((one) => one.login.toLowerCase() === login.toLowerCase());
}

export function repositoryNamed(world: World, owner: string, name: string): Repository | undefined {
  const full = `${owner}/${name}`.toLowerCase();
  return world.repositories.find((one) => fullName(one).toLowerCase() === full);
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

/** What somebody may do in a repository, by themselves, by a team, or as an owner of the organisation. */
export function roleOf(world: World, repository: Repository, account: Account): Role | null {
  if (repository.owner.id === account.id) return 'admin';
  if (world.members.get(repository.owner.id)?.get(account.id) === 'admin') return 'admin';
  const roles = [repository.collaborators.get(account.id)];
  for (const team of world.teams) {
    if (team.members.get(account.id)?.state === 'active') roles.push(repository.teams.get(team.id));
  }
  const found = roles.filter((role) => role !== undefined).map((role) => ROLES.indexOf(role));
  const best = ROLES[Math.max(-1, ...found)];
  return best ?? (repository.private ? null : 'read');
}

/** How somebody belongs to a repository, as comments say it. */
export function associationOf(world: World, repository: Repository, account: Account): string {
  if (repository.owner.id === account.id) return 'OWNER';
  if (world.members.get(repository.owner.id)?.has(account.id) === true) return 'MEMBER';
  if (repository.collaborators.has(account.id)) return 'COLLABORATOR';
  const contributed = [...repository.issues.values()].some((one) => one.pull?.merged != null && one.user === account);
  return contributed ? 'CONTRIBUTOR' : 'NONE';
}

/** GitHub's times have whole seconds. */
export function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

export function nodeId(kind: string, id: number | string): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`;
}

/** The kind and id that `nodeId` was given. */
export function fromNodeId(node: string): { readonly kind: string; readonly id: string } {
  const cut = node.indexOf('_');
  return { kind: node.slice(0, cut), id: Buffer.from(node.slice(cut + 1), 'base64url').toString() };
}
