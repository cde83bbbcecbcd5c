import { z } from 'zod';
import type { Effect, EffectResult } from '../model/effect.ts';
import { type Problem, ProblemError, unwrap } from '../model/problem.ts';
import { step } from '../procedure/build.ts';
import { programBeside } from '../procedure/machine/beside.ts';
import type { DecideContext, Decision, ReadContext, Step } from '../procedure/tree.ts';
import type { FileEdit, Head, OurCommit } from './commit/derive.ts';
import { messageOf } from './commit/message.ts';
import { checkFile, type Place, placeOf } from './commit/place.ts';
import { REFUSED, type ValuesAnswer, type ValuesRequest, valuesAnswerSchema } from './commit/request.ts';
import { type Change, deriveValues, valueAt } from './commit/values.ts';
import { type GitopsPlace, lookInto } from './observe.ts';

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
  /** Who asked for it; a trailer of the commit. */
  readonly actor?: string;
  /** What the analysis said of the version, from recorded outputs; a trailer of the commit. */
  readonly verdict?: (ctx: DecideContext) => string | undefined;
  /** OpenSSH key that signs the commit. */
  readonly signingKey?: string | null;
  /** Further values of the same commit, in this file or in others. */
  readonly also?: readonly { readonly file: string; readonly path: string; readonly value: string }[];
  /** When the file does not exist: make it with the one value in it (default), or refuse. */
  readonly missingFile?: 'make' | 'refuse';
  /** Part of a way back: runs even while a stop was asked for, and changes what somebody else wrote meanwhile. */
  readonly urgent?: boolean;
  /**
   * One of several rounds, each of which ends with a look at git: an earlier round's commit does not count, only what stands there, and what somebody else
   * writes right after it is left to that look.
   */
  readonly repeats?: boolean;
  /** False: what is written is no version, so the trailers name no release. */
  readonly ofRelease?: boolean;
  /** False: somebody else brings the value in (a pull request); the step only takes the commit that has it, and refuses where none has. */
  readonly pushes?: boolean;
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

const COMMIT_MS = 150_000;
const EFFECT_MS = 170_000;
export const STEP_MS = 240_000;

/**
 * Makes git name a version: one commit that changes one value (and what `also` lists), pushed as a plain fast-forward. That push is the
 * compare-and-swap: when somebody was quicker the edit is derived anew from the new head. Nothing is merged, nothing forced.
 */
export function gitopsCommitNode(options: GitopsCommitOptions): Step<GitopsFacts, GitopsOutputs> {
  const place = unwrap(placeOf(options));
  const changes = changesOf(options);
  const files = [...new Set(changes.map(({ file }) => file))];
  const look = ({ exec, signal, clock }: Pick<ReadContext, 'exec' | 'signal' | 'clock'>): Promise<Head> =>
    lookInto(place, files, options.environment, { exec, signal, clock });
  return step<GitopsFacts, GitopsOutputs>({
    id: options.id,
    title: `Make git name ${options.value} for ${options.environment}`,
    inputs: {
      repository: options.repository,
      branch: options.branch,
      file: options.file,
      path: options.path,
      value: options.value,
      ...(options.also === undefined ? {} : { also: options.also.map((one) => ({ ...one })) }),
      ...(options.pushes === false ? { pushes: false } : {}),
    },
    version: 2,
    read: async (ctx) => ({ ...(await look(ctx)), time: Math.floor(ctx.clock.now() / 1000) }),
    decide: (facts, ctx) => {
      const own = ownIn(facts, options, ctx);
      if (own !== undefined) return { kind: 'nothing', why: `commit ${own.commit.slice(0, 12)} of this run did it` };
      const derived = derivation(options, changes, place, ctx)(facts);
      switch (derived.kind) {
        case 'refuse':
          return { kind: 'refuse', problems: derived.problems };
        case 'nothing':
          return { kind: 'nothing', why: derived.why };
        case 'conflict':
          return { kind: 'nothing', why: 'no value was read before this one' };
        case 'edit': {
          if (options.pushes === false) {
            const [change = options] = changes;
            return { kind: 'refuse', problems: [superseded(place, change, valueAtHead(facts, options))] };
          }
          return commitDecision(options, changes, derived.edits, { facts, ctx });
        }
      }
    },
    outputs: outputsSchema,
    collect: (results, facts, ctx) => {
      const answer = answerIn(results);
      const made = answer !== undefined && 'commit' in answer ? answer.commit : ownIn(facts, options, ctx)?.commit;
      const there = answer?.kind === 'nothing' ? answer.base : facts.base;
      return { before: valueAtHead(facts, options), commit: made ?? there ?? '', changed: made !== undefined };
    },
    planned: (facts) => ({ before: valueAtHead(facts, options), commit: `<${options.id}.commit>`, changed: true }),
    probe: async (ctx) => {
      const head = await look(ctx);
      const there = changes.every(({ file, path, value }) => valueAt(head.files[file] ?? null, path) === value);
      return ownIn(head, options, ctx) !== undefined || there ? 'applied' : 'not-applied';
    },
    verify: async (ctx) => {
      if (options.repeats === true) return [];
      const head = await look(ctx);
      return changes.flatMap((change) => {
        const value = valueAt(head.files[change.file] ?? null, change.path);
        return value === change.value ? [] : [superseded(place, change, value)];
      });
    },
    timeoutMs: STEP_MS,
    urgent: options.urgent ?? false,
  });
}

/** Pure: the one effect that commits and pushes. */
export function commitDecision(
  options: GitopsCommitOptions,
  changes: readonly Change[],
  edits: readonly FileEdit[],
  { facts, ctx }: { readonly facts: GitopsFacts; readonly ctx: DecideContext },
): Extract<Decision, { kind: 'do' }> {
  const why = edits
    .flatMap(({ file, values }) => values.map(({ path, before, after }) => `${file} ${path}: ${before} → ${after}`))
    .join('; ');
  const effect: Effect = {
    kind: 'exec',
    argv: commitCommand(),
    stdin: JSON.stringify(requestOf(options, changes, facts, ctx)),
    okExitCodes: [0, REFUSED],
    resource: `git:${options.repository}`,
    timeoutMs: EFFECT_MS,
    why: `one commit on ${options.branch}, pushed as a plain fast-forward: ${why}`,
  };
  return { kind: 'do', effects: [effect], why };
}

/** `commit-main` beside this module, run by this Node: starts without the rest of the program. */
function commitCommand(): readonly string[] {
  return programBeside(import.meta.url, 'commit-main');
}

type PureContext = Pick<DecideContext, 'run' | 'fence' | 'mode'>;

/** A change of files on a commit, for somebody who makes the commit elsewhere. */
export interface GitopsChange {
  /** Commit that it is made on. */
  readonly base: string;
  readonly headline: string;
  readonly body: string;
  readonly trailers: readonly string[];
  readonly files: readonly { readonly path: string; readonly content: string }[];
}

/** What the step would commit now; null when git says so already. Only looks. */
export async function gitopsChange(options: GitopsCommitOptions, ctx: ReadContext): Promise<GitopsChange | null> {
  const place = unwrap(placeOf(options));
  const changes = changesOf(options);
  const files = [...new Set(changes.map(({ file }) => file))];
  const head = await lookInto(place, files, options.environment, ctx);
  const derived = derivation(options, changes, place, ctx)(head);
  if (derived.kind === 'refuse') throw new ProblemError(derived.problems);
  if (derived.kind !== 'edit') return null;
  if (head.base === null) throw new ProblemError(emptyRepository(place));
  const { service, environment, value: version, id: node, actor, message } = options;
  const origin = { service, environment, version, run: ctx.run, node, fence: ctx.fence, actor };
  const [headline = '', body = '', trailers = ''] = messageOf(origin, derived.edits, message).trimEnd().split('\n\n');
  return {
    base: head.base,
    headline,
    body,
    trailers: trailers.split('\n'),
    files: derived.edits.map(({ file, text }) => ({ path: file, content: text })),
  };
}

function emptyRepository({ location, branch }: Place): Problem {
  return {
    code: 'gitops.no-branch',
    where: `${location.address} ${branch}`,
    found: 'a repository without a commit',
    expected: 'a branch that a pull request can be made to',
    remedy: `push a first commit to ${branch}`,
  };
}

function changesOf(options: GitopsCommitOptions): readonly Change[] {
  return [options, ...(options.also ?? [])].map(({ file, path, value }) => ({ file: checkFile(file), path, value }));
}

function derivation(options: GitopsCommitOptions, changes: readonly Change[], place: Place, ctx: PureContext) {
  return deriveValues({
    // A plan has no fence yet.
    origin: { ...options, fence: ctx.mode === 'plan' ? Number.MAX_SAFE_INTEGER : ctx.fence },
    changes,
    missingFile: options.missingFile ?? 'make',
    othersValue: 'change',
    where: `${options.repository} ${place.branch}`,
  });
}

/** Pure: what the effect is given. From here on another value than the one that was read is a conflict, but on a way back. */
export function requestOf(
  options: GitopsCommitOptions,
  changes: readonly Change[],
  facts: GitopsFacts,
  ctx: DecideContext,
): ValuesRequest {
  const { service, environment, value: version, id: node, actor, message, signingKey } = options;
  const verdict = options.verdict?.(ctx);
  return {
    repository: options.repository,
    branch: options.branch,
    workDir: options.workDir,
    baseDir: options.baseDir ?? process.cwd(),
    changes: changes.map((change) => ({ ...change, read: valueAt(facts.files[change.file] ?? null, change.path) })),
    readAt: facts.base,
    missingFile: options.missingFile ?? 'make',
    othersValue: options.urgent === true ? 'change' : 'conflict',
    ...(options.repeats === true ? { repeats: true } : {}),
    origin: {
      ...{ service, environment, run: ctx.run, node, fence: ctx.fence },
      ...(options.ofRelease === false ? {} : { version }),
      ...(actor === undefined ? {} : { actor }),
      ...(verdict === undefined ? {} : { verdict }),
    },
    author: options.author,
    time: facts.time,
    ...(message === undefined ? {} : { subject: message }),
    ...(signingKey === undefined || signingKey === null ? {} : { signingKey }),
    deadlineMs: COMMIT_MS,
  };
}

/** What the effect answered; its problems are thrown, so that the step fails with them. Undefined when nothing was done. */
export function answerIn(results: readonly EffectResult[]): Exclude<ValuesAnswer, { kind: 'problems' }> | undefined {
  const [result] = results;
  if (result?.kind !== 'exec') return undefined;
  const parsed: unknown = JSON.parse(result.stdout);
  const answer = valuesAnswerSchema.parse(parsed);
  if (answer.kind === 'problems') throw new ProblemError(answer.problems);
  return answer;
}

export function ownIn(
  head: Head,
  { id, repeats }: Pick<GitopsCommitOptions, 'id' | 'repeats'>,
  { run }: { readonly run: string },
): OurCommit | undefined {
  if (repeats === true) return undefined;
  return head.ours.find((one) => one.run === run && one.node === id);
}

function valueAtHead(facts: Head, { file, path }: GitopsPlace): string | null {
  return valueAt(facts.files[file] ?? null, path);
}

function superseded({ location, branch }: Place, change: Change, value: string | null): Problem {
  return {
    code: 'gitops.superseded',
    where: `${location.address} ${branch}:${change.file}`,
    found: value === null ? 'no value' : `the value ${value}`,
    expected: change.value,
    remedy: 'somebody else pushed another value meanwhile: find out who with `git log`, then release again',
  };
}
