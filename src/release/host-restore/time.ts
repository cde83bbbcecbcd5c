import { z } from 'zod';
import { type HostTimes, hostTimesFile, hostTimesText, predictHost, readHostTimes } from '../../backup/index.ts';
import type { Clock } from '../../model/ports.ts';
import type { Problem } from '../../model/problem.ts';
import { formatDuration } from '../../model/scalars.ts';
import { type Step, step } from '../../procedure/index.ts';
import type { BackupEnvironment } from '../backup/open.ts';
import type { HostRestoreNodes } from '../backup/restore-host.ts';
import type { PackagesStep } from './packages.ts';

/** How long it will take, how long it took, and what of both was promised. */

const QUICK_MS = 60_000;

const expectedSchema = z.strictObject({
  /** When the run was begun, milliseconds since 1970. */
  startedAt: z.number(),
  /** Until a person can inspect it; null: none was measured yet. */
  predictedSeconds: z.number().nullable(),
  /** Between the backup and the beginning of this run: what was written there since then is lost. */
  lostSeconds: z.number(),
  rtoSeconds: z.number().nullable(),
  rpoSeconds: z.number().nullable(),
});
type Expected = Readonly<z.infer<typeof expectedSchema>>;
export type ExpectStep = Step<Expected, Expected>;

interface Before {
  readonly files: Pick<HostRestoreNodes, 'look'>;
  readonly packages: PackagesStep;
}

/** Told before anything is changed, so that it can be held against what is measured. */
export function expectStep(
  open: () => Promise<BackupEnvironment>,
  host: string,
  { files, packages }: Before,
): ExpectStep {
  return step<Expected, Expected>({
    id: 'expect',
    title: 'Tell how long it will take, and what is lost',
    inputs: { host },
    timeoutMs: QUICK_MS,
    read: async (ctx) => {
      const { place, service } = await open();
      const { bytes, takenAt } = ctx.outputOf(files.look);
      const count = ctx.outputOf(packages).changes.length;
      const { rtoMs, rpoMs } = service.environment.objectives;
      const startedAt = service.clock.now();
      return {
        startedAt,
        predictedSeconds: predictHost({ bytes, packages: count }, await readHostTimes(place)),
        lostSeconds: Math.max(0, (startedAt - Date.parse(takenAt)) / 1000),
        ...{ rtoSeconds: secondsOf(rtoMs), rpoSeconds: secondsOf(rpoMs) },
      };
    },
    decide: (expected) => ({ kind: 'nothing', why: expectWords(expected) }),
    outputs: expectedSchema,
    collect: (_results, expected) => expected,
    planned: (expected) => expected,
    probe: 'repeatable',
  });
}

function secondsOf(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 1000;
}

function words(seconds: number): string {
  return formatDuration(Math.ceil(seconds) * 1000);
}

/** For a plan and a journal. Pure. */
export function expectWords({ predictedSeconds, lostSeconds, rtoSeconds, rpoSeconds }: Expected): string {
  const promised = (seconds: number | null): string => (seconds === null ? '' : ` (promised: ${words(seconds)})`);
  const takes = predictedSeconds === null ? 'a time that was never measured' : `about ${words(predictedSeconds)}`;
  return `${takes} until it can be inspected${promised(rtoSeconds)}; what was written there in the last ${words(lostSeconds)} is lost${promised(rpoSeconds)}`;
}

const momentSchema = z.strictObject({ at: z.number() });
export type MomentStep = Step<number, z.infer<typeof momentSchema>>;

/** Notes the time: what lies between two of them was this program's, and no person's. */
export function momentStep(id: string, title: string, clock: Clock): MomentStep {
  return step<number, z.infer<typeof momentSchema>>({
    ...{ id, title },
    read: async () => clock.now(),
    decide: () => ({ kind: 'nothing', why: 'it is only counted' }),
    outputs: momentSchema,
    collect: (_results, at) => ({ at }),
    planned: (at) => ({ at }),
    probe: 'repeatable',
  });
}

const tookSchema = z.strictObject({
  /** Since the run was begun, people included. */
  seconds: z.number(),
  /** From the approval until it could be inspected. */
  workSeconds: z.number(),
  predictedSeconds: z.number().nullable(),
  lostSeconds: z.number(),
  rtoSeconds: z.number().nullable(),
  rpoSeconds: z.number().nullable(),
});
export type Took = Readonly<z.infer<typeof tookSchema>>;
/** What was measured; `now` and the file it goes into beside it. */
type Measured = HostTimes & { readonly now: number; readonly file: string };
export type TookStep = Step<Measured, Took>;

/** The moments of a run, in their order. */
export interface Moments {
  readonly begin: MomentStep;
  readonly installed: MomentStep;
  readonly placed: MomentStep;
  readonly ready: MomentStep;
}

/** Written down beside the catalogue: the next prediction knows of it. */
export function tookStep(
  open: () => Promise<BackupEnvironment>,
  host: string,
  { expect, moments, files, packages }: Before & { readonly expect: ExpectStep; readonly moments: Moments },
): TookStep {
  return step<Measured, Took>({
    id: 'took',
    title: 'Record how long it took',
    inputs: { host },
    timeoutMs: QUICK_MS,
    read: async (ctx) => {
      const { place, service } = await open();
      const now = service.clock.now();
      const [begin, installed, placed, ready] = [moments.begin, moments.installed, moments.placed, moments.ready].map(
        (one) => ctx.outputOf(one).at,
      );
      const between = (from = 0, to = 0): number => Math.max(0, (to - from) / 1000);
      return {
        ...{ now, file: hostTimesFile(place, ctx.run), at: new Date(now).toISOString(), host },
        bytes: ctx.outputOf(files.look).bytes,
        packages: ctx.outputOf(packages).changes.length,
        packageSeconds: between(begin, installed),
        fileSeconds: between(installed, placed),
        otherSeconds: between(placed, ready),
      };
    },
    decide: ({ now: _now, file, ...times }) => ({
      kind: 'do',
      effects: [{ kind: 'file', path: file, content: hostTimesText(times), timeoutMs: QUICK_MS }],
    }),
    outputs: tookSchema,
    collect: (_results, { now, packageSeconds, fileSeconds, otherSeconds }, ctx) => {
      const { startedAt, ...promised } = ctx.outputOf(expect);
      const seconds = Math.max(0, (now - startedAt) / 1000);
      return { ...promised, seconds, workSeconds: packageSeconds + fileSeconds + otherSeconds };
    },
    probe: 'repeatable',
  });
}

/** What people are told at the end, and objectives that were not kept. Pure. */
export function tookTold(took: Took, where: string): { readonly text: string; readonly problems: readonly Problem[] } {
  const { seconds, workSeconds, predictedSeconds, rtoSeconds, rpoSeconds, lostSeconds } = took;
  const predicted = predictedSeconds === null ? 'nothing was predicted' : `predicted ${words(predictedSeconds)}`;
  const promised = (limit: number | null): string =>
    limit === null ? 'nothing was promised' : `promised ${words(limit)}`;
  return {
    text: [
      `it could be inspected after ${words(workSeconds)} of work, ${predicted}`,
      `it was back after ${words(seconds)} with people, ${promised(rtoSeconds)}`,
      `what was written there in the ${words(lostSeconds)} before is lost, ${promised(rpoSeconds)}`,
    ].join('\n'),
    problems: missed(took, where),
  };
}

function missed({ seconds, lostSeconds, rtoSeconds, rpoSeconds }: Took, where: string): readonly Problem[] {
  const late: Problem = {
    code: 'backup.rto-missed',
    where,
    found: `a host that was back after ${words(seconds)}`,
    expected: `at most ${words(rtoSeconds ?? 0)}, as \`objectives.rto\` promises`,
    remedy: 'the host serves: see in the report how much of it was waiting for people; or promise what can be kept',
  };
  const old: Problem = {
    code: 'backup.rpo-missed',
    where,
    found: `files that were ${words(lostSeconds)} old`,
    expected: `at most ${words(rpoSeconds ?? 0)}, as \`objectives.rpo\` promises`,
    remedy: 'the host serves: back its files up more often (`shiplock backup units`)',
  };
  return [
    ...(rtoSeconds !== null && seconds > rtoSeconds ? [late] : []),
    ...(rpoSeconds !== null && lostSeconds > rpoSeconds ? [old] : []),
  ];
}
