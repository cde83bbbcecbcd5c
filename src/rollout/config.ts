import { z } from 'zod';
import {
  complain,
  duration,
  formatShare,
  httpPathSchema,
  nameSchema,
  rateSchema,
  requestSchema,
  share,
} from '../model/scalars.ts';
import { rollingConfig } from './rolling/config.ts';

/** Fragment `rollout` of an environment: how a new version earns its traffic. */

const number = (expected: string, min: number, max: number) =>
  z.number({ error: expected }).min(min, expected).max(max, expected);

export const canaryStepConfig = z.strictObject({
  share: share({ above: 0, below: 1 }).describe('Share of new requests for the new version.'),
  bake: duration({ min: 1000 }).describe('Least time at this share. The verdict decides when it ends.'),
});

export const analysisConfig = z.strictObject({
  alpha: share({ above: 0, below: 0.5 })
    .prefault('1%')
    .describe('Chance that a harmless release is called `worse`, for the whole release and however long one looks.'),
  beta: share({ above: 0, below: 0.5 })
    .prefault('5%')
    .describe('Chance that a release beyond the margin is called `not-worse`.'),
  harmRatio: number('a ratio from 1 to 100', 1, 100)
    .default(1.25)
    .describe('`worse` means: bad responses are more frequent than this many times those of the stable version.'),
  margin: number('a ratio above 1, at most 100', 1.01, 100)
    .default(2)
    .describe('`not-worse` means: an odds ratio of this much, at or above the floor, is ruled out.'),
  floor: share({ below: 1 }).prefault('0.1%').describe('Bad rates below this are harmless whatever their ratio.'),
  ceiling: share({ above: 0 })
    .prefault('5%')
    .describe(
      'Intervals with a greater common bad rate say nothing about `not-worse`: in a shared outage ratios drift to 1.',
    ),
  mode: z
    .enum(['dispersed', 'robust', 'sharp'])
    .default('dispersed')
    .describe(
      'How bad events are taken: measured against the burstiness of the stable version, by their mean only, or as independent.',
    ),
  clump: number('a number from 1 to 10000', 1, 10_000)
    .exactOptional()
    .describe(
      'Bad events that come from one cause, for instance retries of one client; counts are divided by it. Left out: estimated from the stable version.',
    ),
  unit: duration({ min: 0, max: 3_600_000 })
    .prefault('0s')
    .describe('Time that counts as one bet, at least five times the correlation time of retries. 0s: each reading.'),
  past: duration({ min: 0, max: 3_600_000 })
    .prefault('60s')
    .describe(
      'How long the stable version is watched alone before the first share. The shorter, the more evidence a verdict needs.',
    ),
  warmUp: duration({ min: 0, max: 3_600_000 })
    .prefault('0s')
    .describe('Left out of the analysis at the begin of a step, once per instance.'),
});

export const lowTrafficConfig = z
  .union(
    [
      z.enum(['smoke', 'gate']),
      z.strictObject({
        kind: z.literal('load').describe('Requests of our own through the proxy top the real traffic up.'),
        path: httpPathSchema.describe('Path of a harmless GET request.'),
        rate: rateSchema.describe('Real and own requests together reach this rate.'),
      }),
    ],
    { error: 'smoke, gate, or { kind: load, path: /ping, rate: 50/s }' },
  )
  .transform((value) =>
    typeof value === 'string' ? { kind: value } : { kind: value.kind, path: value.path, requestsPerSecond: value.rate },
  );

const STEPS = 'at least one step, for instance { share: 10%, bake: 5m }';

export const rolloutConfig = z
  .strictObject({
    strategy: z
      .enum(['canary', 'blue-green', 'rolling'])
      .default('canary')
      .describe(
        '`canary`: share by share, judged by evidence. `blue-green`: all traffic at once, the old version standing by until `finalBake` is over. `rolling`: host by host in place, the first one inspected by a person. The first release, with nothing running, goes by itself.',
      ),
    steps: z
      .array(canaryStepConfig, { error: STEPS })
      .max(50, 'at most 50 steps')
      .prefault([])
      .describe(
        'Shares on the way to 100 %, growing, the last below 100 %. A canary needs one; before a blue-green switch they may be left out; a rolling release has none.',
      ),
    preview: z
      .enum(['gate', 'none'])
      .default('none')
      .describe('Blue-green: `gate` lets a person look at the new version before it gets any traffic.'),
    rolling: rollingConfig.prefault({}).describe('Rolling: how hosts are replaced.'),
    analysis: analysisConfig.prefault({}).describe('How evidence is weighed.'),
    healthDeadline: duration({ min: 1000 }).prefault('60s').describe('Not ready within this time: rolled back.'),
    analysisDeadline: duration({ min: 1000 })
      .prefault('30m')
      .describe('No verdict on a step within this time: a gate opens and the share stays.'),
    finalBake: duration({ min: 0 })
      .prefault('30s')
      .describe('Watched time at 100 % before the old version is stopped, with absolute limits.'),
    drainTimeout: duration({ max: 3_600_000 })
      .prefault('30s')
      .describe('How long the old version may take to finish its requests.'),
    lowTraffic: lowTrafficConfig
      .prefault('gate')
      .describe(
        'Where there is too little traffic for a verdict: `smoke` lets the smoke test decide, `gate` asks a person, `load` adds requests.',
      ),
    smoke: z
      .array(requestSchema)
      .prefault([])
      .describe('Requests that each new instance must answer before it gets traffic.'),
    limits: z
      .strictObject({
        errors: share({ above: 0 })
          .prefault('5%')
          .describe('Greatest share of bad responses where there is no stable version to compare with.'),
      })
      .prefault({})
      .describe('Absolute limits, for the first release, at 100 %, and while a gate waits.'),
    capacity: z
      .strictObject({
        perInstance: share({ above: 0 }).describe('Share of the whole load that one ready instance can carry.'),
      })
      .exactOptional()
      .describe('Left out: all instances of a version together can carry the whole load.'),
    role: nameSchema.default('releaser').describe('Who may decide at a gate of the rollout.'),
  })
  .check((ctx) => {
    if (ctx.value.strategy === 'canary' && ctx.value.steps.length === 0) {
      complain(ctx, {
        path: ['steps'],
        code: 'config.no-steps',
        found: 'a canary without steps',
        expected: STEPS,
        remedy: 'add a step under `steps:`, or write `strategy: blue-green`',
      });
    }
    if (ctx.value.strategy === 'rolling' && ctx.value.steps.length > 0) {
      complain(ctx, {
        path: ['steps'],
        code: 'config.steps-of-rolling',
        found: 'shares for a rolling release',
        expected: 'shares that follow from the hosts',
        remedy: 'write `steps: []`, and the batches under `rolling:`',
      });
    }
    if (ctx.value.strategy === 'rolling' && ctx.value.capacity === undefined) {
      complain(ctx, {
        path: ['strategy'],
        code: 'config.rolling-without-capacity',
        found: 'a rolling release that does not know what an instance can carry',
        expected:
          '`capacity: { perInstance: … }`: hosts are taken out, so the others must be able to stand in for them',
        remedy: 'measure what one instance can carry at the busiest hour, and write it as a share of the whole load',
      });
    }
    if (ctx.value.strategy !== 'blue-green' && ctx.value.preview === 'gate') {
      complain(ctx, {
        path: ['preview'],
        code: 'config.preview-of-canary',
        found: `\`preview: gate\` for a ${ctx.value.strategy} release`,
        expected: 'a preview where all traffic is switched at once',
        remedy: 'delete `preview:`, or write `strategy: blue-green`',
      });
    }
    for (const [index, step] of ctx.value.steps.entries()) {
      const before = ctx.value.steps[index - 1];
      if (before === undefined || step.share > before.share) continue;
      complain(ctx, {
        path: ['steps', index, 'share'],
        code: 'config.steps-not-growing',
        found: `${formatShare(step.share)} after ${formatShare(before.share)}`,
        expected: 'a greater share than in the step before',
        remedy: 'order the steps by share and leave out repeated ones',
      });
    }
    if (ctx.value.lowTraffic.kind === 'smoke' && ctx.value.smoke.length === 0) {
      complain(ctx, {
        path: ['lowTraffic'],
        code: 'config.smoke-missing',
        found: 'smoke, but no smoke requests',
        expected: 'at least one request under rollout.smoke',
        remedy: 'add a request under `smoke:`, or write `lowTraffic: gate`',
      });
    }
  });

export type CanaryStepConfig = z.infer<typeof canaryStepConfig>;
export type AnalysisConfig = z.infer<typeof analysisConfig>;
export type LowTrafficConfig = z.infer<typeof lowTrafficConfig>;
export type RolloutConfig = z.infer<typeof rolloutConfig>;
