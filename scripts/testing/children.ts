import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Programs that tests start as processes of their own, mostly to kill them: name → source. */
export const CHILDREN = {
  account: 'test/support/account-child.ts',
  alert: 'test/support/runbooks/alert-child.ts',
  announce: 'test/announce/fixtures/kill.ts',
  'bucket-main': 'src/platform/bucket/bucket-main.ts',
  buildx: 'test/support/buildx-child.ts',
  'chat-runner': 'test/support/chat/runner-main.ts',
  'commit-main': 'src/gitops/commit-main.ts',
  'commit-writer': 'test/support/commit-writer-main.ts',
  contend: 'test/procedure/fixtures/contend.ts',
  deliver: 'test/build/deliver-child.ts',
  drill: 'test/support/restore/drill-child.ts',
  go: 'test/build/go-child.ts',
  hold: 'test/procedure/fixtures/hold.ts',
  image: 'test/support/image-child.ts',
  migrate: 'test/support/migrate-child.ts',
  'migrations-bench': 'test/bench/migrations/child.ts',
  plan: 'test/support/plan-child.ts',
  procedure: 'test/procedure/fixtures/run.ts',
  release: 'test/e2e/support/release-child.ts',
  restore: 'test/support/restore/child.ts',
  rewrite: 'test/support/rewrite-child.ts',
  rollback: 'test/e2e/support/rollback-child.ts',
  rotate: 'test/support/rotate-child.ts',
  runbook: 'test/support/runbooks/child.ts',
  scale: 'test/support/scale-child.ts',
  shared: 'test/procedure/fixtures/shared-run.ts',
  strategy: 'test/support/strategy-child.ts',
  tls: 'test/support/tls-child.ts',
  unit: 'test/e2e/support/unit-child.ts',
} as const;

export type Child = keyof typeof CHILDREN;

/**
 * The file of a child, to be started with `process.execPath`: the one that was built of these sources before the tests
 * (scripts/testing/built.ts), which starts for two fifths of the processor time, and where nothing was built, its source.
 */
export function childProgram(name: Child): string {
  const built = process.env['SHIPLOCK_TEST_CHILDREN'];
  return built === undefined ? join(ROOT, CHILDREN[name]) : join(built, `${name}.js`);
}
