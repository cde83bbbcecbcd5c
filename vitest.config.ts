import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BUILT_ENV } from './scripts/testing/built-program.ts';
import { longestFirst } from './scripts/testing/longest-first.ts';

/** What measures times, shares or lost requests: nothing may run beside it. */
const TIMED = [
  'test/e2e/traffic.test.ts',
  'test/e2e/traffic-dead-man.test.ts',
  'test/e2e/traffic-nginx.test.ts',
  'test/e2e/status-speed.test.ts',
  'test/integration/*-deadman.test.ts',
  'test/integration/*-router.test.ts',
];

/**
 * What takes longest, the longest first. Vitest orders files by what they took last time, and where it does not know by their size; a sweep is a small
 * file, would begin last, and everybody would wait for it.
 */
const LONGEST = [
  'test/e2e/crash.test.ts',
  'test/e2e/crash-strategies.test.ts',
  'test/e2e/kinds.test.ts',
  'test/e2e/doors.test.ts',
  'test/e2e/promotion.test.ts',
  'test/e2e/unit.test.ts',
  'test/e2e/traffic-no-evidence.test.ts',
  'test/integration/platform-ssh.test.ts',
  'test/integration/runbook-system.test.ts',
  'test/integration/store-elsewhere.test.ts',
  'test/integration/migrate-plan.test.ts',
  'test/integration/procedure-crash.test.ts',
  'test/integration/strategies-crash.test.ts',
];

/** What runs on a real cluster. */
const CLUSTER = 'test/e2e/kubernetes-*.test.ts';

/** Pure or nearly so, but by enumerations, thousands of moves or many small files too slow for a tier that is run all day. */
const EXHAUSTIVE = [
  'test/announce/deliver.test.ts',
  'test/backup/replay/read.test.ts',
  'test/build/attest/verify.test.ts',
  'test/cli/bad-input.test.ts',
  'test/cli/find-run.test.ts',
  'test/config/load.test.ts',
  'test/config/published.test.ts',
  'test/migrate/desensitise/transform.test.ts',
  'test/migrate/sql/parse/round-trip.test.ts',
  'test/model/formats.test.ts',
  'test/model/verifier.test.ts',
  'test/procedure/gate/attack.test.ts',
  'test/procedure/journal.test.ts',
  'test/procedure/orders.test.ts',
  'test/procedure/preempt.test.ts',
  'test/procedure/watch.test.ts',
  'test/release/attest/check.test.ts',
  'test/release/callers/upgrade.test.ts',
  'test/release/init/draft.test.ts',
  'test/release/notes/message.test.ts',
  'test/release/report.test.ts',
  'test/release/runbook/clauses.test.ts',
  'test/release/unit/members.test.ts',
  'test/report/page.test.ts',
  'test/rollout/analysis/estimates.test.ts',
  'test/rollout/analysis/exact.test.ts',
  'test/rollout/analysis/fold.test.ts',
  'test/rollout/analysis/generator.test.ts',
  'test/rollout/analysis/simulation.test.ts',
  'test/rollout/analysis/trace.test.ts',
  'test/rollout/chart/svg.test.ts',
  'test/rollout/no-evidence.test.ts',
  'test/traffic/router.test.ts',
  'test/traffic/weights.test.ts',
];

/**
 * Where Node keeps what it has made of a source. The product is started hundreds of times from its sources, and reading all of them again
 * is more than half of what a start costs. Times of starts are measured without it, in `npm run bench`.
 */
const STARTS_QUICKLY = { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/shiplock-starts') };

/** What is started is built: not a thousand files to look for, but some dozens. */
const STARTS_BUILT = { ...STARTS_QUICKLY, ...BUILT_ENV };

/**
 * Tiers: unit (no processes, no network), integration (real components), e2e (the whole product), cluster (the same in Kubernetes) and timed. All but the
 * first and the last mostly wait.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: longestFirst(LONGEST) },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/e2e/**', 'test/soak/**', 'test/bench/**', ...EXHAUSTIVE],
          testTimeout: 15_000,
          // A hook does for a whole file what a test does for itself.
          hookTimeout: 15_000,
          // Pure code: no test leaves anything behind that another could see.
          isolate: false,
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'integration',
          globalSetup: './scripts/testing/built.ts',
          env: STARTS_BUILT,
          include: ['test/integration/**/*.test.ts', ...EXHAUSTIVE],
          exclude: TIMED,
          testTimeout: 120_000,
          hookTimeout: 240_000,
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: './scripts/testing/built.ts',
          env: STARTS_BUILT,
          include: ['test/e2e/**/*.test.ts'],
          exclude: [...TIMED, CLUSTER],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'cluster',
          env: STARTS_QUICKLY,
          include: [CLUSTER],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // One file after the other in one process: they share the cluster that it has.
          isolate: false,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'timed',
          globalSetup: './scripts/testing/built.ts',
          env: STARTS_BUILT,
          include: TIMED,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
