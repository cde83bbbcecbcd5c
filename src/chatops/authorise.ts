import type { ChatRules, Person, Policy } from '../model/people.ts';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';
import { type WindowAnswer, wallText } from '../procedure/gate/windows.ts';
import { type ChatCommand, meansCommit } from './command.ts';
import type { Account, Thread } from './ports.ts';

/** Who may say what, where and when. Pure: over a policy that was read from the protected branch, and what the forge says of accounts. */

/** Is an account in a team? `unknown`: the forge did not say, so it counts for nothing. */
export type Membership = 'member' | 'not' | 'unknown';

export interface Asking {
  readonly command: ChatCommand;
  readonly environment: string;
  /** Who wrote the comment. */
  readonly author: Account;
  /** Who set the runner to work: somebody else when the job was run again. */
  readonly starter: Account;
  readonly thread: Thread;
  readonly policy: Policy;
  /** Null: this environment takes no commands from comments. */
  readonly rules: ChatRules | null;
  /** Team → what the forge says of the two accounts. */
  readonly teams: ReadonlyMap<string, { readonly author: Membership; readonly starter: Membership }>;
  readonly window: WindowAnswer;
}

/** Number of an account that nobody can tell. */
export const NOBODY = 0;

/** The person who asks, or every reason against it. */
export function authorise(asking: Asking): Result<Person> {
  const { author, starter, policy } = asking;
  if (author.bot || starter.bot) return bad(robot(author.bot ? author : starter));
  const person = personOf(policy, author);
  if (person === undefined) return bad(stranger(asking, author));
  const problems = [...placeProblems(asking), ...roleProblems(asking, person, 'author')];
  if (starter.id !== author.id) problems.push(...starterProblems(asking));
  return problems.length === 0 ? ok(person) : bad(...problems);
}

/** Accounts are compared by their number: a name can be given up and taken by somebody else. */
export function personOf({ people }: Pick<Policy, 'people'>, { id }: Account): Person | undefined {
  return people.find(({ account }) => account === id);
}

/** Whoever runs the job of somebody again acts too: they need the same right. */
function starterProblems(asking: Asking): readonly Problem[] {
  if (asking.starter.id === NOBODY) return [untold(asking, asking.starter)];
  const person = personOf(asking.policy, asking.starter);
  return person === undefined ? [stranger(asking, asking.starter)] : roleProblems(asking, person, 'starter');
}

function placeProblems({ command, environment, thread, window, policy }: Asking): readonly Problem[] {
  const problems: Problem[] = [];
  const where = `/${command.name} in ${environment}`;
  if (meansCommit(command) && thread.pull?.fork === true) {
    problems.push({
      code: 'chat.fork',
      where,
      found: 'a pull request from a fork',
      expected: 'a branch of this repository: whoever owns the fork can change it at any time',
      remedy: 'push the commits to a branch here after a review, and open a pull request for it',
    });
  }
  if (command.kind === 'forward' && window.kind === 'closed') {
    const zone = policy.rules.windows?.timeZone ?? 'UTC';
    problems.push({
      code: 'chat.window-closed',
      where,
      found: window.why,
      expected: window.opens === undefined ? 'an open window' : `the window that opens ${wallText(zone, window.opens)}`,
      remedy: 'write it again when the window is open; a rollback needs no window',
    });
  }
  return problems;
}

function roleProblems(
  { command, environment, policy, rules, teams }: Asking,
  person: Person,
  whose: 'author' | 'starter',
): readonly Problem[] {
  const where = `/${command.name} in ${environment}`;
  if (rules === null) {
    return [
      {
        code: 'chat.not-open',
        where,
        found: `no \`chat:\` for ${environment} in the policy`,
        expected: 'an environment that takes commands from comments',
        remedy: `use the command line, or merge \`policy.environments.${environment}.chat\` into the protected branch`,
      },
    ];
  }
  const role = Object.hasOwn(rules.commands, command.name) ? rules.commands[command.name] : undefined;
  if (role === undefined) {
    return [
      {
        code: 'chat.command-not-open',
        where,
        found: 'a command that the policy does not open here',
        expected: `one of ${
          Object.keys(rules.commands)
            .map((name) => `/${name}`)
            .join(', ') || 'none'
        }`,
        remedy: `use the command line, or merge a role for it into \`policy.environments.${environment}.chat.commands\``,
      },
    ];
  }
  if (person.roles.includes(role)) return [];
  const giving = Object.entries(rules.teams).filter(([, roles]) => roles.includes(role));
  const said = giving.map(([team]) => teams.get(team)?.[whose] ?? 'unknown');
  if (said.includes('member')) return [];
  const holders = policy.people.filter(({ roles }) => roles.includes(role)).map(({ id }) => id);
  const unread = giving.filter((_, index) => said[index] === 'unknown').map(([team]) => team);
  return [
    {
      code: 'chat.role-missing',
      where,
      found: `${person.id}, without the role ${role}${unread.length === 0 ? '' : `; the forge does not say who is in ${unread.join(', ')}`}`,
      expected: `the role ${role}: ${[...holders, ...giving.map(([team]) => `members of ${team}`)].join(', ') || 'nobody has it'}`,
      remedy:
        unread.length === 0
          ? 'ask one of them, or have the role given on the protected branch'
          : 'ask one of them, or let the App read the members of the team (organisation permission "members")',
    },
  ];
}

function stranger({ command, environment, policy }: Asking, { id: number, login }: Account): Problem {
  const known = policy.people.filter(({ account }) => account !== null).map(({ id }) => id);
  return {
    code: 'chat.unknown-person',
    where: `/${command.name} in ${environment}`,
    found: `the account ${login} (${number}), which belongs to nobody in the policy`,
    expected:
      known.length === 0 ? 'a person of the policy with `account:`; nobody has one yet' : `one of ${known.join(', ')}`,
    remedy: `merge \`account: ${number}\` under \`people:\` into the protected branch`,
  };
}

function untold({ command, environment }: Asking, { login }: Account): Problem {
  return {
    code: 'chat.starter-untold',
    where: `/${command.name} in ${environment}`,
    found: `a job that ${login} has run again; the forge does not say which account that is`,
    expected: 'the person who wrote the comment, or a job that may ask: the permission `actions: read`',
    remedy: 'write the command in a comment of your own: it is judged as yours; or let who wrote it run the job again',
  };
}

function robot({ login }: Account): Problem {
  return {
    code: 'chat.robot',
    where: 'the comment',
    found: `${login}, which is a program`,
    expected: 'a person: a program that is talked into writing a comment must not act',
    remedy: 'let a person write it, or use the command line in the program',
  };
}
