import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chatConfig } from '../../../src/chatops/config.ts';
import { type ChatForge, type CommentEvent, type Doing, handleComment, markOf } from '../../../src/chatops/index.ts';
import { checkOut } from '../../../src/cli/chat/checkout.ts';
import { chatForge } from '../../../src/cli/chat/forge.ts';
import { ok } from '../../../src/model/problem.ts';
import { createExec, systemClock } from '../../../src/procedure/index.ts';
import { seeded } from '../../e2e/support/random.ts';
import { person, policy } from '../policy.ts';
import { COMMANDS } from './commands.ts';
import { BEFORE, type Content, type Forges, git, type Place } from './place.ts';

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
/** 2030, seconds: after every comment of a sweep. */
const AFTER = 1_893_456_000;

interface Setting {
  readonly place: Place;
  readonly kind: Kind;
  readonly thread: number;
  readonly truth: string;
  readonly evil: string;
  readonly evilOld: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly modules: ReadonlyMap<string, string>;
}

/** One schedule, in a repository of its own, from its first commit to what came of it. */
export async function play({ kind, seed }: Schedule, forges: Forges): Promise<Played> {
  const random = seeded(seed);
  const place = await forges.place();
  const { clock } = place;
  const setting = await furnish(place, kind);
  const { truth, thread } = setting;
  const named = kind !== 'no-record' && random() < 0.3;
  // Half of the moves come before the job begins: runners take their time.
  const at = random() < 0.5 ? 0 : 1 + Math.floor(random() * 8);
  const back = at + 1 + Math.floor(random() * 3);
  const body = named
    ? `/deploy ${ENVIRONMENT} --commit ${truth.slice(0, 12 + Math.floor(random() * 29))}`
    : `/deploy ${ENVIRONMENT}`;
  clock.set(Math.ceil(clock.now() / 1000) * 1000 + 10_000);
  const noon = clock.now();
  if (kind === 'same-second' && random() < 0.5) await place.push('feature', setting.evil);
  const event = await place.comment(thread, body);
  if (kind === 'same-second') await place.push('feature', setting.evilOld);
  clock.set(noon + 2_000);

  let step = 0;
  let fetched = -1;
  const move = async (): Promise<void> => {
    if (step === at) await attack(setting, event, 'first');
    if (step === back) await attack(setting, event, 'second');
    step++;
    clock.pass(500 + Math.floor(random() * 1_500));
  };
  await move();
  const peers = named ? ({ branchDeploy: 'not-asked', dispatch: 'not-asked' } as const) : peersOf(setting, noon);

  const clone = place.clone();
  const exec = createExec(systemClock);
  const deployed: { head: string; content: string; module: string }[] = [];
  const doing = doingIn({ clone, deployed, move, setting, event, exec });
  /** The job of the comment: number and who starts it. */
  const job = async (number: number, startedBy: string): Promise<void> => {
    const forge = chatForge(
      place.forge(),
      { exec, baseDir: clone },
      { claimant: `run ${number}`, startedBy, url: 'https://forge.example/1' },
    );
    const watching = watched(forge, async (call) => {
      if (call === 'comment' && fetched < 0) fetched = step;
      await move();
    });
    await handleComment(event, watching, doing);
  };
  const starter = kind === 'started-by-other' ? 'eve' : 'ann';
  await job(1, starter);
  // The job is run again, by the same person and then by another, and another job has the same event.
  await job(1, starter);
  await job(2, 'eve');
  // Who wrote it may start the job themselves.
  if (kind !== 'started-by-other') await job(2, 'ann');
  return {
    deployed,
    peers,
    wrong: [...judge(setting, { kind, deployed, early: at <= fetched }), ...toldWrong(setting, event, deployed)],
  };
}

interface Scene {
  readonly clone: string;
  readonly deployed: { head: string; content: string; module: string }[];
  readonly move: () => Promise<void>;
  readonly setting: Setting;
  readonly event: CommentEvent;
  readonly exec: ReturnType<typeof createExec>;
}

/** Lays the checkout out where a release would begin, and remembers it as a journal does. */
function doingIn({ clone, deployed, move, setting, event, exec }: Scene): Doing {
  const { place, kind } = setting;
  const { ann, ben } = place.world;
  const people = [
    { ...person('anna', 'releaser'), account: ann.id },
    { ...person('ben', 'viewer'), account: ben.id },
  ];
  const begun = new Map<string, string>();
  return {
    commands: COMMANDS,
    job: undefined,
    now: () => place.clock.now(),
    help: () => '',
    begun: async (run) => begun.has(run),
    held: async (_, run) => begun.get(run),
    environmentOf: async () => ok(ENVIRONMENT),
    policyOf: async () => ({
      policy: policy(people),
      rules: chatConfig.parse({ commit: 'pinned', commitsFrom: 'any-branch', commands: { deploy: 'releaser' } }),
      window: { kind: 'open' },
    }),
    async checkOut(commit) {
      if (kind === 'push-at-checkout') await attack(setting, event, 'first');
      await move();
      return checkOut({ exec, baseDir: clone }, commit);
    },
    async act({ run }) {
      await move();
      const before = begun.get(run);
      // A run that has begun is gone on with: it lays nothing out anew.
      if (before !== undefined) return { good: true, text: '', commit: before };
      const read = (file: string): string => {
        try {
          return readFileSync(join(clone, file), 'utf8');
        } catch {
          return '';
        }
      };
      const head = git(clone, ['rev-parse', 'HEAD']);
      begun.set(run, head);
      deployed.push({ head, content: read('content.txt'), module: read('module/content.txt') });
      return { good: true, text: '', commit: head };
    },
    underWay: async () => null,
    async shown({ run }) {
      const commit = begun.get(run);
      return commit === undefined
        ? null
        : { run, environment: ENVIRONMENT, commit, state: 'good', sentence: 'it serves' };
    },
  };
}

async function furnish(place: Place, kind: Kind): Promise<Setting> {
  const texts = new Map<string, string>();
  const modules = new Map<string, string>();
  const { clock, repository } = place;
  const make = (text: string, content: Omit<Content, 'text'> = {}): string => {
    const id = place.commit({ text, ...content });
    texts.set(id, text);
    if (content.module !== undefined) modules.set(id, content.module);
    return id;
  };
  const linked = kind === 'module-swap';
  const [good, bad] = linked ? ['good module', 'bad module'].map(place.moduleCommit) : [];
  if (good !== undefined) git(place.modules, ['update-ref', 'refs/heads/main', good]);
  const [asItWas, swapped] = [good, bad].map((module) => (module === undefined ? {} : { module }));
  const main = make('main');
  await place.push('main', main);
  clock.pass(10_000);
  const first = make('first', { parent: main, ...asItWas });
  await place.push('feature', first);
  const thread = await place.pull('feature', kind === 'fork');
  clock.pass(10_000);
  const truth = make('what people have seen', { parent: first, ...asItWas });
  if (kind === 'no-record') {
    place.git('update-ref', 'refs/heads/feature', truth);
  } else await place.push('feature', truth);
  const evil = make('evil', { parent: truth, date: AFTER, ...swapped });
  const evilOld = make('evil, but with an old date', { parent: truth, date: BEFORE, ...swapped });
  // The server has the commits of forks too.
  place.git('update-ref', `refs/pull/${thread}/head`, kind === 'fork' ? evil : truth);
  const pull = repository.issues.get(thread)?.pull;
  if (kind === 'fork' && pull != null) pull.headSha = evil;
  return { place, kind, thread, truth, evil, evilOld, texts, modules };
}

async function attack(
  { place, thread, kind, truth, evil, evilOld, modules }: Setting,
  { comment }: CommentEvent,
  part: 'first' | 'second',
): Promise<void> {
  const { world, path, repository } = place;
  const ann = world.tokenOf(world.ann);
  if (part === 'second') {
    if (kind === 'force-and-back') await place.push('feature', truth);
    return;
  }
  switch (kind) {
    case 'push-after':
    case 'push-at-checkout':
      return place.push('feature', evil);
    case 'backdated':
    case 'force-and-back':
      return place.push('feature', evilOld);
    case 'force-away':
      return place.push('feature', place.commit({ text: 'elsewhere', date: 1_000_000_000 }));
    case 'retarget':
      await place.push('release', evilOld);
      await place.push('main', evilOld);
      await world.call(ann, 'PATCH', `${path}/pulls/${thread}`, { base: 'release' });
      return;
    case 'edited': {
      const body = `/deploy ${ENVIRONMENT} --commit ${evil}`;
      await world.call(ann, 'PATCH', `${path}/issues/comments/${comment}`, { body });
      return;
    }
    case 'deleted':
      await world.call(ann, 'DELETE', `${path}/issues/comments/${comment}`);
      return;
    case 'renamed': {
      // The forge renames the branch of the pull request along.
      const pull = repository.issues.get(thread)?.pull;
      if (pull != null) pull.headBranch = 'renamed';
      await place.push('feature', null);
      return place.push('renamed', evilOld);
    }
    case 'tag-moved':
      // A name of 40 hexadecimal digits is refused by GitHub itself (GH002).
      for (const name of [truth.slice(0, 12), truth.slice(0, 39), 'v1.0.0', 'HEAD', 'feature']) {
        place.git('update-ref', `refs/tags/${name}`, evil);
        if (name !== 'HEAD') place.git('update-ref', `refs/heads/${name === 'feature' ? 'feature2' : name}`, evil);
      }
      return;
    case 'module-swap': {
      const bad = modules.get(evil);
      if (bad !== undefined) git(place.modules, ['update-ref', 'refs/heads/main', bad]);
      return place.push('feature', evilOld);
    }
    default:
      return;
  }
}

/** What the forge shows must be what was done: one deployment for each, one comment of ours, and it is true. */
function toldWrong(
  { place, truth }: Setting,
  { comment }: CommentEvent,
  deployed: Played['deployed'],
): readonly string[] {
  const wrong: string[] = [];
  const { deployments, comments } = place.repository;
  if (deployments.length !== deployed.length) wrong.push(`${deployments.length} deployments are shown`);
  if (deployments.some(({ sha, statuses }) => sha !== truth || statuses.at(-1)?.state !== 'success'))
    wrong.push('another deployment is shown');
  const told = [...comments.values()].filter(({ body }) => body.includes(markOf(comment)));
  if (told.length > 1) wrong.push(`${told.length} comments tell of it`);
  const says = told.some(({ body }) => body.startsWith('✅') && body.includes(truth));
  if (says !== deployed.length > 0) wrong.push(`the comment says ${told[0]?.body.slice(0, 40) ?? 'nothing'}`);
  return wrong;
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
function peersOf({ place, thread, truth, kind }: Setting, noon: number): Played['peers'] {
  const branch = place.repository.issues.get(thread)?.pull?.headBranch ?? '';
  const head = kind === 'fork' ? place.git('rev-parse', `refs/pull/${thread}/head`) : place.tip(branch);
  if (head === null) return { branchDeploy: 'refused', dispatch: 'wrong' };
  const authored = Number(place.git('show', '-s', '--format=%at', head)) * 1000;
  const answer = head === truth ? 'right' : 'wrong';
  return { branchDeploy: authored > noon ? 'refused' : answer, dispatch: answer };
}

function watched(forge: ChatForge, before: (call: keyof ChatForge) => Promise<void>): ChatForge {
  const told =
    <A extends readonly unknown[], T>(name: keyof ChatForge, work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      await before(name);
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
    show: told('show', forge.show),
    end: told('end', forge.end),
  };
}
