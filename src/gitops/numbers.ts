import { z } from 'zod';
import { type Problem, ProblemError, unwrap } from '../model/problem.ts';
import { step } from '../procedure/build.ts';
import type { DecideContext, ReadContext, Step } from '../procedure/tree.ts';
import type { Head } from './commit/derive.ts';
import { checkFile, placeOf } from './commit/place.ts';
import { deriveValues, valueAt } from './commit/values.ts';
import { answerIn, commitDecision, type GitopsCommitOptions, type GitopsFacts, ownIn, STEP_MS } from './commit.ts';
import { readScalar } from './edit.ts';
import { lookInto } from './observe.ts';

/** Numbers in git beside the version, such as how many pods are wanted: one commit, known only in the run. */

/** A place in a file, and what shall stand there. */
export interface NumberChange {
  readonly path: string;
  readonly value: number;
  /** What stood there when it was decided. Another number by then is somebody else's. */
  readonly replaces: number;
}

export interface GitopsNumbersOptions
  extends Omit<GitopsCommitOptions, 'value' | 'also' | 'path' | 'message' | 'ofRelease' | 'pushes' | 'missingFile'> {
  readonly title: string;
  /** First line of the commit message. */
  readonly message: (changes: readonly NumberChange[]) => string;
  /** Pure, from recorded outputs. */
  readonly changes: (ctx: Pick<DecideContext, 'outputOf'>) => readonly NumberChange[];
  /** Numbers that somebody else wrote meanwhile: they stay, and nothing is done (a way back), or it is refused. */
  readonly others: 'stay' | 'refuse';
}

const outputsSchema = z.strictObject({
  /** Commit at which git has them: ours, or the head where nothing was to be done. */
  commit: z.string(),
  changed: z.boolean(),
});
export type GitopsNumbersOutputs = Readonly<z.infer<typeof outputsSchema>>;

/** Makes git name these numbers: one commit, pushed as a plain fast-forward, as of the version. */
export function gitopsNumbersNode(options: GitopsNumbersOptions): Step<GitopsFacts, GitopsNumbersOutputs> {
  const place = unwrap(placeOf(options));
  const file = checkFile(options.file);
  const where = `${options.repository} ${place.branch}:${file}`;
  const look = (ctx: Pick<ReadContext, 'exec' | 'signal' | 'clock'>): Promise<Head> =>
    lookInto(place, [file], options.environment, ctx);
  return step<GitopsFacts, GitopsNumbersOutputs>({
    id: options.id,
    title: options.title,
    inputs: { repository: options.repository, branch: options.branch, file },
    read: async (ctx) => ({ ...(await look(ctx)), time: Math.floor(ctx.clock.now() / 1000) }),
    decide: (facts, ctx) => {
      const own = ownIn(facts, options, ctx);
      if (own !== undefined) return { kind: 'nothing', why: `commit ${own.commit.slice(0, 12)} of this run did it` };
      const changes = options.changes(ctx);
      const strange = strangers(facts, file, changes);
      if (strange.length > 0) return answerToOthers(options.others, where, strange);
      const written = changes.map(({ path, value }) => ({ file, path, value: String(value), type: 'number' as const }));
      const derived = deriveValues({
        origin: { ...options, fence: ctx.mode === 'plan' ? Number.MAX_SAFE_INTEGER : ctx.fence },
        ...{ changes: written, missingFile: 'refuse', othersValue: 'conflict', where },
      })(facts);
      switch (derived.kind) {
        case 'refuse':
          return { kind: 'refuse', problems: derived.problems };
        case 'edit': {
          const commit: GitopsCommitOptions = {
            ...options,
            ...{ path: '', value: '', message: options.message(changes), ofRelease: false, missingFile: 'refuse' },
            // What somebody writes between this look and the push is theirs too.
            urgent: false,
          };
          return commitDecision(commit, written, derived.edits, { facts, ctx });
        }
        default:
          return { kind: 'nothing', why: 'git says so already' };
      }
    },
    outputs: outputsSchema,
    collect: (results, facts, ctx) => {
      const answer = answerIn(results);
      const made = answer !== undefined && 'commit' in answer ? answer.commit : ownIn(facts, options, ctx)?.commit;
      const there = answer?.kind === 'nothing' ? answer.base : facts.base;
      return { commit: made ?? there ?? '', changed: made !== undefined };
    },
    planned: () => ({ commit: `<${options.id}.commit>`, changed: true }),
    probe: async (ctx) => {
      const head = await look(ctx);
      const there = options
        .changes(ctx)
        .every(({ path, value }) => valueAt(head.files[file] ?? null, path) === `${value}`);
      return ownIn(head, options, ctx) !== undefined || there ? 'applied' : 'not-applied';
    },
    timeoutMs: STEP_MS,
    // On the way back whoever was quicker is looked at again: what they wrote stays.
    ...(options.others === 'stay' ? { retry: { attempts: 5, delayMs: 300, only: ['gitops.conflict'] } } : {}),
    urgent: options.urgent ?? false,
  });
}

interface Stranger extends NumberChange {
  readonly found: string;
}

/** Places at which neither what was found nor what is wanted stands now. Pure. */
function strangers(head: Head, file: string, changes: readonly NumberChange[]): readonly Stranger[] {
  return changes.flatMap((change) => {
    const found = valueAt(head.files[file] ?? null, change.path);
    return found === String(change.value) || found === String(change.replaces)
      ? []
      : [{ ...change, found: found ?? 'nothing' }];
  });
}

function answerToOthers(others: GitopsNumbersOptions['others'], where: string, strange: readonly Stranger[]) {
  const words = strange.map(({ path, found }) => `${path}: ${found}`).join(', ');
  if (others === 'stay') return { kind: 'nothing' as const, why: `somebody else has written ${words}, and that stays` };
  const problems: readonly Problem[] = strange.map(({ path, found, replaces }) => ({
    code: 'gitops.superseded',
    where: `${where} ${path}`,
    found,
    expected: `${replaces}, as it was found before`,
    remedy: 'somebody else pushed another value meanwhile: find out who with `git log`, then run it again',
  }));
  return { kind: 'refuse' as const, problems };
}

/**
 * The numbers that git has at these places now. Only looks.
 * @throws ProblemError `gitops.…` when there is no such file or place, `gitops.no-number` for something else there
 */
export async function readNumbers(
  options: Pick<GitopsNumbersOptions, 'repository' | 'branch' | 'workDir' | 'baseDir' | 'file' | 'environment'>,
  paths: readonly string[],
  ctx: Pick<ReadContext, 'exec' | 'signal' | 'clock'>,
): Promise<readonly number[]> {
  const place = unwrap(placeOf(options));
  const file = checkFile(options.file);
  const where = `${options.repository} ${place.branch}:${file}`;
  const text = (await lookInto(place, [file], options.environment, ctx)).files[file]?.text;
  return paths.map((path) => {
    const value = text === undefined ? null : unwrap(readScalar(text, path, where));
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    throw new ProblemError(noNumber(`${where} ${path}`, text === undefined ? 'no such file' : value));
  });
}

function noNumber(where: string, found: string | number | boolean | null): Problem {
  return {
    code: 'gitops.no-number',
    where,
    found: found === null ? 'nothing' : String(found),
    expected: 'a whole number of pods',
    remedy:
      'write it there once, without quotes (a kustomization: `replicas: [{ name: …, count: 2 }]`), or mend `gitops.scale`',
  };
}
