import type { Account, ChatForge, Check, Comment, Review, Thread } from '../../../src/chatops/index.ts';
import type { ShownRun } from '../../../src/model/forge.ts';
import { ok, type Result } from '../../../src/model/problem.ts';

/** A forge in memory: what a test says is so, and what was written to it. */

export const ANNA: Account = { id: 101, login: 'anna-at-forge', bot: false };
export const BEN: Account = { id: 102, login: 'ben', bot: false };
export const EVE: Account = { id: 666, login: 'eve', bot: false };
export const NOON = Date.parse('2026-11-18T12:00:00Z');
export const COMMIT = 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00';

export interface FakeForge extends ChatForge {
  readonly comments: Map<number, Comment>;
  readonly threads: Map<number, Thread>;
  readonly told: Map<string, string>;
  readonly reactions: string[];
  readonly shown: ShownRun[];
  readonly claims: Map<number, string>;
  /** Names of the calls, in order. */
  readonly calls: string[];
  checksOf: readonly Check[];
  reviewsOf: readonly Review[];
  members: ReadonlyMap<string, readonly number[]>;
  job: string;
  startedBy: Account;
  head: Result<string>;
  isHeld: boolean;
  /** Told before each call; a test moves the world, or dies. */
  before: (call: string) => Promise<void> | void;
  after: (call: string) => Promise<void> | void;
}

export function fakeForge(): FakeForge {
  const told = new Map<string, string>();
  const call =
    <A extends readonly unknown[], T>(name: string, work: (...args: A) => T | Promise<T>) =>
    async (...args: A): Promise<T> => {
      forge.calls.push(name);
      await forge.before(name);
      const answer = await work(...args);
      await forge.after(name);
      return answer;
    };
  const forge: FakeForge = {
    comments: new Map(),
    threads: new Map([[7, { number: 7, open: true, pull: { branch: 'feature', fork: false, author: BEN } }]]),
    told,
    reactions: [],
    shown: [],
    claims: new Map(),
    calls: [],
    checksOf: [],
    reviewsOf: [],
    members: new Map(),
    job: 'job-1',
    startedBy: ANNA,
    head: ok(COMMIT),
    isHeld: true,
    before: () => undefined,
    after: () => undefined,
    comment: call('comment', (id: number) => forge.comments.get(id) ?? null),
    thread: call('thread', (number: number) => forge.threads.get(number) ?? { number, open: true, pull: null }),
    reviews: call('reviews', () => forge.reviewsOf),
    checks: call('checks', () => forge.checksOf),
    defaultBranch: call('defaultBranch', () => 'main'),
    commitNamed: call('commitNamed', (digits: string) => ok(digits.padEnd(40, '0'))),
    commitAt: call('commitAt', () => forge.head),
    holds: call('holds', () => forge.isHeld),
    isMember: call('isMember', (team: string, { id }: Account) => {
      const members = forge.members.get(team);
      if (members === undefined) throw new Error('403');
      return members.includes(id);
    }),
    starter: call('starter', () => forge.startedBy),
    claim: call('claim', (comment: number) => {
      const owner = forge.claims.get(comment) ?? forge.job;
      forge.claims.set(comment, owner);
      return owner === forge.job ? 'ours' : 'taken';
    }),
    react: call('react', (comment: number, reaction: string) => {
      forge.reactions.push(`${comment} ${reaction}`);
    }),
    tell: call('tell', (thread: number, mark: string, text: string, stays?: (said: string) => boolean) => {
      const before = told.get(`${thread} ${mark}`);
      if (before === undefined || stays?.(before) !== true) told.set(`${thread} ${mark}`, text);
    }),
    show: call('show', (run: ShownRun) => {
      forge.shown.push(run);
    }),
    async end(thread, mark, text, run) {
      await forge.tell(thread, mark, text);
      if (run !== null) await forge.show(run);
    },
  };
  return forge;
}

/** A comment as it was written. */
export function commentOf(body: string, more: Partial<Comment> = {}): Comment {
  return { id: 4711, body, author: ANNA, createdAt: NOON, edited: false, issue: 7, ...more };
}
