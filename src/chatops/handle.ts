import type { ShownRun } from '../model/forge.ts';
import type { ChatRules, Policy } from '../model/people.ts';
import { bad, ok, type Problem, problemsOf, type Result } from '../model/problem.ts';
import type { WindowAnswer } from '../procedure/gate/windows.ts';
import { answerText, markOf, refusalReplaces, type Standing } from './answer.ts';
import { authorise, type Membership, personOf } from './authorise.ts';
import { type ChatCommand, meansCommit, readComment, type Said, valueFor } from './command.ts';
import { commitProblems, lookAtCommit, pin, sameCommit } from './commit.ts';
import type { CommentEvent } from './event.ts';
import { runOf } from './identity.ts';
import type { Account, ChatForge, Comment, Reaction, Thread } from './ports.ts';

/**
 * From a comment to what it asks for, once: read → fetched again → authorised → claimed → acknowledged → commit pinned → done → told. A job
 * that was killed and is started again goes through the same and comes to the same answers: the comment, the push record and the claim lie at
 * the forge, and the run has its name from the comment.
 */

/** What the door does for the chat. */
export interface Doing {
  /** Commands that may be written here. */
  readonly commands: readonly ChatCommand[];
  now(): number;
  /** Environment that a command is about, its run looked up where it names one; refused when there is none. Null: none. */
  environmentOf(said: Said): Promise<Result<string | null>>;
  /** Policy of the protected branch as it is now. Null: there is none. */
  policyOf(environment: string): Promise<Ruling | null>;
  /** Has this run begun here? */
  begun(run: string): Promise<boolean>;
  /** Commit with which a run has begun; undefined: it brings none. */
  held(said: Said, run: string): Promise<string | undefined>;
  /** Checks out this commit, and says which one then lies there, with nothing changed in it. */
  checkOut(commit: string): Promise<Result<string>>;
  /** The same procedure as the command line. Goes on where a killed job stopped. */
  act(order: Order): Promise<Done>;
  /** The run that an order begins, once its journal has begun. Null: it brings no release, or `over` came first. */
  underWay(order: Order, over: AbortSignal): Promise<ShownRun | null>;
  /** The run that an order was about, as its journal has it now; null: none, or one that brings no release. */
  shown(order: Order): Promise<ShownRun | null>;
  help(said: Said): string;
  /** Where people can watch the job. */
  readonly job: string | undefined;
}

export interface Ruling {
  readonly policy: Policy;
  readonly rules: ChatRules | null;
  readonly window: WindowAnswer;
}

export interface Order {
  readonly said: Said;
  readonly comment: Comment;
  readonly author: Account;
  readonly person: string;
  /** Who set the job to work: the same person, or another one who ran it again. */
  readonly starter: string;
  readonly environment: string;
  readonly run: string;
  readonly commit: string | undefined;
}

export interface Done {
  readonly good: boolean;
  /** Markdown of ours, from the journal where there is one. */
  readonly text: string;
  /** Commit that the journal names, for a command that brought one. */
  readonly commit: string | undefined;
}

export type Handled =
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] }
  | { readonly kind: 'done'; readonly good: boolean; readonly commit: string | undefined };

/** A comment that waited longer for its job is refused: what was right then may not be now. */
export const OLDEST_MS = 3_600_000;

export async function handleComment(event: CommentEvent, forge: ChatForge, doing: Doing): Promise<Handled> {
  if (event.action !== 'created') return ignored(`the comment was ${event.action}: only new ones count`);
  if (readComment(event.body, doing.commands) === undefined) return ignored('no command of ours');
  const comment = await forge.comment(event.comment);
  if (comment === null) return ignored('the comment was deleted');
  const { author } = comment;
  if (author === null || author.bot) return ignored('the comment is of nobody, or of a program');
  if (comment.issue !== event.thread) return ignored('the comment is not in this thread');
  const run = runOf(comment);
  // What has begun is brought to its end, whatever became of the comment since.
  const begun = await doing.begun(run);
  const text = begun ? event.body : comment.body;
  const said = readComment(text, doing.commands);
  if (said === undefined) return ignored('the comment was changed into something else');
  const answer = (standing: Standing, stays?: (said: string) => boolean): Promise<void> =>
    forge.tell(comment.issue, markOf(comment.id), answerText(firstLine(text), standing), stays);
  const react = (reaction: Reaction): Promise<void> => forge.react(comment.id, reaction).catch(() => undefined);
  const refuse = async (problems: readonly Problem[]): Promise<Handled> => {
    const changes = said.ok && said.value.command.kind === 'changes';
    // Once a run has begun it would not be true that nothing was changed; and how an earlier job ended stays true.
    await answer(
      begun ? { kind: 'failed', problems, again: `shiplock resume ${run}` } : { kind: 'refused', problems },
      (there) => !refusalReplaces(there, changes),
    );
    await react('confused');
    return { kind: 'refused', problems };
  };
  if (!said.ok) return refuse(said.problems);
  if (!begun) {
    const stale = staleProblem(event, comment, doing.now());
    if (stale !== undefined) return refuse([stale]);
  }
  if (said.value.command.about === null) {
    await answer({ kind: 'ended', good: true, text: doing.help(said.value), commit: undefined });
    await react('+1');
    return { kind: 'done', good: true, commit: undefined };
  }
  const admitted = await admit({ said: said.value, comment, author, begun }, forge, doing);
  if (!admitted.ok) return refuse(admitted.problems);
  const { environment, person, starter, ruling, thread } = admitted.value;
  const { command } = said.value;
  if (command.kind !== 'looks' && (await forge.claim(comment.id)) === 'taken') {
    return ignored('another job has taken this comment');
  }
  // Who wrote it may, and nobody else does it: that is said at once. Which commit is meant takes longer, and a reason against it is answered.
  const seen = react('eyes');
  let commit: string | undefined;
  if (meansCommit(command)) {
    // What has begun is not asked again: its journal holds the commit, whatever became of the branch since.
    const held = begun ? await doing.held(said.value, run) : undefined;
    const asking = { said: said.value, comment, author, environment, ruling, thread, begun };
    const found = held === undefined ? await commitFor(asking, forge) : ok(held);
    if (!found.ok) {
      await seen;
      return refuse(found.problems);
    }
    commit = found.value;
  }
  const ranAgain = starter === person ? undefined : starter;
  await seen;
  if (command.kind !== 'looks')
    await answer({ kind: 'begun', commit, run: begins(command) ? run : undefined, job: doing.job, ranAgain });
  const order: Order = { said: said.value, comment, author, person, starter, environment, run, commit };
  const over = new AbortController();
  const showing = begins(command) ? showUnderWay(order, forge, doing, over.signal) : Promise.resolve();
  const { handled, standing } = await carryOut(order, doing);
  over.abort();
  await showing;
  // Told outside of what can fail: a forge that does not answer must not turn a good end into a bad one.
  let unreadable: unknown;
  const shown = command.kind === 'looks' ? Promise.resolve(null) : doing.shown(order);
  const ended = await shown.catch((error: unknown) => {
    unreadable = error;
    return null;
  });
  await forge.end(comment.issue, markOf(comment.id), answerText(firstLine(text), standing), ended);
  if (unreadable !== undefined) throw unreadable;
  if (handled.kind !== 'done' || !handled.good) await react('confused');
  return handled;
}

/**
 * Shows a run as soon as it has begun, beside it. What goes wrong here is made good by the last word, which follows from the journal; a job
 * that dies before leaves a run that is under way, and the next one says how it ended.
 */
async function showUnderWay(
  order: Order,
  forge: Pick<ChatForge, 'show'>,
  doing: Doing,
  over: AbortSignal,
): Promise<void> {
  try {
    const run = await doing.underWay(order, over);
    if (run !== null) await forge.show(run);
  } catch {
    // Nobody waits for it.
  }
}

/** Does the command begin a run? */
export function begins({ kind }: ChatCommand): boolean {
  return kind === 'forward' || kind === 'back' || kind === 'runs';
}

interface Asked {
  readonly said: Said;
  readonly comment: Comment;
  readonly author: Account;
  readonly begun: boolean;
}

interface Admitted {
  readonly environment: string;
  readonly person: string;
  readonly starter: string;
  readonly ruling: Ruling & { readonly rules: ChatRules };
  readonly thread: Thread;
}

async function admit(
  { said, comment, author, begun }: Asked,
  forge: ChatForge,
  doing: Doing,
): Promise<Result<Admitted>> {
  const found = await doing.environmentOf(said);
  if (!found.ok) return found;
  const environment = found.value ?? '';
  const ruling = await doing.policyOf(environment);
  if (ruling === null) return bad(noPolicy(environment));
  const [thread, starter] = await Promise.all([forge.thread(comment.issue), forge.starter()]);
  const { policy, rules } = ruling;
  const person = authorise({
    command: said.command,
    environment,
    author,
    starter,
    thread,
    policy,
    rules,
    teams: await memberships({ rules, said, policy, accounts: { author, starter } }, forge),
    // What has begun is judged by its own gates.
    window: begun ? { kind: 'open' } : ruling.window,
  });
  if (!person.ok) return person;
  return rules === null
    ? bad(noPolicy(environment))
    : ok({
        environment,
        person: person.value.id,
        starter: personOf(policy, starter)?.id ?? person.value.id,
        ruling: { ...ruling, rules },
        thread,
      });
}

interface Teams {
  readonly rules: ChatRules | null;
  readonly said: Said;
  readonly policy: Policy;
  readonly accounts: { readonly author: Account; readonly starter: Account };
}

/** Asks only for teams that could give the role; what the forge does not answer is not known, and counts for nothing. */
async function memberships(
  { rules, said, policy, accounts }: Teams,
  forge: Pick<ChatForge, 'isMember'>,
): Promise<ReadonlyMap<string, { readonly author: Membership; readonly starter: Membership }>> {
  const role = rules?.commands[said.command.name];
  if (rules === null || role === undefined) return new Map();
  const ask = async (team: string, account: Account): Promise<Membership> => {
    if (personOf(policy, account)?.roles.includes(role) !== false) return 'not';
    return forge.isMember(team, account).then(
      (member) => (member ? 'member' : 'not'),
      () => 'unknown',
    );
  };
  const giving = Object.entries(rules.teams).filter(([, roles]) => roles.includes(role));
  const asked = giving.map(async ([team]) => {
    const author = await ask(team, accounts.author);
    const same = accounts.author.id === accounts.starter.id;
    return [team, { author, starter: same ? author : await ask(team, accounts.starter) }] as const;
  });
  return new Map(await Promise.all(asked));
}

interface Bringing extends Asked, Pick<Admitted, 'environment' | 'ruling' | 'thread'> {}

/** The commit that is meant, and every reason against it. What has begun is not asked again: its run holds the commit. */
async function commitFor(
  { said, comment, environment, ruling, thread, begun }: Bringing,
  forge: ChatForge,
): Promise<Result<string>> {
  const { rules, policy } = ruling;
  const pinned = await pin({ environment, comment, thread, rules, named: valueFor(said, 'commit') }, forge);
  if (!pinned.ok || begun) return pinned;
  const problems = commitProblems(
    await lookAtCommit({ commit: pinned.value, environment, rules, policy, thread }, forge),
  );
  return problems.length === 0 ? pinned : bad(...problems);
}

interface CarriedOut {
  readonly handled: Handled;
  readonly standing: Standing;
}

/** Checks the commit out, checks that it is the one, does what was asked, and checks that the journal names the same. Never throws. */
async function carryOut(order: Order, doing: Doing): Promise<CarriedOut> {
  const { commit, run } = order;
  const failed = async (problems: readonly Problem[]): Promise<CarriedOut> => {
    const begun = await doing.begun(run).catch(() => true);
    if (!begun && !bySurprise(problems))
      return { handled: { kind: 'refused', problems }, standing: { kind: 'refused', problems } };
    return {
      handled: { kind: 'failed', problems },
      standing: { kind: 'failed', problems, again: begun ? `shiplock resume ${run}` : undefined },
    };
  };
  try {
    if (commit !== undefined) {
      const there = await doing.checkOut(commit);
      const same = there.ok ? sameCommit(commit, there.value) : there;
      if (!same.ok) return await failed(same.problems);
    }
    const done = await doing.act(order);
    const named = commit === undefined || done.commit === undefined ? ok(undefined) : sameCommit(commit, done.commit);
    if (!named.ok) return await failed(named.problems);
    return {
      handled: { kind: 'done', good: done.good, commit: done.commit },
      standing: {
        kind: 'ended',
        good: done.good,
        text: done.text,
        commit: done.commit ?? commit,
        ranAgain: order.starter === order.person ? undefined : order.starter,
      },
    };
  } catch (error) {
    return failed(problemsOf(error, `/${order.said.command.name}`));
  }
}

/** May something have been changed? What the product refuses, it refuses before that. */
function bySurprise(problems: readonly Problem[]): boolean {
  return problems.some(({ code }) => code.startsWith('internal.') || code === 'chat.unsure');
}

/** What was said must be what is there, and of now. */
function staleProblem(event: CommentEvent, comment: Comment, now: number): Problem | undefined {
  if (comment.body !== event.body || comment.edited) {
    return {
      code: 'chat.edited',
      where: `comment ${comment.id}`,
      found: 'a comment that was changed after it was written',
      expected: 'the comment as it was when it started this job',
      remedy: 'write a new comment; a changed one never counts',
    };
  }
  if (now - comment.createdAt <= OLDEST_MS) return undefined;
  return {
    code: 'chat.too-old',
    where: `comment ${comment.id}`,
    found: `a comment that was written ${Math.floor((now - comment.createdAt) / 60_000)} minutes ago`,
    expected: `at most ${OLDEST_MS / 60_000} minutes between a comment and its job`,
    remedy: 'look at what is so now, then write it again',
  };
}

function noPolicy(environment: string): Problem {
  return {
    code: 'chat.no-policy',
    where: environment === '' ? 'shiplock.yaml' : environment,
    found: 'no `people:` on the protected branch',
    expected: 'a policy: without one nobody can say who may do what',
    remedy: 'merge `people:` and `policy:` into the protected branch, or use the command line',
  };
}

function ignored(why: string): Handled {
  return { kind: 'ignored', why };
}

function firstLine(body: string): string {
  return body.trimStart().split(/\r\n|\n|\r/)[0] ?? '';
}
