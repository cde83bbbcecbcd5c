import { describe, expect, test } from 'vitest';
import {
  type CommitFacts,
  commitNameProblem,
  commitProblems,
  lookAtCommit,
  pin,
  sameCommit,
} from '../../src/chatops/commit.ts';
import { chatConfig } from '../../src/chatops/config.ts';
import type { Thread } from '../../src/chatops/index.ts';
import { bad } from '../../src/model/problem.ts';
import { ANNA, BEN, COMMIT, EVE, fakeForge, NOON } from '../support/chat/fake-forge.ts';
import { person, policy } from '../support/policy.ts';

const OTHER = 'dead00000000000000000000000000000000beef';
const named = chatConfig.parse({});
const pinned = chatConfig.parse({ commit: 'pinned', commitsFrom: 'any-branch' });
const pull = { number: 7, open: true, pull: { branch: 'feature', fork: false, author: BEN } };
const issue = { number: 1, open: true, pull: null };
const rulesOf = (more: object) => chatConfig.parse(more);
const people = [
  { ...person('anna', 'releaser'), account: ANNA.id },
  { ...person('ben', 'releaser'), account: BEN.id },
];

describe('which commit is meant', () => {
  const ask = async (rules: typeof named, name: string | undefined, thread: Thread = pull) => {
    const forge = fakeForge();
    const answer = await pin(
      { environment: 'production', comment: { createdAt: NOON }, thread, rules, named: name },
      forge,
    );
    return { answer: answer.ok ? answer.value : answer.problems[0]?.code, calls: forge.calls.join(' ') };
  };

  test('the one that is named, wherever', async () => {
    expect(await ask(named, 'c0ffee00c0ff')).toEqual({ answer: 'c0ffee00c0ff'.padEnd(40, '0'), calls: 'commitNamed' });
    expect(await ask(pinned, 'c0ffee00c0ff')).toEqual({ answer: 'c0ffee00c0ff'.padEnd(40, '0'), calls: 'commitNamed' });
  });

  test('none, where it must be named', async () => {
    expect(await ask(named, undefined)).toEqual({ answer: 'chat.commit-unnamed', calls: '' });
  });

  test('elsewhere what the server had then: of the pull request, or of the default branch', async () => {
    expect(await ask(pinned, undefined)).toEqual({ answer: COMMIT, calls: 'commitAt' });
    expect(await ask(pinned, undefined, issue)).toEqual({ answer: COMMIT, calls: 'defaultBranch commitAt' });
  });

  test('none, where the server does not say', async () => {
    const forge = fakeForge();
    forge.head = bad({ code: 'forge.push-unclear', where: '', found: '', expected: '', remedy: '' });
    const answer = await pin(
      { environment: 'x', comment: { createdAt: NOON }, thread: pull, rules: pinned, named: undefined },
      forge,
    );
    expect(answer.ok).toBe(false);
  });

  test.each([
    ['c0ffee00c0ff', true],
    [COMMIT, true],
    ['c0ffee00c0f', false],
    ['C0FFEE00C0FF', false],
    ['main', false],
    ['refs/heads/x', false],
    ['--upload-pack=x', false],
    ['', false],
    ['c0ffee00c0ff ', false],
    [`${COMMIT}${COMMIT}`, false],
  ])('%j names one: %s', (text, good) => {
    expect(commitNameProblem(text) === undefined).toBe(good);
  });
});

const facts = (more: Partial<CommitFacts> = {}): CommitFacts => ({
  commit: COMMIT,
  environment: 'production',
  rules: named,
  policy: policy(people),
  held: true,
  thread: pull,
  checks: [],
  reviews: [],
  ...more,
});
const review = (author = ANNA, more: Partial<CommitFacts['reviews'][number]> = {}) => ({
  author,
  state: 'approved' as const,
  commit: COMMIT,
  ...more,
});

describe('may this commit go there', () => {
  const checks = rulesOf({ checks: ['test', 'scan'] });
  const reviews = rulesOf({ reviews: 1 });
  test.each<[string, Partial<CommitFacts>, string]>([
    ['held', {}, ''],
    ['held by nothing', { held: false }, 'chat.commit-elsewhere'],
    [
      'checks',
      {
        rules: checks,
        checks: [
          { name: 'test', state: 'success' },
          { name: 'scan', state: 'success' },
        ],
      },
      '',
    ],
    ['a check that is missing', { rules: checks, checks: [{ name: 'test', state: 'success' }] }, 'chat.check-missing'],
    [
      'a check that failed',
      {
        rules: checks,
        checks: [
          { name: 'test', state: 'failure' },
          { name: 'scan', state: 'success' },
        ],
      },
      'chat.check-missing',
    ],
    [
      'one of two with a name failed',
      {
        rules: checks,
        checks: [
          { name: 'test', state: 'success' },
          { name: 'test', state: 'failure' },
          { name: 'scan', state: 'success' },
        ],
      },
      'chat.check-missing',
    ],
    [
      'checks that go on',
      {
        rules: checks,
        checks: [
          { name: 'test', state: 'pending' },
          { name: 'scan', state: 'queued' },
        ],
      },
      'chat.check-missing chat.check-missing',
    ],
    ['a review', { rules: reviews, reviews: [review()] }, ''],
    ['no review', { rules: reviews }, 'chat.reviews-missing'],
    ['a review by who wrote it', { rules: reviews, reviews: [review(BEN)] }, 'chat.reviews-missing'],
    ['a review by a stranger', { rules: reviews, reviews: [review(EVE)] }, 'chat.reviews-missing'],
    [
      'a review of another commit',
      { rules: reviews, reviews: [review(ANNA, { commit: OTHER })] },
      'chat.reviews-missing',
    ],
    [
      'taken back later',
      { rules: reviews, reviews: [review(), review(ANNA, { state: 'changes-requested' })] },
      'chat.reviews-missing',
    ],
    ['given later', { rules: reviews, reviews: [review(ANNA, { state: 'changes-requested' }), review()] }, ''],
    ['talk after it', { rules: reviews, reviews: [review(), review(ANNA, { state: 'other' })] }, ''],
    [
      'against it, by somebody else',
      { rules: reviews, reviews: [review(), review(EVE, { state: 'changes-requested' })] },
      'chat.reviews-missing',
    ],
    [
      'two are asked, one person twice',
      { rules: rulesOf({ reviews: 2 }), reviews: [review(), review()] },
      'chat.reviews-missing',
    ],
    ['an issue has no reviews', { rules: reviews, thread: issue }, 'chat.reviews-missing'],
  ])('%s', (_name, more, expected) => {
    expect(
      commitProblems(facts(more))
        .map(({ code }) => code)
        .join(' '),
    ).toBe(expected);
  });

  test('only a branch of ours makes a commit ours: one that is named in an issue, or came by a fork, must be in the default branch', async () => {
    const asked = async (rules: typeof named, thread: CommitFacts['thread']) => {
      const forge = fakeForge();
      const seen: string[] = [];
      const holds = async (branch: string) => {
        seen.push(branch);
        return false;
      };
      await lookAtCommit(
        { commit: COMMIT, environment: 'x', rules, policy: policy(people), thread },
        { ...forge, holds },
      );
      return seen.join(' ');
    };
    expect(await asked(named, pull)).toBe('main');
    expect(await asked(pinned, pull)).toBe('feature main');
    expect(await asked(pinned, issue)).toBe('main');
    expect(await asked(pinned, { ...pull, pull: { ...pull.pull, fork: true } })).toBe('main');
  });

  test('what is not asked for is not fetched', async () => {
    const forge = fakeForge();
    await lookAtCommit(
      { commit: COMMIT, environment: 'x', rules: pinned, policy: policy(people), thread: pull },
      forge,
    );
    expect(forge.calls).toEqual(['holds']);
  });
});

test('another commit than the one that is meant is refused', () => {
  expect(sameCommit(COMMIT, COMMIT).ok).toBe(true);
  expect(sameCommit(COMMIT, OTHER).ok).toBe(false);
});
