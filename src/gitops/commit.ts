import { z } from 'zod';
import type { Effect } from '../model/effect.ts';
import type { Exec } from '../model/ports.ts';
import { type Problem, ProblemError, unwrap } from '../model/problem.ts';
import { step } from '../procedure/build.ts';
import type { DecideContext, Step } from '../procedure/tree.ts';
import { type Edited, newFile, readScalar, setScalar } from './edit.ts';
import { git, locate } from './git.ts';
import { fetchArgs, type Head, type Place, readHead, TRAILERS } from './head.ts';

export interface GitopsPlace {
  /** Path or address of the repository that names what serves. */
  readonly repository: string;
  readonly branch: string;
  /** YAML file inside the repository. */
  readonly file: string;
  /** Keys joined by dots. */
  readonly path: string;
  /** Directory for a small bare repository of our own. */
  readonly workDir: string;
  /** What relative paths are taken from; default the current directory. */
  readonly baseDir?: string;
}

export interface GitopsCommitOptions extends GitopsPlace {
  /** Node id; tells two commits of one procedure apart. */
  readonly id: string;
  /** The value git shall name: the version. */
  readonly value: string;
  readonly service: string;
  readonly environment: string;
  /** First line of the commit message; default `<service> in <environment>: <value>`. */
  readonly message?: string;
  readonly author: { readonly name: string; readonly email: string };
  /** Part of a way back: runs even while a stop was asked for. */
  readonly urgent?: boolean;
}

export interface GitopsFacts extends Head {
  /** Seconds since 1970: date of the commit. */
  readonly time: number;
}

const outputsSchema = z.strictObject({
  /** Commit that names the value. */
  commit: z.string(),
  /** What it named before; null for a new file. */
  before: z.union([z.string(), z.number(), z.boolean()]).nullable(),
  changed: z.boolean(),
});
export type GitopsOutputs = Readonly<z.infer<typeof outputsSchema>>;

/**
 * Makes git name a version: one commit that changes one value, pushed as a plain fast-forward. That push is the compare-and-swap:
 * when somebody was quicker it is rejected, and the next attempt reads and edits the new head. Nothing is merged, nothing forced.
 */
export function gitopsCommitNode(options: GitopsCommitOptions): Step<GitopsFacts, GitopsOutputs> {
  const place = placeOf(options);
  const where = `${options.repository} ${options.branch}:${options.file}`;
  return step<GitopsFacts, GitopsOutputs>({
    id: options.id,
    title: `Make git name ${options.value} for ${options.environment}`,
    inputs: {
      repository: options.repository,
      branch: options.branch,
      file: options.file,
      path: options.path,
      value: options.value,
    },
    read: async (ctx) => ({
      ...(await readHead(place, ctx.exec, ctx.signal)),
      time: Math.floor(ctx.clock.now() / 1000),
    }),
    decide: (facts, ctx) => {
      const newer = newerHolder(facts, options, ctx, where);
      if (newer !== undefined) return { kind: 'refuse', problems: [newer] };
      const edited = edit(facts, options, where);
      if (!edited.ok) return { kind: 'refuse', problems: edited.problems };
      if (!edited.value.changed) return { kind: 'nothing', why: `git names ${options.value} already` };
      return {
        kind: 'do',
        effects: commitEffects(options, place, facts, edited.value, ctx),
        why: `${options.file} ${options.path}: ${edited.value.before ?? 'nothing'} → ${options.value}`,
      };
    },
    outputs: outputsSchema,
    collect: (results, facts, ctx) => {
      const made = results.map((result) => (result.kind === 'exec' ? result.stdout.trim() : '')).find(isCommit);
      // After a crash the probe may have found our push without its results.
      const commit = made ?? facts.ours.find((one) => one.run === ctx.run && one.node === options.id)?.commit;
      return { ...beforeOf(facts, options, where), commit: commit ?? facts.base ?? '', changed: commit !== undefined };
    },
    planned: (facts) => ({ ...beforeOf(facts, options, where), commit: `<${options.id}.commit>`, changed: true }),
    probe: async (ctx) => {
      const head = await readHead(place, ctx.exec, ctx.signal);
      const ours = head.ours.some((commit) => commit.run === ctx.run && commit.node === options.id);
      return ours || named(head, options) === options.value ? 'applied' : 'not-applied';
    },
    verify: async (ctx) => {
      const head = await readHead(place, ctx.exec, ctx.signal);
      const value = named(head, options);
      return value === options.value ? [] : [superseded(where, options, value)];
    },
    retry: { attempts: 6, delayMs: 300 },
    timeoutMs: 180_000,
    urgent: options.urgent ?? false,
  });
}

/** What git names now; `value` null when the branch, the file or the key does not exist. Only looks. */
export async function observeGitops(
  options: GitopsPlace,
  exec: Exec,
  signal?: AbortSignal,
): Promise<{ readonly commit: string | null; readonly value: string | null }> {
  const head = await readHead(placeOf(options), exec, signal);
  return { commit: head.base, value: named(head, options) };
}

function placeOf(options: GitopsPlace): Place {
  const { branch, file } = options;
  const location = unwrap(locate(options.repository, options.workDir, options.baseDir ?? process.cwd()));
  const parts = file.split('/');
  if (
    file === '' ||
    /["\\\p{Cc}]/u.test(file) ||
    parts.some((part) => ['', '.', '..', '.git'].includes(part.toLowerCase()))
  ) {
    throw new ProblemError({
      code: 'gitops.file',
      where: 'gitops.file',
      found: JSON.stringify(file),
      expected: 'a path inside the repository, such as apps/certkeeper/production.yaml',
      remedy: 'mend `gitops.file`',
    });
  }
  return { location, branch, file };
}

function edit(facts: Head, options: GitopsCommitOptions, where: string): ReturnType<typeof setScalar> {
  if (facts.file !== null) return setScalar(facts.file.text, options.path, options.value, where);
  const created: Edited = { text: newFile(options.path, options.value), before: null, changed: true };
  return { ok: true, value: created };
}

function named(head: Head, options: GitopsPlace): string | null {
  if (head.file === null) return null;
  const value = readScalar(head.file.text, options.path, options.file);
  return value.ok && value.value !== null ? String(value.value) : null;
}

function beforeOf(facts: Head, options: GitopsCommitOptions, where: string): Pick<GitopsOutputs, 'before'> {
  const edited = edit(facts, options, where);
  return { before: edited.ok ? edited.value.before : null };
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text);
}

/** Pure: the commands that make the commit and push it. All data of the commit is given, so its id is the same every time. */
export function commitEffects(
  options: GitopsCommitOptions,
  place: Place,
  facts: GitopsFacts,
  edited: Edited,
  ctx: Pick<DecideContext, 'run' | 'fence'>,
): readonly Effect[] {
  const { cache, address } = place.location;
  const common = { kind: 'exec' as const, resource: `git:${options.repository}`, timeoutMs: 60_000 };
  const next = `refs/shiplock/next-${options.id}`;
  const fetch: readonly Effect[] =
    facts.base === null
      ? []
      : [{ ...common, argv: git(cache, ...fetchArgs(place.location, place.branch)), why: 'the commit to build on' }];
  return [
    {
      ...common,
      argv: ['git', 'init', '--quiet', '--bare', cache],
      why: 'a repository of our own to make the commit in',
    },
    ...fetch,
    {
      ...common,
      argv: git(cache, 'fast-import', '--quiet', '--force', '--date-format=raw'),
      stdin: importStream(options, next, facts, edited, ctx),
      why: `one commit that changes ${options.path} in ${options.file}`,
    },
    {
      ...common,
      argv: git(cache, 'push', '--quiet', '--no-verify', address, `${next}:refs/heads/${place.branch}`),
      why: 'a plain fast-forward: rejected when somebody was quicker, then read and edited again',
    },
  ];
}

/** The commit in git's fast-import language; ends by asking for its id. */
function importStream(
  options: GitopsCommitOptions,
  ref: string,
  facts: GitopsFacts,
  edited: Edited,
  ctx: Pick<DecideContext, 'run' | 'fence'>,
): string {
  const who = `${clean(options.author.name)} <${clean(options.author.email)}> ${facts.time} +0000`;
  const { service, environment, value } = options;
  const subject = options.message ?? `${service} in ${environment}: ${value}`;
  const trailers = [
    `${TRAILERS.release}: ${service} ${value}`,
    `${TRAILERS.environment}: ${environment}`,
    `${TRAILERS.run}: ${ctx.run}`,
    `${TRAILERS.node}: ${options.id}`,
    `${TRAILERS.fence}: ${ctx.fence}`,
  ];
  const message = `${subject.replace(/\s*\n\s*/g, ' ').trim()}\n\nBefore: ${edited.before ?? 'nothing'}\n\n${trailers.join('\n')}\n`;
  return [
    'feature done\n',
    `commit ${ref}\nmark :1\nauthor ${who}\ncommitter ${who}\n`,
    data(message),
    facts.base === null ? '' : `from ${facts.base}\n`,
    `M ${facts.file?.mode ?? '100644'} inline ${options.file}\n`,
    data(edited.text),
    '\nget-mark :1\ndone\n',
  ].join('');
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

function clean(text: string): string {
  return text.replace(/[<>\p{Cc}]/gu, '').trim();
}

/** A newer run of the same environment has written already: this one has lost its lease. */
function newerHolder(
  facts: Head,
  options: GitopsCommitOptions,
  ctx: Pick<DecideContext, 'mode' | 'fence'>,
  where: string,
): Problem | undefined {
  if (ctx.mode === 'plan') return undefined;
  const newer = facts.ours.find((one) => one.environment === options.environment && one.fence > ctx.fence);
  if (newer === undefined) return undefined;
  return {
    code: 'gitops.newer-holder',
    where,
    found: `commit ${newer.commit.slice(0, 12)} of run ${newer.run} under fence ${newer.fence}`,
    expected: `no fence above our own, ${ctx.fence}`,
    remedy:
      'a newer run holds the environment: look at it with `shiplock status`; if the state directory was lost, restore it, since its lease record holds the fence',
  };
}

function superseded(where: string, options: GitopsCommitOptions, value: string | null): Problem {
  return {
    code: 'gitops.superseded',
    where,
    found: value === null ? 'no value' : `the value ${value}`,
    expected: options.value,
    remedy: 'somebody else pushed another value meanwhile: find out who with `git log`, then release again',
  };
}
