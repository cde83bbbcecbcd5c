import type { ShownRun } from '../model/forge.ts';
import type { Result } from '../model/problem.ts';

/** What the chat needs of the forge and of the machine: narrow, so that a test gives its own. */

export interface Account {
  /** The number of the account: names can be changed, numbers cannot. */
  readonly id: number;
  readonly login: string;
  /** An App or another program. */
  readonly bot: boolean;
}

/** A comment as the forge has it now. */
export interface Comment {
  readonly id: number;
  /** Number of the issue or pull request. */
  readonly issue: number;
  /** Null: the account is gone. */
  readonly author: Account | null;
  readonly body: string;
  /** By the clock of the server, milliseconds since 1970. */
  readonly createdAt: number;
  readonly edited: boolean;
}

export interface Thread {
  readonly number: number;
  readonly open: boolean;
  /** Null: an issue. */
  readonly pull: Pull | null;
}

export interface Pull {
  /** Name of its branch, in this repository unless `fork`. */
  readonly branch: string;
  readonly fork: boolean;
  readonly author: Account | null;
}

export interface Review {
  readonly author: Account | null;
  readonly state: 'approved' | 'changes-requested' | 'other';
  /** Commit that was looked at; null: it is gone. */
  readonly commit: string | null;
}

export interface Check {
  readonly name: string;
  /** `success`, `failure`, `pending`, …; only `success` counts. */
  readonly state: string;
}

/** The forge, for the repository that the runner belongs to. What it does not answer is thrown as a ProblemError. */
export interface ChatForge {
  /** Null: it was deleted. */
  comment(id: number): Promise<Comment | null>;
  thread(number: number): Promise<Thread>;
  /** Reviews of a pull request, oldest first. */
  reviews(pull: number): Promise<readonly Review[]>;
  checks(commit: string): Promise<readonly Check[]>;
  defaultBranch(): Promise<string>;
  /** The commit that begins with these 12 digits or more; refused when there is none, or two. */
  commitNamed(digits: string): Promise<Result<string>>;
  /** What a branch of this repository held at a moment, from the server's own record of pushes; refused where that does not say. */
  commitAt(branch: string, at: number): Promise<Result<string>>;
  /** Does the branch hold the commit now? */
  holds(branch: string, commit: string): Promise<boolean>;
  isMember(team: string, account: Account): Promise<boolean>;
  /** Who set the runner to work this time, by the number of the account where the forge has written it down. */
  starter(): Promise<Account>;
  /** Takes a comment for this job, once and for all. `ours`: it is this job's, from now or from before it was started again. */
  claim(comment: number): Promise<'ours' | 'taken'>;
  react(comment: number, reaction: Reaction): Promise<void>;
  /** Makes the one comment of ours with this mark in a thread say this, unless it says something that stays; the mark is not part of `text`. */
  tell(thread: number, mark: string, text: string, stays?: (said: string) => boolean): Promise<void>;
  /** Shows a run where the forge shows deployments and checks of commits. The same run is always the same deployment. */
  show(run: ShownRun): Promise<void>;
  /** The last word of a job: `tell`, and `show` where there is a run, in fewer calls where that can be. */
  end(thread: number, mark: string, text: string, run: ShownRun | null): Promise<void>;
}

/** `eyes`: seen, it begins. `confused`: refused, or it ended badly. `+1`: answered. How it ended well, the living comment says. */
export type Reaction = 'eyes' | 'confused' | '+1';
