import { describe, expect, test } from 'vitest';
import { type Asking, authorise } from '../../src/chatops/authorise.ts';
import { chatConfig } from '../../src/chatops/config.ts';
import type { ChatCommand } from '../../src/chatops/index.ts';
import { ANNA, BEN, EVE, NOON } from '../support/chat/fake-forge.ts';
import { person, policy } from '../support/policy.ts';

/** Role × command × environment × window × account × place. */

const command = (name: string, kind: ChatCommand['kind']): ChatCommand => ({
  name,
  kind,
  summary: '',
  about: 'environment',
  arguments: [],
  options: [],
});
const COMMANDS = {
  deploy: command('deploy', 'forward'),
  rollback: command('rollback', 'back'),
  status: command('status', 'looks'),
  lock: command('lock', 'changes'),
};
const people = [
  { ...person('anna', 'releaser'), account: ANNA.id },
  { ...person('ben', 'viewer'), account: BEN.id },
  person('nobody-at-the-forge', 'releaser'),
];
const rules = chatConfig.parse({
  commands: { deploy: 'releaser', rollback: 'releaser', status: 'viewer' },
  teams: { 'acme/sre': ['releaser'], 'acme/all': ['viewer'] },
});
const closed = { kind: 'closed', why: 'a freeze', opens: NOON } as const;
const pull = { number: 7, open: true, pull: { branch: 'feature', fork: false, author: BEN } };
const fork = { ...pull, pull: { ...pull.pull, fork: true } };

const asking = (more: Partial<Asking> = {}): Asking => ({
  command: COMMANDS.deploy,
  environment: 'production',
  author: ANNA,
  starter: ANNA,
  thread: pull,
  policy: policy(people),
  rules,
  teams: new Map(),
  window: { kind: 'open' },
  ...more,
});
const codes = (more: Partial<Asking>) => {
  const answer = authorise(asking(more));
  return answer.ok ? answer.value.id : answer.problems.map(({ code }) => code).join(' ');
};
const teams = (author: 'member' | 'not' | 'unknown', starter = author) => new Map([['acme/sre', { author, starter }]]);

describe('who may', () => {
  test.each<[string, Partial<Asking>, string]>([
    ['the role', {}, 'anna'],
    ['an account of nobody', { author: EVE, starter: EVE }, 'chat.unknown-person'],
    ['the name of somebody on another account', { author: { ...ANNA, id: 5 } }, 'chat.unknown-person'],
    ['another name on the account of somebody', { author: { ...ANNA, login: 'renamed' } }, 'anna'],
    ['a robot', { author: { ...ANNA, bot: true } }, 'chat.robot'],
    ['a job that a robot started', { starter: { ...BEN, bot: true } }, 'chat.robot'],
    ['without the role', { author: BEN, starter: BEN }, 'chat.role-missing'],
    ['by a team', { author: BEN, starter: BEN, teams: teams('member') }, 'ben'],
    ['not in the team', { author: BEN, starter: BEN, teams: teams('not') }, 'chat.role-missing'],
    ['a team that cannot be read', { author: BEN, starter: BEN, teams: teams('unknown') }, 'chat.role-missing'],
    ['a stranger in the team', { author: EVE, starter: EVE, teams: teams('member') }, 'chat.unknown-person'],
    [
      'a team that gives another role',
      { author: BEN, starter: BEN, teams: new Map([['acme/all', { author: 'member', starter: 'member' }]]) },
      'chat.role-missing',
    ],
    ['a command that is not named', { command: COMMANDS.lock }, 'chat.command-not-open'],
    ['a name that every object has', { command: command('constructor', 'changes') }, 'chat.command-not-open'],
    ['an environment that is not open', { rules: null }, 'chat.not-open'],
    ['a look with its own role', { command: COMMANDS.status, author: BEN, starter: BEN }, 'ben'],
    ['a look without it', { command: COMMANDS.status }, 'chat.role-missing'],
    [
      'run again by somebody who may',
      { policy: policy([people[0] ?? person('x'), { ...person('ben', 'releaser'), account: BEN.id }]), starter: BEN },
      'anna',
    ],
    ['run again by somebody who may not', { starter: BEN }, 'chat.role-missing'],
    ['run again by a stranger', { starter: EVE }, 'chat.unknown-person'],
    ['run again by somebody of the team', { starter: BEN, teams: teams('not', 'member') }, 'anna'],
    [
      'the author of the team, the starter not',
      { author: BEN, starter: ANNA, teams: teams('not', 'member') },
      'chat.role-missing',
    ],
  ])('%s', (_name, more, expected) => {
    expect(codes(more)).toBe(expected);
  });
});

describe('where and when', () => {
  test.each<[string, Partial<Asking>, string]>([
    ['outside of the window', { window: closed }, 'chat.window-closed'],
    ['a rollback needs no window', { window: closed, command: COMMANDS.rollback }, 'anna'],
    ['nor does a look', { window: closed, command: COMMANDS.status, author: BEN, starter: BEN }, 'ben'],
    ['from a fork', { thread: fork }, 'chat.fork'],
    ['a rollback said in the pull request of a fork', { thread: fork, command: COMMANDS.rollback }, 'anna'],
    ['in an issue', { thread: { number: 1, open: true, pull: null } }, 'anna'],
    [
      'everything at once',
      { thread: fork, window: closed, author: BEN, starter: EVE },
      'chat.fork chat.window-closed chat.role-missing chat.unknown-person',
    ],
  ])('%s', (_name, more, expected) => {
    expect(codes(more)).toBe(expected);
  });

  test('a refusal says what would make it pass', () => {
    const answer = authorise(asking({ author: BEN, starter: BEN, window: closed, teams: teams('unknown') }));
    const said = answer.ok
      ? ''
      : answer.problems.map(({ found, expected, remedy }) => `${found}; ${expected}; ${remedy}`).join('\n');
    expect(said).toContain('the role releaser: anna, nobody-at-the-forge, members of acme/sre');
    expect(said).toContain('does not say who is in acme/sre');
    expect(said).toContain('the window that opens 2026-11-18 12:00 UTC');
  });
});
