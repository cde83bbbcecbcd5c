/** What is asked of a forge (GitHub, and what speaks like it), one narrow interface per use. Times are milliseconds since 1970. */

export interface ForgeAccount {
  /** The number of the account: names can be changed, numbers cannot. */
  readonly id: number;
  readonly login: string;
  readonly bot: boolean;
}

export interface ForgeComment {
  readonly id: number;
  /** Number of the issue or pull request. */
  readonly issue: number;
  /** Null: the account is gone. */
  readonly author: ForgeAccount | null;
  readonly body: string;
  /** In whole seconds, as the forge has it. */
  readonly createdAt: number;
  readonly edited: boolean;
}

export interface ForgeReview {
  readonly id: number;
  readonly author: ForgeAccount | null;
  readonly body: string;
  readonly state: 'approved' | 'changes-requested' | 'commented' | 'dismissed' | 'pending';
  /** Commit that was looked at; null: it is gone. */
  readonly commit: string | null;
  readonly submittedAt: number | null;
}

export interface ForgePull {
  readonly number: number;
  readonly title: string;
  readonly open: boolean;
  readonly merged: boolean;
  readonly draft: boolean;
  readonly author: ForgeAccount | null;
  readonly url: string;
  readonly head: {
    readonly branch: string;
    readonly commit: string /** Null: the fork is gone. */;
    readonly repository: string | null;
  };
  readonly base: { readonly branch: string; readonly commit: string };
  /** The head lies in another repository. */
  readonly fork: boolean;
}

export const FORGE_ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type ForgeRole = (typeof FORGE_ROLES)[number];

/** One change of a branch, as the server wrote it down. */
export interface PushEntry {
  readonly before: string;
  readonly after: string;
  readonly at: number;
  readonly kind: 'push' | 'force-push' | 'created' | 'deleted' | 'merged';
  readonly by: ForgeAccount | null;
}

export interface ForgeComments {
  /** The comment as it is now; undefined: there is none, or none any more. */
  read(id: number): Promise<ForgeComment | undefined>;
  /**
   * One living comment: the one of ours with this marker is changed, or made when there is none. Lost answers make no second one; where a late
   * one appears all the same, it is removed by the next call. `fresh`: nobody can have made it yet, so nothing is looked for.
   * `stays`: one that says this is left as it is.
   */
  upsert(comment: {
    readonly issue: number;
    readonly marker: string;
    readonly body: string;
    readonly fresh?: boolean;
    readonly stays?: ((body: string) => boolean) | undefined;
  }): Promise<{ readonly id: number; readonly url: string }>;
}

export type ReactionContent = '+1' | '-1' | 'laugh' | 'confused' | 'heart' | 'hooray' | 'rocket' | 'eyes';

export interface ForgeReactions {
  /** Adds ours; a second time changes nothing. */
  add(comment: number, content: ReactionContent): Promise<void>;
}

export interface ForgePulls {
  read(number: number): Promise<ForgePull | undefined>;
  review(pull: number, id: number): Promise<ForgeReview | undefined>;
  reviews(pull: number): Promise<readonly ForgeReview[]>;
  files(pull: number): Promise<readonly ForgeFile[]>;
  /** Open ones of this repository whose branch begins so. */
  open(prefix: string): Promise<readonly ForgePull[]>;
  /** The newest of a branch of this repository, whatever became of it. */
  ofBranch(branch: string): Promise<ForgePull | undefined>;
}

export interface ForgeFile {
  readonly path: string;
  /** Where it was, when it was renamed. */
  readonly before: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'other';
  readonly additions: number;
  readonly deletions: number;
  /** Null: too large, or no text. */
  readonly patch: string | null;
}

export interface ForgePeople {
  /** Is this account, by number, an active member? Throws when the team cannot be seen: that is no "no". */
  inTeam(account: number, team: { readonly organisation: string; readonly slug: string }): Promise<boolean>;
  /** What the account may do in the repository. */
  roleOf(account: ForgeAccount): Promise<ForgeRole>;
}

export interface ForgePushes {
  /**
   * Commit of a branch when something was said at `moment`, from the server's own record. Throws when the record does not say it for sure.
   * `head`: somebody who knows what the branch is at now, so that the forge need not be asked; asked after the record was read. Undefined: they
   * do not know.
   */
  commitAt(
    branch: string,
    moment: number,
    head?: () => Promise<string | null | undefined>,
  ): Promise<{ readonly commit: string; readonly pushed: PushEntry }>;
}

export interface ForgeCommits {
  /** The only commit whose id begins so; at least 12 hexadecimal digits. */
  byPrefix(prefix: string): Promise<string>;
  /** Commit that a branch is at; undefined: no such branch. */
  head(branch: string): Promise<string | undefined>;
}

export type Claimed =
  /** `fresh`: for the first time; nobody, not even this claimant, can have acted on it before. */
  | { readonly kind: 'won'; readonly ref: string; readonly fresh: boolean }
  /** Somebody else acts on it: `by` is what they claimed it as. */
  | { readonly kind: 'taken'; readonly by: string };

export interface ForgeClaims {
  /** Of all that claim a comment exactly one wins; the same claimant wins again. `tree`: one that the forge has, so that it need not be asked. */
  claim(comment: number, claimant: string, tree?: string): Promise<Claimed>;
}

export interface ForgeChange {
  readonly branch: string;
  /** Commit that the branch must be at. */
  readonly expected: string;
  readonly headline: string;
  readonly body: string;
  /** Lines `Key: value` at the end of the message. */
  readonly trailers?: readonly string[];
  /** Named in the commit, so that an earlier try of the same is known again. */
  readonly id: string;
  readonly additions: readonly { readonly path: string; readonly content: string }[];
  readonly deletions: readonly string[];
}

export type ForgeCommitted =
  | { readonly kind: 'committed'; readonly commit: string }
  /** An earlier try, whose answer was lost. */
  | { readonly kind: 'was-committed'; readonly commit: string }
  /** The branch is elsewhere: read it again and derive anew. */
  | { readonly kind: 'conflict'; readonly head: string | null };

export interface ForgeWriter {
  /** One commit, signed by the forge, if the branch is still where it was read. */
  commit(change: ForgeChange): Promise<ForgeCommitted>;
  /** The same change as a pull request, on a branch of its own. */
  propose(
    proposal: Omit<ForgeChange, 'branch'> & {
      readonly base: string;
      readonly branch: string;
      readonly title: string;
      readonly text: string;
    },
  ): Promise<ForgePull>;
  /** Closes a pull request that is not merged, and removes its branch. A second time changes nothing. */
  withdraw(pull: { readonly number: number; readonly branch: string }): Promise<void>;
  /** Removes a branch; one that is not there is removed already. */
  removeBranch(branch: string): Promise<void>;
}

/** How a run stands by its journal, for whoever shows it elsewhere. */
export interface ShownRun {
  readonly run: string;
  readonly environment: string;
  /** Commit of the release that it brings, or goes back to. */
  readonly commit: string;
  /** `waits`: for a person. `works`: it is not over, or can be gone on with. */
  readonly state: 'waits' | 'works' | 'good' | 'bad';
  readonly sentence: string;
}

export type DeploymentState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

export interface ForgeProjections {
  /** The deployment of this key: made once, found again afterwards. `fresh`: nobody can have made it yet, so nothing is looked for. */
  deployment(wanted: {
    readonly key: string;
    readonly commit: string;
    readonly environment: string;
    readonly production: boolean;
    readonly description: string;
    readonly fresh?: boolean;
  }): Promise<{ readonly id: number }>;
  deploymentState(
    deployment: number,
    said: {
      readonly state: DeploymentState;
      readonly description: string;
      readonly logUrl?: string;
      readonly environmentUrl?: string;
      /** An earlier try may have said it: look first. */
      readonly doubtful?: boolean;
    },
  ): Promise<void>;
  status(said: {
    readonly commit: string;
    readonly context: string;
    readonly state: 'pending' | 'success' | 'failure' | 'error';
    readonly description: string;
    readonly url?: string;
  }): Promise<void>;
  /** `fresh`: nobody can have made it yet, so nothing is looked for. */
  check(said: ForgeVerdict & { readonly fresh?: boolean }): Promise<{ readonly id: number }>;
  /** May we make check runs? Only Apps may, and only those that were given it; for all others a status says it. */
  checks(): boolean;
  /**
   * The last word in one call: the living comment, the state of the deployment and, where we may make check runs, one. For what nobody else can
   * have said or made yet. `but-the-check`: that one is still to be said. `unsure`: it cannot be done so, or nobody knows whether it was; then
   * say each by itself, and look first.
   */
  atOnce(said: {
    readonly comment: { readonly issue: number; readonly marker: string; readonly body: string };
    readonly deployment: {
      readonly id: number;
      readonly state: DeploymentState;
      readonly description: string;
      readonly logUrl?: string;
    };
    readonly check: ForgeVerdict;
  }): Promise<'all' | 'but-the-check' | 'unsure'>;
}

/** What a check run says of a commit. */
export interface ForgeVerdict {
  /** The run that it is about. */
  readonly key: string;
  readonly commit: string;
  readonly name: string;
  /** Null: it is under way. */
  readonly conclusion: 'success' | 'failure' | 'neutral' | 'cancelled' | null;
  readonly title: string;
  readonly summary: string;
  readonly url?: string;
}

/** What somebody said of a commit: a check run or a status. */
export interface SaidOfCommit {
  readonly name: string;
  /** App that said it; null: a status, which anybody with write access can say. */
  readonly app: number | null;
  readonly state: 'good' | 'bad' | 'pending';
}

export interface RequiredCheck {
  readonly name: string;
  /** The only App that counts; null: any. */
  readonly app: number | null;
}

/** What guards a branch. `unknown`: we may not see it. */
export interface BranchRules {
  readonly requiredChecks: readonly RequiredCheck[];
  readonly approvals: number;
  readonly forcePushes: 'refused' | 'allowed' | 'unknown';
  readonly deletions: 'refused' | 'allowed' | 'unknown';
  readonly updates: 'restricted' | 'open' | 'unknown';
  /** Apps, teams and roles that rules let pass; `unknown` without the right to administer. */
  readonly bypass:
    | readonly { readonly kind: string; readonly id: number | null; readonly always: boolean }[]
    | 'unknown';
}

export interface ForgeRules {
  branch(name: string): Promise<BranchRules>;
  /** Everything that was said of a commit; the newest of each. */
  saidOf(commit: string): Promise<readonly SaidOfCommit[]>;
}

/** Who set a run of a workflow to work, as the forge wrote it down. */
export interface ForgeJobs {
  /** Undefined: the forge has no such run, or it is not in this attempt any more. */
  starterOf(run: number, attempt: number): Promise<ForgeAccount | undefined>;
}

/** What a job of the forge finds there, by name: values are never asked for. `null`: a job that is in no environment of the forge. */
export interface ForgeSettings {
  /** Environments of the repository; `reviewed`: a person must let a job in. */
  environments(): Promise<readonly { readonly name: string; readonly reviewed: boolean }[]>;
  /** Of the repository, of its organisation, and of the environment. */
  secrets(environment: string | null): Promise<ReadonlySet<string>>;
  variables(environment: string | null): Promise<ReadonlySet<string>>;
}

export interface ForgeRights {
  /**
   * May we see the repository, and what may we do there? Throws where we may not see it.
   * Permission → what is granted, by the names of the forge; null where the forge does not say it (a token of a person).
   */
  granted(): Promise<Readonly<Record<string, string>> | null>;
}

/** A repository at a forge, use by use: give each part of the product only what it needs. */
export interface Forge {
  readonly comments: ForgeComments;
  readonly reactions: ForgeReactions;
  readonly pulls: ForgePulls;
  readonly people: ForgePeople;
  readonly pushes: ForgePushes;
  readonly commits: ForgeCommits;
  readonly claims: ForgeClaims;
  readonly writer: ForgeWriter;
  readonly projections: ForgeProjections;
  readonly rules: ForgeRules;
  readonly rights: ForgeRights;
  readonly jobs: ForgeJobs;
  readonly settings: ForgeSettings;
}
