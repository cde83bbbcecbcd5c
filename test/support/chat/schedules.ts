import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chatConfig } from '../../../src/chatops/config.ts';
import { type ChatForge, type Doing, handleComment } from '../../../src/chatops/index.ts';
import { checkOut } from '../../../src/cli/chat/checkout.ts';
import { ok } from '../../../src/model/problem.ts';
import { createExec, systemClock } from '../../../src/procedure/index.ts';
import { seeded } from '../../e2e/support/random.ts';
import { person, policy } from '../policy.ts';
import { COMMANDS } from './commands.ts';
import { ANNA, BEN, commentOf, EVE, NOON } from './fake-forge.ts';
import { git, openServer, type Server } from './server.ts';

/** What somebody with push rights, or without, does between a comment and its effect; and what was then laid out to be released. */

export const KINDS = [
  'push-after',
  'backdated',
  'force-and-back',
  'force-away',
  'push-at-checkout',
  'retarget',
  'edited',
  'deleted',
  'rerun-by-other',
  'started-by-other',
  'fork',
  'renamed',
  'tag-moved',
  'module-swap',
  'same-second',
  'no-record',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Schedule {
  readonly kind: Kind;
  readonly seed: number;
}

export interface Played {
  /** Commits that lay in the checkout when the effect came, with what the file there said. */
  readonly deployed: readonly { readonly head: string; readonly content: string; readonly module: string }[];
  /** Sentences that are not so. */
  readonly wrong: readonly string[];
  /** What others would have deployed, without a name for the commit; undefined: they refuse, or the schedule names the commit. */
  readonly peers: {
    readonly branchDeploy: 'right' | 'wrong' | 'refused' | 'not-asked';
    readonly dispatch: 'right' | 'wrong' | 'not-asked';
  };
}

const ENVIRONMENT = 'staging';
const people = [
  { ...person('anna', 'releaser'), account: ANNA.id },
  { ...person('ben', 'viewer'), account: BEN.id },
];

interface Setting {
  readonly server: Server;
  readonly truth: string;
  readonly evil: string;
  readonly evilOld: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly modules: ReadonlyMap<string, string>;
}

/** One schedule, from an empty server to what came of it. */
export async function play({ kind, seed }: Schedule): Promise<Played> {
  const random = seeded(seed);
  using server = openServer(ANNA);
  const setting = furnish(server, kind);
  const { truth } = setting;
  const named = kind !== 'no-record' && random() < 0.3;
  // Half of the moves come before the job begins: runners take their time.
  const at = random() < 0.5 ? 0 : 1 + Math.floor(random() * 8);
  const back = at + 1 + Math.floor(random() * 3);
  const body = named
    ? `/deploy ${ENVIRONMENT} --commit ${truth.slice(0, 12 + Math.floor(random() * 29))}`
    : `/deploy ${ENVIRONMENT}`;
  server.now = NOON;
  if (kind === 'same-second' && random() < 0.5) server.push('feature', setting.evil);
  server.comments.set(4711, commentOf(body));
  if (kind === 'same-second') server.push('feature', setting.evilOld);
  if (kind === 'started-by-other') server.starter = EVE;
  server.now = NOON + 2_000;

  let step = 0;
  let fetched = -1;
  const move = (): void => {
    if (step === at) attack(setting, kind, 'first');
    if (step === back) attack(setting, kind, 'second');
    step++;
    server.now += 500 + Math.floor(random() * 1_500);
  };
  move();
  const peers = named ? ({ branchDeploy: 'not-asked', dispatch: 'not-asked' } as const) : peersOf(setting, kind);

  const deployed: { head: string; content: string; module: string }[] = [];
  const begun = new Set<string>();
  const clone = server.clone();
  const doing: Doing = {
    commands: COMMANDS,
    job: undefined,
    now: () => server.now,
    help: () => '',
    begun: async (run) => begun.has(run),
    environmentOf: async () => ok(ENVIRONMENT),
    policyOf: async () => ({
      policy: policy(people),
      rules: chatConfig.parse({ commit: 'pinned', commitsFrom: 'any-branch', commands: { deploy: 'releaser' } }),
      window: { kind: 'open' },
    }),
    async checkOut(commit) {
      if (kind === 'push-at-checkout') attack(setting, kind, 'first');
      move();
      return checkOut({ exec: createExec(systemClock), baseDir: clone }, commit);
    },
    async act({ run }) {
      move();
      // A run that has begun is gone on with: it lays nothing out anew.
      if (begun.has(run)) return { good: true, text: '', commit: truth };
      begun.add(run);
      const read = (file: string): string => {
        try {
          return readFileSync(join(clone, file), 'utf8');
        } catch {
          return '';
        }
      };
      const head = git(clone, ['rev-parse', 'HEAD']);
      deployed.push({ head, content: read('content.txt'), module: read('module/content.txt') });
      return { good: true, text: '', commit: head };
    },
  };
  const event = { action: 'created', thread: 7, comment: 4711, body };
  const forge = watched(server.forge, (call) => {
    if (call === 'comment' && fetched < 0) fetched = step;
    move();
  });
  await handleComment(event, forge, doing);
  // The job is run again, by the same person and then by another, with the same event.
  await handleComment(event, forge, doing);
  server.job = 'job-2';
  server.starter = EVE;
  await handleComment(event, forge, doing);
  // Who wrote it may start the job themselves.
  server.starter = ANNA;
  if (kind !== 'started-by-other') await handleComment(event, forge, doing);
  return { deployed, peers, wrong: judge(setting, { kind, deployed, early: at <= fetched }) };
}

function furnish(server: Server, kind: Kind): Setting {
  const texts = new Map<string, string>();
  const modules = new Map<string, string>();
  const make = (text: string, parent?: string, date?: number, module?: string): string => {
    const id = server.commit({
      text,
      parent,
      ...(date === undefined ? {} : { date }),
      ...(module === undefined ? {} : { module }),
    });
    texts.set(id, text);
    if (module !== undefined) modules.set(id, module);
    return id;
  };
  const linked = kind === 'module-swap';
  const [good, bad] = linked
    ? [moduleCommit(server, 'good module'), moduleCommit(server, 'bad module')]
    : [undefined, undefined];
  if (good !== undefined) git(server.modules, ['update-ref', 'refs/heads/main', good]);
  const main = make('main');
  server.push('main', main);
  server.now += 10_000;
  const first = make('first', main, undefined, good);
  server.push('feature', first);
  server.now += 10_000;
  const truth = make('what people have seen', first, undefined, good);
  if (kind === 'no-record') {
    git(server.repository, ['update-ref', 'refs/heads/feature', truth]);
    server.pushes.splice(1);
  } else server.push('feature', truth);
  const old = Math.floor(NOON / 1000) - 86_400;
  const evil = make('evil', truth, Math.floor(NOON / 1000) + 60, bad);
  const evilOld = make('evil, but with an old date', truth, old, bad);
  const pull = { branch: 'feature', fork: kind === 'fork', author: BEN };
  server.threads.set(7, { number: 7, open: true, pull });
  // The server has the commits of forks too.
  server.git('update-ref', 'refs/pull/7/head', kind === 'fork' ? evil : truth);
  return { server, truth, evil, evilOld, texts, modules };
}

function moduleCommit(server: Server, text: string): string {
  return server.commit({ text }, server.modules);
}

function attack({ server, truth, evil, evilOld, modules }: Setting, kind: Kind, part: 'first' | 'second'): void {
  const comment = server.comments.get(4711);
  const push = (branch: string, commit: string | null): void => server.push(branch, commit);
  if (part === 'second') {
    if (kind === 'force-and-back') push('feature', truth);
    return;
  }
  switch (kind) {
    case 'push-after':
    case 'push-at-checkout':
      push('feature', evil);
      return;
    case 'backdated':
    case 'force-and-back':
      push('feature', evilOld);
      return;
    case 'force-away':
      push('feature', server.commit({ text: 'elsewhere', date: 1_000_000_000 }));
      return;
    case 'retarget':
      push('release', evilOld);
      push('main', evilOld);
      return;
    case 'edited':
      if (comment !== undefined) {
        server.comments.set(4711, { ...comment, body: `/deploy ${ENVIRONMENT} --commit ${evil}`, edited: true });
      }
      return;
    case 'deleted':
      server.comments.delete(4711);
      return;
    case 'renamed':
      push('feature', null);
      push('renamed', evilOld);
      server.threads.set(7, { number: 7, open: true, pull: { branch: 'renamed', fork: false, author: BEN } });
      return;
    case 'tag-moved':
      for (const name of [truth.slice(0, 12), truth, 'v1.0.0', 'HEAD', 'feature']) {
        server.git('update-ref', `refs/tags/${name}`, evil);
        if (name !== 'HEAD') server.git('update-ref', `refs/heads/${name === 'feature' ? 'feature2' : name}`, evil);
      }
      return;
    case 'module-swap': {
      const bad = modules.get(evil);
      if (bad !== undefined) git(server.modules, ['update-ref', 'refs/heads/main', bad]);
      push('feature', evilOld);
      return;
    }
    default:
      return;
  }
}

/** What must be so whatever was done. */
function judge(
  { truth, texts, modules }: Setting,
  { kind, deployed, early }: { readonly kind: Kind; readonly deployed: Played['deployed']; readonly early: boolean },
): readonly string[] {
  const wrong: string[] = [];
  if (deployed.length > 1) wrong.push(`deployed ${deployed.length} times`);
  for (const { head, content, module } of deployed) {
    if (head !== truth) wrong.push(`deployed ${texts.get(head) ?? head}`);
    if (content !== texts.get(truth)) wrong.push(`deployed files of ${content}`);
    if (module !== (modules.has(truth) ? 'good module' : '')) wrong.push(`deployed a module of ${module}`);
  }
  const never = kind === 'fork' || kind === 'started-by-other' || ((kind === 'edited' || kind === 'deleted') && early);
  if (never && deployed.length > 0) wrong.push(`deployed although: ${kind}`);
  return wrong;
}

/**
 * The commit that two known programs take for a comment that names none, when their job begins: the head of the pull request then. One of them
 * refuses a commit whose author date lies after the comment (github/branch-deploy, src/functions/commit-safety-checks.ts), the other asks
 * nothing (peter-evans/slash-command-dispatch, src/main.ts).
 */
function peersOf({ server, truth }: Setting, kind: Kind): Played['peers'] {
  const branch = server.threads.get(7)?.pull?.branch ?? '';
  const head = kind === 'fork' ? server.git('rev-parse', 'refs/pull/7/head') : server.tip(branch);
  if (head === null) return { branchDeploy: 'refused', dispatch: 'wrong' };
  const authored = Number(server.git('show', '-s', '--format=%at', head)) * 1000;
  const answer = head === truth ? 'right' : 'wrong';
  return { branchDeploy: authored > NOON ? 'refused' : answer, dispatch: answer };
}

function watched(forge: ChatForge, before: (call: keyof ChatForge) => void): ChatForge {
  const told =
    <A extends readonly unknown[], T>(name: keyof ChatForge, work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      before(name);
      return work(...args);
    };
  return {
    comment: told('comment', forge.comment),
    thread: told('thread', forge.thread),
    reviews: told('reviews', forge.reviews),
    checks: told('checks', forge.checks),
    defaultBranch: told('defaultBranch', forge.defaultBranch),
    commitNamed: told('commitNamed', forge.commitNamed),
    commitAt: told('commitAt', forge.commitAt),
    holds: told('holds', forge.holds),
    isMember: told('isMember', forge.isMember),
    starter: told('starter', forge.starter),
    claim: told('claim', forge.claim),
    react: told('react', forge.react),
    tell: told('tell', forge.tell),
  };
}
